"""Values for the tests of quota: registrations and scopes with only what matters to the case spelt out."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from services.quota.heads.rules import Seen
from services.quota.quotas.rules import Scope

INVENTED = UUID("11111111-1111-5111-8111-111111111111")
KNOWN = datetime(2019, 1, 1, tzinfo=UTC)


def ref(name: object) -> UUID:
    """The same identifier for the same name."""
    return uuid5(INVENTED, str(name))


def seen(name: object = "r1", **told: Any) -> Seen:
    """A registration as the registry last told of it."""
    usual: dict[str, Any] = {
        "registration_id": ref(name),
        "version": 1,
        "subject_ref": ref("subject"),
        "subject_kind": "person",
        "programme": "top-talent",
        "institution_id": ref("institution"),
        "reporting_unit": "donghu",
        "state": "recognised",
        "counted_on": date(2019, 3, 1),
        "ended_on": None,
        "classes": {},
        "known_at": KNOWN,
    }
    return Seen(**usual | told)


def scope(*programmes: str, **limits: Any) -> Scope:
    """What a quota counts; everything of the programme in 2019 unless said otherwise."""
    usual: dict[str, Any] = {
        "where": {},
        "unit": None,
        "start": date(2019, 1, 1),
        "end": date(2019, 12, 31),
        "round": None,
    }
    return Scope(programmes=frozenset(programmes or ("top-talent",)), **usual | limits)
