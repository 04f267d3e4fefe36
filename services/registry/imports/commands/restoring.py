"""Undoing a list of decisions (撤回清单): each registration is put back as it was, as a correction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.imports.commands.entering import NumberedRow, RowEntered, is_in, nothing_entered
from services.registry.imports.commands.undoing import MOVED_ON, note_undone
from services.registry.imports.models import ImportJob, ImportRow
from services.registry.imports.queries.jobs import locked_job
from services.registry.imports.rules.listed import AS_BEFORE, UNDOABLE
from services.registry.imports.rules.states import ImportState, RowResult, caller_kept
from services.registry.programmes.queries import limits, programmes
from services.registry.programmes.rules.limits import KnownLimits
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.commands.seats import lapse, nothing_comes_of
from services.registry.registrations.commands.terms import reckon_term
from services.registry.registrations.models import HistoryEntry, Registration
from services.registry.registrations.queries import active, classes, fact, locked
from services.registry.registrations.rules import INACTIVE
from services.registry.subjects.queries.people import lock_identities
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.policy import Programme
from shared.contracts.registration import IN_STOCK, RegistrationCorrected
from shared.db import stretches
from shared.operations import Call, operation
from shared.outbox import announce
from shared.problems import Refusal, Said

DAYS = ("counted_on", "ended_on", "decision_date")
STAYS: Mapping[str, Said] = {
    "moved_on": MOVED_ON,
    "act_stands": Said(
        "此事项须由两人办理或已送达，不能随清单撤回；请按其自身程序更正",
        "It took two officers or was served, and is not undone with the list: it has a procedure of its own",
    ),
    "another_stands": Said(
        "同一对象在本计划另有有效登记，未恢复原状", "The subject has another registration there, so that it stays"
    ),
    "needs_place": Said(
        "恢复原状须占用名额，未撤回；请办理“返回”", "As it was it needs a place: readmit it, and a place is asked for"
    ),
}


class ListedEntry(NamedTuple):
    """What a row of a list did to a registration, or what it requested of it as the first officer."""

    number: int
    registration_id: UUID
    action: str
    outcome: str
    before: Mapping[str, Any]


@dataclass
class Restoring:
    """What an undoing looks at, and what it found: rows that are put back, and why others stay.

    `version` is the one at which a registration is, as far as its later rows were put back already.
    """

    uploader: Caller
    held: Mapping[UUID, Registration]
    entries: Mapping[tuple[UUID, int], HistoryEntry]
    standing: Mapping[tuple[str, UUID], Registration]
    limits: KnownLimits
    programmes: Mapping[str, Programme]
    version: dict[UUID, int]
    restored: dict[UUID, Mapping[str, Any]] = field(default_factory=dict)
    gone: list[ListedEntry] = field(default_factory=list)
    stays: dict[str, list[int]] = field(default_factory=dict)


@operation("undo_transition", roles=(Role.BUREAU_OFFICER,), effect=RowEntered.effect)
def undo_acts(session: Session, calls: Sequence[Call[NumberedRow]]) -> list[RowEntered | Refusal]:
    """Put back what rows of one list did (撤回清单); what cannot be, or was acted on since, stays with the reason.

    What waits for a second officer waits no longer. Comes with every row. Locks the job, identities (shared) and the
    registrations. Writes these, history, `import_row` and the job's counts. Announces RegistrationCorrected with the
    import as the cause, and SeatLapsed for places of who is not recognised any more. Refuses nothing.
    """
    job = locked_job(session, calls[0].item.job_id)
    if not is_in(job, ImportState.UNDOING):
        return nothing_entered(calls)
    rows = _rows(session, job)
    lock_identities(session, changing=False)
    found = _looked_at(session, job, rows)
    for row in rows:  # the last one first
        _look_at(found, row)
    _put_back(session, found, job, calls[0].caller)
    stays = {code: (STAYS[code], numbers) for code, numbers in found.stays.items()}
    note_undone(session, job, [each.number for each in found.gone], stays)
    undone = {each.number: found.held[each.registration_id] for each in found.gone}
    return [_done(undone.get(call.item.number)) for call in calls]


def _done(registration: Registration | None) -> RowEntered:
    return RowEntered(registration.id, registration.version) if registration else RowEntered()


def _rows(session: Session, job: ImportJob) -> list[ListedEntry]:
    """The rows of the list that stand, the last one first."""
    columns = (ImportRow.number, ImportRow.registration_id, ImportRow.action, ImportRow.outcome, ImportRow.before)
    wanted = select(*map(col, columns)).where(
        ImportRow.job_id == job.id,
        col(ImportRow.outcome).in_((RowResult.ACCEPTED, RowResult.AWAITING)),
        col(ImportRow.undone_at).is_(None),
        col(ImportRow.kept).is_(None),
    )
    return [ListedEntry(*row) for row in session.execute(wanted.order_by(col(ImportRow.number).desc()))]


def _looked_at(session: Session, job: ImportJob, rows: Sequence[ListedEntry]) -> Restoring:
    held = locked(session, None, {each.registration_id for each in rows})
    entries = {}
    for some in stretches(held):
        for each in session.exec(select(HistoryEntry).where(col(HistoryEntry.registration_id).in_(some))):
            entries[each.registration_id, each.version] = each
    others = active(session, {each.subject_ref for each in held.values()})
    return Restoring(
        uploader=caller_kept(job.uploader),
        held=held,
        entries=entries,
        standing={(each.programme, each.subject_ref): each for each in others},
        limits=limits(session),
        programmes=programmes(session),
        version={each.id: each.version for each in held.values()},
    )


def _look_at(found: Restoring, row: ListedEntry) -> None:
    registration = found.held[row.registration_id]
    reason = (
        _waits_no_longer(found, row, registration)
        if row.outcome == RowResult.AWAITING
        else _why_it_stays(found, row, registration)
    )
    if reason:
        found.stays.setdefault(reason, []).append(row.number)
        return
    found.gone.append(row)
    if row.outcome == RowResult.ACCEPTED:
        found.version[registration.id] = row.before["version"]
        found.restored[registration.id] = row.before


def _waits_no_longer(found: Restoring, row: ListedEntry, registration: Registration) -> str | None:
    """Drop what the list requested as the first officer; why not, where that is not what waits."""
    waiting = registration.awaiting
    own = waiting and (waiting["by"], waiting["action"]) == (found.uploader.actor, row.action)
    if not own or found.version[registration.id] != row.before["version"]:
        return "moved_on"
    registration.awaiting = None
    return None


def _why_it_stays(found: Restoring, row: ListedEntry, registration: Registration) -> str | None:
    """Why a registration cannot be as it was before; None where it can."""
    entry = found.entries.get((registration.id, row.before["version"] + 1))
    if entry is None or row.action not in UNDOABLE or entry.second_by:
        return "act_stands"
    waiting = registration.awaiting
    held_up = registration.moved or registration.restricted or (waiting and not waiting.get("void"))
    if held_up or found.version[registration.id] != row.before["version"] + 1:
        return "moved_on"
    if registration.state in INACTIVE and row.before["state"] not in INACTIVE:
        if (registration.programme, registration.subject_ref) in found.standing:
            return "another_stands"
        if row.before["state"] in IN_STOCK and _needs_place(found, registration):
            return "needs_place"
    return None


def _needs_place(found: Restoring, registration: Registration) -> bool:
    if registration.counted_on is None:
        return False
    counted = classes(registration, found.programmes[registration.programme])
    return found.limits.cover(registration.programme, registration.reporting_unit, counted, registration.counted_on)


def _put_back(session: Session, found: Restoring, job: ImportJob, caller: Caller) -> None:
    """Each registration once, as it was before the first of its rows that is undone."""
    now, facts, unused = clock.now(), [], []
    for ref, before in found.restored.items():
        registration, programme = found.held[ref], found.programmes[found.held[ref].programme]
        counted = registration.counted_on is not None
        for name in AS_BEFORE:
            value = before[name]
            setattr(registration, name, date.fromisoformat(value) if name in DAYS and value else value)
        if counted and registration.counted_on is None and registration.programme in found.limits.programmes:
            unused.append(nothing_comes_of(None, registration.id, registration.subject_ref))
        reckon_term(registration, programme)
        registration.version, registration.updated_at = registration.version + 1, now
        session.add(history_entry(registration, "undo_import", caller))
        facts.append(fact(RegistrationCorrected, registration, programme, cause=job.id))
    session.flush()
    announce(session, *facts)
    lapse(session, unused)
