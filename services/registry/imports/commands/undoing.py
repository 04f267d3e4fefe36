"""Undoing an import (撤回导入): what it entered is withdrawn as a mistake, so that it never counted."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from services.registry.imports.commands.entering import NumberedRow, RowEntered, is_in, nothing_entered
from services.registry.imports.commands.judging import problem
from services.registry.imports.models import ImportJob, ImportRow
from services.registry.imports.queries.jobs import locked_job
from services.registry.imports.rules.states import ImportState
from services.registry.programmes.queries import programmes
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.commands.seats import lapse, nothing_comes_of
from services.registry.registrations.models import HistoryEntry, Registration, WantedSeat
from services.registry.registrations.queries import fact, locked
from services.registry.registrations.rules import SYSTEM, WRITERS
from services.registry.subjects.queries.people import lock_identities
from shared import clock
from shared.auth import Caller
from shared.contracts.registration import NEVER_RECOGNISED, RegistrationCorrected, RegistrationState
from shared.db import stretches
from shared.operations import Call, operation
from shared.outbox import announce
from shared.problems import Refusal, Said

MOVED_ON = Said(
    "登记其后另有办理，未撤回；请按该登记的现状办理", "Somebody acted on the registration since: it stays as it is"
)
OF_ITS_SEAT = ("recognise", "wait_for_seat")  # what the registry does by itself once quota answered


@operation(lambda item: "withdraw", roles=WRITERS, effect=RowEntered.effect)
def undo_rows(session: Session, calls: Sequence[Call[NumberedRow]]) -> list[RowEntered | Refusal]:
    """Withdraw what rows of one import entered (撤回); what somebody acted on since stays, with the reason.

    Whoever was recognised was so by mistake, and never counted: quota puts its figures and milestones right (更正). The
    subject may be registered again at once. Locks the job, identities (shared) and the registrations. Writes these,
    history, `wanted_seat`, `import_row` and the job's counts. Announces RegistrationCorrected with the import as the
    cause, and SeatLapsed for places. Refuses nothing.
    """
    job = locked_job(session, calls[0].item.job_id)
    if not is_in(job, ImportState.UNDOING):
        return nothing_entered(calls)
    row_of = _entered(session, job, [call.item.number for call in calls])
    lock_identities(session, changing=False)
    held = locked(session, None, row_of)
    acted_on = _acted_on(session, held) | {each.id for each in held.values() if _is_held(each)}
    gone = [each for each in held.values() if each.id not in acted_on and each.state not in NEVER_RECOGNISED]
    _withdraw(session, gone, job, calls[0].caller)
    numbers = {row_of[each.id] for each in gone}
    note_undone(session, job, numbers, {"moved_on": (MOVED_ON, {*row_of.values()} - numbers)})
    withdrawn = {row_of[each.id]: RowEntered(each.id, each.version) for each in gone}
    return [withdrawn.get(call.item.number, RowEntered()) for call in calls]


def _entered(session: Session, job: ImportJob, numbers: Collection[int]) -> dict[UUID, int]:
    """The registrations that these rows entered and nobody has undone, each with its row."""
    wanted = select(ImportRow.registration_id, ImportRow.number).where(
        ImportRow.job_id == job.id,
        col(ImportRow.number).in_(numbers),
        col(ImportRow.registration_id).is_not(None),
        col(ImportRow.undone_at).is_(None),
        col(ImportRow.kept).is_(None),
    )
    return {registration_id: number for registration_id, number in session.exec(wanted) if registration_id}


def _acted_on(session: Session, held: Collection[UUID]) -> set[UUID]:
    """Those of which the history has more than being entered, and quota's answer about their seats."""
    entries = select(HistoryEntry.registration_id, HistoryEntry.action, HistoryEntry.by).where(
        col(HistoryEntry.registration_id).in_(held)
    )
    return {
        registration_id
        for registration_id, action, by in session.exec(entries)
        if action != "submit" and not (action in OF_ITS_SEAT and by == SYSTEM.actor)
    }


def _is_held(registration: Registration) -> bool:
    """Whether something is under way with it: it stands for another, awaits a second officer, or is restricted."""
    return registration.moved or registration.awaiting is not None or registration.restricted


def _withdraw(session: Session, gone: Sequence[Registration], job: ImportJob, caller: Caller) -> None:
    now, known = clock.now(), programmes(session)
    limited = [each for each in gone if each.version > 1 or each.state == RegistrationState.SUBMITTED]
    for each in gone:
        each.state, each.counted_on, each.last_day = RegistrationState.WITHDRAWN, None, None
        each.version, each.updated_at = each.version + 1, now
        session.add(history_entry(each, "undo_import", caller))
    session.execute(delete(WantedSeat).where(col(WantedSeat.registration_id).in_([each.id for each in gone])))
    session.flush()
    facts = [fact(RegistrationCorrected, each, known[each.programme], cause=job.id) for each in gone]
    announce(session, *facts)
    lapse(session, [nothing_comes_of(None, each.id, each.subject_ref) for each in limited])


def note_undone(
    session: Session, job: ImportJob, gone: Collection[int], stays: Mapping[str, tuple[Said, Collection[int]]]
) -> None:
    """Keep of each row what became of it, by the code of why it stays, and count."""
    now = clock.now()
    changes: list[tuple[Collection[int], dict[str, Any]]] = [(gone, {"undone_at": now, "counts": None})]
    for code, (said, numbers) in stays.items():
        changes.append((numbers, {"kept": code, "problems": [problem(code, said)]}))
    for numbers, values in changes:
        for some in stretches(numbers):
            rows = update(ImportRow).where(col(ImportRow.job_id) == job.id, col(ImportRow.number).in_(some))
            session.execute(rows.values(**values).execution_options(synchronize_session=False))
    stayed = sum(len(numbers) for _, numbers in stays.values())
    job.undone += len(gone)
    job.kept += stayed
    job.done += len(gone) + stayed
    job.turn_at, job.version = now, job.version + 1
