"""Values for the tests of quota, with only what matters to the case spelt out."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count as counter
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from services.quota.consumers import count
from services.quota.counting.models import CROSSING
from services.quota.counting.rules.heads import Seen
from services.quota.figures.queries import progress as progress_
from services.quota.figures.schemas.progress import ProgressQuery, ProgressRead
from services.quota.policy.commands import applying as policy
from services.quota.policy.commands import deciding as decisions
from services.quota.policy.commands.applying import AppliedPack, ProposedPack
from services.quota.policy.schemas import NewQuota
from services.quota.quotas.models import QUOTA, Quota
from services.quota.quotas.rules import Scope
from shared.auth import Caller, Role
from shared.contracts.policy import PolicyPack
from shared.contracts.registration import REGISTRATION_EVENTS, RegistrationEvent
from shared.db import Database
from shared.events import Event, decode
from shared.operations import Call
from shared.policy import read_pack
from shared.service_tables import outbox

INVENTED = UUID("11111111-1111-5111-8111-111111111111")
KNOWN = datetime(2019, 1, 1, tzinfo=UTC)
PACK = Path(__file__).parents[2] / "deploy" / "policy" / "nanchang-2018-39.toml"

BUREAU = Caller("bureau", Role.BUREAU_OFFICER, person="bureau")
SECOND = Caller("bureau-2", Role.BUREAU_OFFICER, person="bureau-2")

EVENT_OF = {kind.type.split(".")[2]: kind for kind in REGISTRATION_EVENTS}
_later = counter()


def ref(name: object) -> UUID:
    """The same identifier for the same name."""
    return uuid5(INVENTED, str(name))


def seen(name: object = "r1", **given: Any) -> Seen:
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
    return Seen(**usual | given)


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


def event(state: str = "recognised", name: object = "r1", version: int = 1, **given: Any) -> RegistrationEvent:
    """What the registry tells of a registration; each event a minute after the one before, unless said otherwise."""
    usual: dict[str, Any] = {
        "time": KNOWN + timedelta(minutes=next(_later)),
        "registration_id": ref(name),
        "version": version,
        "subject_ref": ref(("subject", name)),
        "subject_kind": "person",
        "programme": "top-talent",
        "institution_id": ref("institution"),
        "reporting_unit": "donghu",
        "state": state,
        "counted_on": date(2019, 3, 1),
        "classes": {},
    }
    kind = EVENT_OF.get(state, EVENT_OF["corrected"])
    return kind(**usual | given)


@cache
def nanchang() -> PolicyPack:
    """The policy pack of the product."""
    return read_pack(PACK)


def apply(database: Database, pack: PolicyPack | None = None, *, dry_run: bool = False) -> AppliedPack:
    """Put a pack in force, that of Nanchang if none is given; by two officers where it changes what is."""
    proposed = ProposedPack(pack or nanchang(), dry_run)
    applied = _applied(database, proposed, BUREAU)
    return _applied(database, proposed, SECOND) if applied.awaiting else applied


def _applied(database: Database, proposed: ProposedPack, officer: Caller) -> AppliedPack:
    with database.writing() as session:
        (applied,) = policy.apply(session, [Call(proposed, officer)])
    assert isinstance(applied, AppliedPack)
    return applied


def define(database: Database, **wanted: Any) -> Quota:
    """Lay down a quota of the bureau's own."""
    usual = {"programme": "dual-qualified-teachers", "amount": 10, "period": {"start": "2019-01-01"}}
    with database.writing() as session:
        (quota,) = decisions.define(session, [Call(NewQuota.model_validate(usual | wanted), BUREAU)])
    assert isinstance(quota, Quota)
    return quota


def deliver(database: Database, *events: Event, batch: int = 1_000) -> None:
    """Let the service hear of events, in batches."""
    for start in range(0, len(events), batch):
        with database.writing() as session:
            count(session, events[start : start + batch])


def progress(database: Database, code: str, label: str | None = None, **named: Any) -> ProgressRead:
    """The progress of one quota at the end of 2019, from the counters unless `past` asks the ledger."""
    usual: dict[str, Any] = {"on": date(2019, 12, 31), "known_at": datetime(2030, 1, 1, tzinfo=UTC), "past": False}
    wanted = ProgressQuery(**usual | named)
    with database.reading() as session:
        rows = progress_.progress(session, wanted)
        parked = progress_.parked(session)
    (row,) = [each for each in rows if each.quota.code == code and label in (None, each.quota.label)]
    return ProgressRead.of(row, wanted, parked, "zh")


def crossings(database: Database, code: str, label: str | None = None) -> list[tuple[int, str]]:
    """What was told of a quota's milestones, in order."""
    statement = select(CROSSING.c.percent, CROSSING.c.kind).join(QUOTA, QUOTA.c.id == CROSSING.c.quota_id)
    statement = statement.where(QUOTA.c.code == code).order_by(CROSSING.c.id)
    if label is not None:
        statement = statement.where(QUOTA.c.label == label)
    with database.reading() as session:
        return [(percent, kind) for percent, kind in session.execute(statement)]


def announced(database: Database, *kinds: type[Event]) -> list[Any]:
    """The events of these kinds in the outbox, in order."""
    with database.reading() as session:
        bodies = session.execute(select(outbox.c.body).order_by(outbox.c.id)).scalars().all()
    published = {kind.type: kind for kind in kinds}
    return [
        decode(body, published) for body in bodies if any(f'"type":"{kind}"'.encode() in body for kind in published)
    ]
