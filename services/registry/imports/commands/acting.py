"""The rows of a list of decisions (办理清单), tried, carried out, and approved by a second officer."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col

from services.registry.imports.commands.entering import (
    RowEntered,
    is_in,
    keep,
    nothing_entered,
    outcome_of,
    refused_among,
    rows_of,
    stopped_by,
)
from services.registry.imports.commands.judging import JudgedRow, problem
from services.registry.imports.commands.listed import judge_listed
from services.registry.imports.commands.staging import end
from services.registry.imports.models import ImportJob, ImportRow
from services.registry.imports.queries.jobs import locked_job
from services.registry.imports.rules.states import ImportState, RowResult
from services.registry.registrations.rules import ACTORS, Place
from shared.operations import Call, operation
from shared.problems import Refusal, Said

CHANGED_SINCE = Said(
    "首办之后登记有变化，已按现状重新提出，须另一名经办人在该登记上确认",
    "The registration changed since it was requested; it was requested anew, and another officer has to confirm it",
)


class NumberedAct(NamedTuple):
    """A row of a list by its number in the user's sheet: which transition it is, and what quota answered for it."""

    job_id: UUID
    number: int
    action: str
    place: Place | Refusal | None = None


@operation(lambda act: act.action, roles=ACTORS, effect=RowEntered.effect)
def act_on_rows(session: Session, calls: Sequence[Call[NumberedAct]]) -> list[RowEntered | Refusal]:
    """Carry out the rows of one list (清单办理) as `transition` does, what came of each kept in the same transaction.

    What two officers have to request waits for the second, who imports the same list or approves this one. Passed over
    are rows as by `enter_rows`. All-or-nothing comes with every row. Locks the job and what `transition` locks. Writes
    and announces what `transition` does, with the import as the cause; `import_row` and the job's counts. Refuses rows
    as `transition` does.
    """
    job = locked_job(session, calls[0].item.job_id)
    if not is_in(job, ImportState.COMMITTING):
        return nothing_entered(calls)
    rows = rows_of(session, job, calls, col(ImportRow.outcome).is_(None))
    return _kept(session, job, calls, _carried_out(session, job, rows, calls)) if rows else nothing_entered(calls)


def _carried_out(
    session: Session, job: ImportJob, rows: Sequence[tuple[int, bytes, str]], calls: Sequence[Call[NumberedAct]]
) -> list[JudgedRow]:
    places = {call.item.number: call.item.place for call in calls}
    if job.mode == "accept_good":
        return judge_listed(session, job, rows, calls[0].caller, places, trial=False)
    with session.begin_nested() as point:
        judged = judge_listed(session, job, rows, calls[0].caller, places, trial=False)
        if refused := refused_among(judged):
            point.rollback()
    return stopped_by(session, job, refused) if refused else judged


def _kept(
    session: Session, job: ImportJob, calls: Sequence[Call[NumberedAct]], judged: Sequence[JudgedRow]
) -> list[RowEntered | Refusal]:
    keep(session, job, judged, trial=False)
    outcomes = {each.number: outcome_of(each) for each in judged}
    return [outcomes.get(call.item.number, RowEntered()) for call in calls]


@operation("try_list", roles=ACTORS, effect=lambda tried: None)
def try_acts(session: Session, calls: Sequence[Call[NumberedAct]]) -> list[RowEntered | Refusal]:
    """Try the rows of one list (试运行): carried out as `act_on_rows` would, all in one transaction, and rolled back.

    No place (名额) is asked for. Locks the job and what `transition` locks. Writes what came of each row, and the job's
    counts; announces and refuses nothing.
    """
    job = locked_job(session, calls[0].item.job_id)
    if not is_in(job, ImportState.READING):
        return nothing_entered(calls)
    if rows := rows_of(session, job, calls, col(ImportRow.tried).is_(None)):
        with session.begin_nested() as point:
            judged = judge_listed(session, job, rows, calls[0].caller, {}, trial=True)
            point.rollback()
        job = locked_job(session, job.id) or job
        keep(session, job, judged, trial=True)
    return nothing_entered(calls)


@operation(lambda act: act.action, roles=ACTORS, effect=RowEntered.effect)
def approve_rows(session: Session, calls: Sequence[Call[NumberedAct]]) -> list[RowEntered | Refusal]:
    """Request as the second officer what the rows of a list wait for (第二人确认), which carries it out.

    What changed since the first officer requested it is requested anew, and waits on. Comes with every row that waits,
    and ends the phase. Locks and writes as `act_on_rows`. Refuses rows as `transition` does.
    """
    job = locked_job(session, calls[0].item.job_id)
    if not is_in(job, ImportState.APPROVING):
        return nothing_entered(calls)
    rows = rows_of(session, job, calls, col(ImportRow.outcome) == RowResult.AWAITING)
    places = {call.item.number: call.item.place for call in calls}
    judged = judge_listed(session, job, rows, calls[0].caller, places, trial=False) if rows else []
    for each in judged:
        if each.result == RowResult.AWAITING:
            each.problems = [problem("changed_since", CHANGED_SINCE)]
    job.awaiting -= len(judged)
    outcomes = _kept(session, job, calls, judged)
    end(session, job, ImportState.COMMITTED)
    return outcomes
