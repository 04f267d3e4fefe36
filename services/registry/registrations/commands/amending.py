"""Amending (修改): drafts, what was returned, and, by the bureau, what is on notice: it is published again then."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from services.registry.organisations.commands import note_names
from services.registry.organisations.queries import as_stated
from services.registry.people.queries import identities_take_turns, person_as_stated
from services.registry.registrations import queries
from services.registry.registrations.commands.reading import Known, read
from services.registry.registrations.commands.registering import Shown, kept, known, shown, step
from services.registry.registrations.commands.retired import unless_retired
from services.registry.registrations.commands.standing import Standing
from services.registry.registrations.commands.subjects import names_in, recognise_subjects
from services.registry.registrations.commands.terms import reckon_term
from services.registry.registrations.errors import NotAmendable
from services.registry.registrations.models import Awaiting, Registration
from services.registry.registrations.schemas import CLEARABLE, NewRegistration, RegistrationChange
from shared import clock
from shared.auth import Caller, Role
from shared.problems import NotFound, PreconditionFailed, Refusal


@dataclass(frozen=True)
class Changing:
    """A change to a registration that was read at a version."""

    id: UUID
    version: int
    change: RegistrationChange


def amend(session: Session, wanted: Sequence[Changing], caller: Caller) -> list[Shown | Refusal]:
    """Amend registrations (修改); everything is read and judged anew."""
    identities_take_turns(session, changing=False)
    now = known(session)
    held = queries.locked(session, caller, [each.id for each in wanted])
    outcomes = [_amended(session, each, held.get(each.id), now, caller) for each in wanted]
    session.flush()
    subjects = queries.subjects(session, [each for each in outcomes if isinstance(each, Registration)])
    return [shown(each, subjects, now) for each in outcomes]


def _amended(
    session: Session, wanted: Changing, registration: Registration | None, known: Known, caller: Caller
) -> Registration | Refusal:
    if registration is None:
        return NotFound()
    if registration.version != wanted.version:
        return PreconditionFailed()
    if not _may_amend(registration, caller):
        return NotAmendable()
    changes, posted = wanted.change.stated(), _as_posted(session, registration)
    new = NewRegistration.model_construct(**posted | changes)
    (reading,) = unless_retired(session, [new], [read(new, known)])
    if isinstance(reading, Refusal):
        return reading
    (subject,) = recognise_subjects(session, [reading.subject], known.matching)
    standing = Standing(session, [subject.subject_ref], known)
    if refusal := standing.refusal(registration.programme, subject.subject_ref, caller, besides=registration.id):
        return refusal
    for name in ("township", "fact_date", "external_ref"):
        setattr(registration, name, getattr(new, name))
    registration.reporting_unit, registration.gb2260 = reading.place.unit, reading.place.gb2260
    registration.subject_ref, registration.record_ref = subject.subject_ref, subject.record_ref
    registration.moved = False
    raised = kept("subject", reading.subject_notes + subject.notes)
    if "subject" not in changes:  # what was noticed when the subject was stated is still to be looked at
        raised = [warning for warning in registration.warnings if warning["about"] == "subject"]
    registration.warnings = raised + kept("programme", reading.notes)
    registration.details = reading.details
    reckon_term(registration, reading.programme)
    if registration.state == "on_notice" and any(changes[name] != posted[name] for name in changes.keys() - CLEARABLE):
        _take_off_notice(session, registration)
    note_names(session, names_in([(new, registration)]))
    registration.version += 1
    registration.updated_at = clock.now()
    session.add(step(registration, "amend", caller))
    return registration


def _may_amend(registration: Registration, caller: Caller) -> bool:
    on_notice = registration.state == "on_notice" and caller.role is Role.BUREAU_OFFICER
    return on_notice or registration.state in ("draft", "returned")


def _take_off_notice(session: Session, registration: Registration) -> None:
    """What the public was shown is no longer so: the entry is published again, for its own full time (补充公示)."""
    registration.state = "proposed"
    registration.notice_first_day = registration.notice_last_day = None
    session.execute(delete(Awaiting).where(col(Awaiting.registration_id) == registration.id))


def _as_posted(session: Session, registration: Registration) -> dict[str, Any]:
    """A registration as it would be posted again, with its subject's clear values."""
    subject = (
        person_as_stated(session, registration.record_ref)
        if registration.subject_kind == "person"
        else as_stated(session, registration.subject_ref)
    )
    names = ("programme", "reporting_unit", "township", "fact_date", "details", "external_ref")
    return {name: getattr(registration, name) for name in names} | {"subject": subject, "institution_id": None}
