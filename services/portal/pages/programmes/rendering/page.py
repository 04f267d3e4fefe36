"""What the template of a programme shows, in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.portal.client.progress import ProgressAnswer
from services.portal.pages.programmes.queries import ProgrammePage
from services.portal.pages.programmes.rules import UnitStanding, heads_for, last_day, ranked, whole_months
from services.portal.pages.programmes.schemas import MonthAnswer
from services.portal.shell.charts import burn_up
from services.portal.shell.days import Mistake, shown_day
from services.portal.shell.figures import figure_values, names_of
from shared.problems import Language

SIZES = {"wide-chart": (860, 320), "narrow-chart": (340, 250)}


def shown(
    page: ProgrammePage, language: Language, chosen: date | None, today: date, mistake: Mistake | None, signed_in: bool
) -> dict[str, Any]:
    """The values of `page.html`; `chosen` is the day that was asked for, None for today."""
    names = names_of(page.programmes, page.units)
    day = shown_day(chosen, today, mistake, [each.period.start for each in page.quotas or ()])
    now, months = page.now, page.months
    counted = whole_months(months or (), now.as_of) if now else ()
    return {
        **figure_values(language, names),
        "page": page,
        "now": now,
        "day": day,
        "signed_in": signed_in,
        "name": names[page.code].in_(language) if page.code in names else now.wording if now else page.code,
        "months": counted,
        "charts": _charts(now, counted) if now and counted else {},
        "standings": _standings(page),
        "own": {each.unit: each for each in page.of_units},
        "heads_for": heads_for,
    }


def _charts(now: ProgressAnswer, months: Sequence[MonthAnswer]) -> Mapping[str, Any]:
    """The curve in both sizes; before the first month that is known stood what it did not add."""
    first = months[0]
    before = (date.fromisoformat(f"{first.month}-01"), first.value - first.added)
    known = [before, *((last_day(each.month), each.value) for each in months)]
    counted = [(day, value) for day, value in known if day >= now.period.start]
    return {name: burn_up(now, counted, *size) for name, size in SIZES.items()}


def _standings(page: ProgrammePage) -> Sequence[UnitStanding]:
    """The ranking of units; what a unit has in its own quota goes before what it contributes to the city's."""
    values = {each.unit: each.value for each in (page.now.units if page.now else None) or ()}
    own = {each.unit: each for each in page.of_units if each.unit and each.amount}
    amounts = {unit: each.amount or 0 for unit, each in own.items()}
    if not values and not amounts:
        return ()
    return ranked(
        values | {unit: each.value for unit, each in own.items()}, amounts, [each.code for each in page.units or ()]
    )
