"""The units as they are shown, and every word of their pages in both languages."""

from datetime import date
from typing import Any

from services.portal.pages.units.queries import UnitsPage
from services.portal.pages.units.rules import rank_of, summaries
from services.portal.shell.days import Mistake, shown_day
from services.portal.shell.figures import figure_values, names_of
from shared.problems import Language, Said

WORDS: dict[str, Said] = {
    "trail": Said("所在位置", "Where you are"),
    "overview": Said("总览", "Overview"),
    "title": Said("各填报单位", "Reporting units"),
    "unit": Said("填报单位", "Reporting unit"),
    "targets": Said("单位目标", "Own targets"),
    "attained": Said("达标", "Attained"),
    "lamps": Said("亮灯", "Lamps"),
    "silent_head": Said("未报送", "No report"),
    "list_note": Said("仅列各单位自己的目标。各项目标不可相加，同一人可计入多项。",
                      "Each unit's own targets alone. Targets are never added up: one person may count in several."),
    "no_units": Said("还没有填报单位", "There are no reporting units yet"),
    "own_head": Said("单位目标", "Own targets"),
    "no_own": Said("没有给这个单位分解目标。", "This unit was given no amount of its own."),
    "contributes_head": Said("对全市目标的贡献（仅列完成数）", "Contributed to the city's targets (count only)"),
    "earlier": Said("往期（{count}）", "Earlier periods ({count})"),
    "no_contribution": Said("还没有计入的登记。", "Nothing counts yet."),
    "programme": Said("计划", "Programme"),
    "total": Said("累计完成", "Total"),
    "amount": Said("目标", "Amount"),
    "completion": Said("完成率", "Completion"),
    "to_time": Said("较序时", "To time"),
    "rank": Said("名次", "Rank"),
    "rank_of": Said("{place}／{of}", "{place} of {of}"),
    "tied": Said("并列", "tied"),
}  # fmt: skip


def all_units(
    page: UnitsPage, language: Language, chosen: date | None, today: date, mistake: Mistake | None
) -> dict[str, Any]:
    """The values of `list.html`; `chosen` is the day that was asked for, None for today."""
    codes = [each.code for each in page.units or ()]
    lines = summaries(page.progress or (), codes)
    return _values(page, language) | {"page": page, "lines": lines, "day": _day(page, chosen, today, mistake)}


def one_unit(
    page: UnitsPage, language: Language, chosen: date | None, today: date, mistake: Mistake | None
) -> dict[str, Any]:
    """The values of `unit.html`: the unit's own quotas, the newest period first, and its other counts."""
    own = sorted(page.own or (), key=lambda each: each.period.start, reverse=True)
    own.sort(key=lambda each: each.code)
    counts = [each for each in own if not each.has_amount]
    latest = {each.code: each.period for each in reversed(counts)}
    return _values(page, language) | {
        "page": page,
        "targets": [(each, rank_of(each, page.progress or ())) for each in own if each.has_amount],
        "counts": [each for each in counts if each.period == latest[each.code]],
        "earlier": [each for each in counts if each.period != latest[each.code]],
        "day": _day(page, chosen, today, mistake),
    }


def _values(page: UnitsPage, language: Language) -> dict[str, Any]:
    return dict(figure_values(language, names_of(page.programmes, page.units)))


def _day(page: UnitsPage, chosen: date | None, today: date, mistake: Mistake | None) -> Any:
    return shown_day(chosen, today, mistake, [each.period.start for each in page.progress or ()])
