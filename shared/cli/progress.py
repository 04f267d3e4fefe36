"""The tables a leader wants: each programme against its amount, and what is ahead of it, in the terminal."""

from enum import StrEnum
from typing import Any, Literal

from rich.table import Table
from rich.text import Text

from shared.cli.client import ApiClient, body_of

LAMPS = {"green": ("●", "green"), "yellow": ("●", "yellow"), "red": ("●", "red")}
BAR = 10  # characters
WIDEST = 110  # columns of the screen


class Language(StrEnum):
    """The reader's language."""

    zh = "zh"
    en = "en"


HEADS = {
    Language.zh: ("计划", "期间", "进展", "现有", "目标", "完成率", "序时", "较序时", ""),
    Language.en: ("Programme", "Period", "Progress", "Value", "Amount", "Done", "Pace", "Ahead", ""),
}
AHEAD = {
    Language.zh: ("计划", "期间", "未分解", "预计期末", "预计达标", "每周需", "未报送"),
    Language.en: ("Programme", "Period", "Unallocated", "At the end", "Met on", "A week", "Silent"),
}
LEFT = {"计划", "期间", "进展", "Programme", "Period", "Progress", ""}


def progress_tables(client: ApiClient, query: dict[str, str | None], language: Language, width: int) -> list[Table]:
    """The progress of every quota that was asked for, and what is ahead of those of which something can be said.

    On a screen of 80 columns every figure is whole; names give way.
    """
    width = min(width, WIDEST)
    given = {name: value for name, value in query.items() if value}
    with client.client("quota") as quota, client.client("registry") as registry:
        items = body_of(quota.get("/v1/progress", params=given))["items"]
        known = [body_of(registry.get(path))["items"] for path in ("/v1/programmes", "/v1/reporting-units")]
    names = {each["code"]: str(each[f"name_{language}"]) for each in (*known[0], *known[1])}
    as_of = items[0]["as_of"] if items else given.get("as_of", "")
    title = {Language.zh: f"目标进展（数据截至 {as_of}）", Language.en: f"Progress as of {as_of}"}[language]
    table = _table(title, HEADS[language], width)
    for item in items:
        table.add_row(*_row(item, _name(item, names)))
    if any(item["parked"] for item in items):
        table.caption = {
            Language.zh: "? 有事件待处理，数字可能不完整",
            Language.en: "? events are parked; may be incomplete",
        }[language]
    return [table, *_ahead(items, names, language, width)]


def _table(title: str, heads: tuple[str, ...], width: int) -> Table:
    table = Table(title=title, box=None, header_style="bold", padding=(0, 1, 0, 0), width=width)
    for place, head in enumerate(heads):
        side: Literal["left", "right"] = "left" if head in LEFT else "right"
        table.add_column(head, justify=side, no_wrap=True, overflow="ellipsis", ratio=None if place else 1)
    return table


def _name(item: dict[str, Any], names: dict[str, str]) -> str:
    """The programme, or within it the unit that has a share or an amount of its own."""
    return names[item["programme"]] if item["unit"] is None else f"  {names.get(item['unit'], item['unit'])}"


def _ahead(items: list[dict[str, Any]], names: dict[str, str], language: Language, width: int) -> list[Table]:
    """Remainders, forecasts and silent units, where there are any."""
    title = {Language.zh: "分解、预测与报送", Language.en: "Shares, forecasts, reports"}[language]
    table = _table(title, AHEAD[language], width)
    for item in items:
        silent = item["silent"]["units"] if item["silent"] else []
        if item["forecast"] or item["unallocated"] is not None or silent:
            found = item["forecast"] or {}
            end = found.get("value_at_end")
            table.add_row(
                _name(item, names),
                item["period"]["label"],
                "" if item["unallocated"] is None else f"{item['unallocated']:,}",
                "" if end is None else f"{end:,} ({found['low']:,}–{found['high']:,})",
                found.get("attained_on") or "",
                f"{found['needed_per_week']:,}" if found.get("needed_per_week") else "",
                f"{len(silent)}" if silent else "",
            )
    table.caption = _silent(items, names, language)
    return [table] if table.row_count else []


def _silent(items: list[dict[str, Any]], names: dict[str, str], language: Language) -> str | None:
    """Who was not heard of, in whichever programme."""
    silent = [item["silent"] for item in items if item["silent"] and item["silent"]["units"]]
    units = sorted({unit for each in silent for unit in each["units"]})
    if not silent:
        return None
    head = {Language.zh: "未报送", Language.en: "No report for"}[language]
    return f"{head} {silent[0]['month']}: {', '.join(names.get(unit, unit) for unit in units)}"


def _row(item: dict[str, Any], name: str) -> list[str | Text]:
    done = item["completion_percent"]
    pace = item["pace"]
    lamp, colour = LAMPS[pace["lamp"]] if pace else ("", "")
    filled = min(BAR, int(float(done or 0) * BAR / 100))
    return [
        name,
        item["period"]["label"],
        Text("█" * filled + "░" * (BAR - filled), style=colour or "cyan"),
        f"{item['value']:,}" + ("?" if item["parked"] else ""),
        f"{item['amount']:,}" if item["amount"] else "—",
        f"{done}%" if done is not None else "—",
        f"{pace['expected_percent']}%" if pace else "—",
        f"{float(pace['ahead_points']):+.2f}" if pace else "—",
        Text(lamp, style=colour),
    ]
