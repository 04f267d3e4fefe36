"""What an edition restates of the one before (更正、补报): figures that were published and are others now, and why."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from services.quota.bulletins import rules
from services.quota.bulletins.queries import figures as queries
from services.quota.bulletins.queries.names import PolicyNames
from services.quota.bulletins.queries.snapshots import Snapshot
from services.quota.bulletins.rules import Cause, Moved
from services.quota.bulletins.schemas import AmountRevised, CauseLine, Previous, Restatement, UnitChange
from services.quota.counting.rules.heads import Counts
from services.quota.figures.schemas.progress import Progress
from services.quota.quotas.models import Quota


@dataclass(frozen=True)
class Before:
    """The edition before, and the last line of the ledger that it knew."""

    previous: Previous
    last_line: int


def restate(session: Session, before: Before, names: PolicyNames) -> list[Restatement]:
    """Every figure of the city that would be published otherwise now, as of the day of the edition before.

    A quota that was laid down since is no restatement: nothing was published of it.
    """
    rows = Snapshot(before.previous.as_of, queries.figures_on(session, before.previous.as_of)).city.values()
    known = {row.quota.id: row for row in rows if row.quota.defined_at <= before.previous.known_at}
    moved = queries.came_later(session, known, before.last_line, before.previous.as_of)
    by_quota: dict[UUID, list[tuple[Moved, Cause]]] = defaultdict(list)
    for each, cause in rules.causes(moved):
        if _change(each, known[each.quota].quota):
            by_quota[each.quota].append((each, cause))
    return [_restated(known[quota], by_quota[quota], names) for quota in known if by_quota[quota]]


def _restated(row: Progress, changes: Sequence[tuple[Moved, Cause]], names: PolicyNames) -> Restatement:
    by_cause: dict[Cause, list[Moved]] = defaultdict(list)
    by_unit: dict[str, int] = defaultdict(int)
    for each, cause in changes:
        by_cause[cause].append(each)
        by_unit[each.unit] += _change(each, row.quota)
    change = sum(by_unit.values())
    return Restatement(
        code=row.quota.code,
        name=names.of_quota(row.quota),
        period=row.quota.label,
        published=row.value - change,
        revised=row.value,
        causes=[
            CauseLine(
                cause=cause,
                change=sum(_change(each, row.quota) for each in by_cause[cause]),
                heads=len({each.registration for each in by_cause[cause]}),
                years=sorted({each.counted_on.year for each in by_cause[cause]}),
            )
            for cause in Cause
            if cause in by_cause
        ],
        units=[
            UnitChange(unit=unit, name=names.of_unit(unit), change=by_unit[unit])
            for unit in sorted(by_unit)
            if by_unit[unit]
        ],
    )


def _change(moved: Moved, quota: Quota) -> int:
    """What it changes in the figure that the quota's measure names."""
    return Counts(moved.gross, moved.net, moved.in_stock).measured(quota.measure)


def revised_amounts(
    session: Session, before: Before, shown: Sequence[Progress], names: PolicyNames
) -> list[AmountRevised]:
    """Amounts that were revised since the edition before (目标调整), of the quotas shown, each with the one
    before it.
    """
    quotas: dict[UUID, Quota] = {row.quota.id: row.quota for row in shown}
    return [
        AmountRevised(
            code=quotas[row.quota_id].code,
            name=names.of_quota(quotas[row.quota_id]),
            period=quotas[row.quota_id].label,
            unit=names.of_unit(row.unit) if row.unit else None,
            amount_before=row.amount_before,
            amount=row.amount,
            effective_on=row.effective_on,
            document_no=row.document_no,
        )
        for row in queries.revised_since(session, list(quotas), before.previous.known_at)
    ]
