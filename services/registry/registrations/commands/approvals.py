"""What one officer requested and another has to (双人复核): bound to what the first saw, shown with what changed."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.programmes.queries import calendar, limits, programmes
from services.registry.programmes.rules.calendar import last_notice_day
from services.registry.programmes.rules.limits import KnownLimits
from services.registry.registrations.commands.stated import refs_by_kind, statement
from services.registry.registrations.models import Registration
from services.registry.registrations.rules import as_it_began
from services.registry.registrations.schemas import ApprovalRead, SeenChange
from services.registry.subjects.queries.organisations import organisations, posts
from services.registry.subjects.queries.people import clear_people
from shared import clock
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.db import stretches
from shared.vault import vault
from shared.working_days import YearOf

SEEN = (
    "state", "reporting_unit", "township", "institution_id", "fact_date", "external_ref", "counted_on", "ended_on",
    "later_details", "decision_no", "decision_date", "notice_first_day", "notice_last_day", "revocation_status",
    "yields",
)  # fmt: skip
UNSHOWN = ("subject", "policy", "limits")  # kept as fingerprints: that they changed is said, and nothing else


class Sight(NamedTuple):
    """What an officer looks at beside the registration itself: its programme, its subject's clear values, limits."""

    programme: Programme
    subject: str
    limits: KnownLimits
    years: YearOf


def sights(session: Session, registrations: Sequence[Registration]) -> dict[UUID, str]:
    """Each subject's clear values as one text, by record; kept as a keyed fingerprint, and shown to nobody."""
    refs = refs_by_kind(registrations)
    found: dict[UUID, Any] = dict(clear_people(session, refs["person"]))
    for some in stretches(refs["organisation"]):
        found |= organisations(session, some)
    for some in stretches(refs["post"]):
        found |= posts(session, some)
    return {ref: subject.model_dump_json() for ref, subject in found.items()}


def seen(registration: Registration, wanted: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """What a request of that content sees of a registration: its fields, its subject, its programme's rules.

    A publication sees the last notice day, an override (突破名额) the limits and their amounts.
    """
    shown = registration.model_dump(mode="json", include={*SEEN})
    shown |= {f"details/{name}": value for name, value in registration.details.items()}
    shown["subject"] = _marks(registration, sight.subject)
    shown["policy"] = _digest(sight.programme.model_dump_json())
    if wanted.get("override_reason"):
        shown["limits"] = _digest(repr(sight.limits.versions(registration.programme)))
    if wanted.get("action") == "publish" and wanted.get("effective_on"):
        first_day = date.fromisoformat(str(wanted["effective_on"]))
        last_day = last_notice_day(sight.years, first_day, sight.programme.notice_working_days or 0)
        shown["would_end_on"] = str(last_day)
    return shown


def request(registration: Registration, wanted: dict[str, Any], caller: Caller, now: dict[str, Any]) -> None:
    """Keep what an officer requested, with what the officer saw; what was requested before and is void stays in it."""
    before = registration.awaiting
    instead = _in_short(registration, now) if before and is_void(registration, now) else None
    registration.awaiting = {
        "action": wanted["action"],
        "wanted": wanted,
        "by": caller.actor,
        "at": clock.now().isoformat(),
        "version": registration.version,
        "seen": now,
        "instead_of": instead,
    }


def is_void(registration: Registration, now: Mapping[str, Any]) -> bool:
    """Whether what was requested is not of the registration as it stands: it changed, or what is behind it did."""
    first = registration.awaiting
    if not first or first.get("void") or first["version"] != registration.version:
        return True
    return bool(first["seen"]) and bool(changed(first["seen"], now))


def changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[SeenChange]:
    """What is otherwise than the first officer saw it, by field; of the subject and the rules only that they are."""
    differ = [
        name for name in {**before, **now} if before.get(name) != now.get(name) and not _same_subject(name, before, now)
    ]
    return [
        SeenChange(field=name)
        if name in UNSHOWN
        else SeenChange(field=name, before=before.get(name), after=now.get(name))
        for name in differ
    ]


def approval(session: Session, registration: Registration) -> ApprovalRead | None:
    """What one officer requested of a registration, and what changed since (待第二人); None where nothing waits."""
    first = registration.awaiting
    if not first:
        return None
    sight = Sight(
        as_it_began(programmes(session)[registration.programme], registration.began_with),
        sights(session, [registration])[registration.record_ref],
        limits(session),
        calendar(session),
    )
    return as_read(registration, seen(registration, first["wanted"], sight))


def as_read(registration: Registration, now: Mapping[str, Any]) -> ApprovalRead | None:
    """The same, where what is to be seen now is known already."""
    first = registration.awaiting
    if not first:
        return None
    return ApprovalRead(
        **{name: first[name] for name in ("action", "by", "at", "version", "wanted")},
        void=is_void(registration, now),
        voided_by=first.get("void"),
        changed=changed(first["seen"], now) if first["seen"] else [],
        instead_of=first.get("instead_of"),
    )


def _in_short(registration: Registration, now: Mapping[str, Any]) -> dict[str, Any] | None:
    found = as_read(registration, now)
    return found.model_dump(mode="json", exclude={"instead_of", "wanted"}) if found else None


def renew_marks(session: Session, registrations: Sequence[Registration]) -> int:
    """Give what awaits a second officer the fingerprints of its subject by every key there is (轮换); how many it was.

    Only where the subject is as the first officer saw it. Writes the registrations, which are locked.
    """
    renewed, clear = 0, sights(session, registrations)
    for each in registrations:
        first = each.awaiting or {}
        before, now = first.get("seen"), {"subject": _marks(each, clear.get(each.record_ref, ""))}
        if before and before["subject"] != now["subject"] and _same_subject("subject", before, now):
            each.awaiting = {**first, "seen": before | now}
            renewed += 1
    session.flush()
    return renewed


def _marks(registration: Registration, clear: str) -> str:
    """Fingerprints of a registration's subject and of what was stated of it, a pair by each key of the ring."""
    stated = vault("registry").marks("stated", repr(statement(registration)))
    seen = vault("registry").marks("seen", clear)
    refs = f"{registration.subject_ref} {registration.record_ref}"
    return "|".join(f"{refs} {stated[name]} {seen[name]}" for name in stated if name in seen)


def _same_subject(name: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether it is the subject, and one key says that it is the same as it was."""
    return name == "subject" and not set(before[name].split("|")).isdisjoint(now[name].split("|"))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
