from collections import defaultdict
from datetime import date
from typing import Literal
from uuid import UUID

from sqlmodel import Session

from services.registry.outcomes.queries.placements import PlacementFilter, counted
from services.registry.outcomes.rules.placements import Counted, retention
from services.registry.outcomes.schemas.placements import RetentionFigures, RetentionRead
from shared.auth import Caller
from shared.problems import Fault, InvalidBody, Said

By = Literal["base", "unit"]


def figures(
    session: Session, caller: Caller, wanted: PlacementFilter, period: tuple[date, date], by: By
) -> RetentionFigures:
    """Retention in a period (留用率), of what the caller may see; of bases whose recognition was revoked nothing.

    Raises InvalidBody for a period that ends before it starts.
    """
    start, end = period
    if end < start:
        raise InvalidBody(ENDS_BEFORE_START)
    found = counted(session, caller, wanted, start, end)
    of_base: dict[UUID, list[Counted]] = defaultdict(list)
    of_unit: dict[str, list[Counted]] = defaultdict(list)
    for each in found:
        of_base[each.base_id].append(each)
        of_unit[each.unit].append(each)
    if by == "base":
        items = [
            RetentionRead.of(retention(of_base[base], start, end), base=base, unit=of_base[base][0].unit)
            for base in sorted(of_base)
        ]
    else:
        items = [RetentionRead.of(retention(of_unit[unit], start, end), unit=unit) for unit in sorted(of_unit)]
    total = RetentionRead.of(retention(found, start, end))
    return RetentionFigures(period_start=start, period_end=end, total=total, items=items)


ENDS_BEFORE_START = Fault("/period_end", "ends_before_start", Said("止日早于起日", "lies before the start"))
