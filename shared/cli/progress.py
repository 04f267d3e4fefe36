"""The table a leader wants: each programme against its amount, in the terminal."""

from enum import StrEnum
from typing import Any, Literal

from rich.table import Table
from rich.text import Text

from shared.cli.asking import Speaker, told

LAMPS = {"green": ("●", "green"), "yellow": ("●", "yellow"), "red": ("●", "red")}
BAR = 10  # characters
WIDTHS = (16, 9, BAR, 7, 7, 6, 6, 1)  # columns of the screen, so that a window of 80 shows every figure whole


class Language(StrEnum):
    """The reader's language."""

    zh = "zh"
    en = "en"


HEADS = {
    Language.zh: ("计划", "周期", "进展", "现有", "目标", "完成率", "序时", ""),
    Language.en: ("Programme", "Period", "Progress", "Value", "Amount", "Done", "Pace", ""),
}
FIGURES = {"现有", "目标", "完成率", "序时", "Value", "Amount", "Done", "Pace"}


def progress_table(speaker: Speaker, asked: dict[str, str | None], language: Language) -> Table:
    """The progress of every quota that was asked for."""
    given = {name: value for name, value in asked.items() if value}
    with speaker.client("quota") as quota, speaker.client("registry") as registry:
        items = told(quota.get("/v1/progress", params=given))["items"]
        names = {each["code"]: each for each in told(registry.get("/v1/programmes"))["items"]}
    as_of = items[0]["as_of"] if items else given.get("as_of", "")
    title = {Language.zh: f"目标进展（数据截至 {as_of}）", Language.en: f"Progress as of {as_of}"}[language]
    table = Table(title=title, box=None, header_style="bold", padding=(0, 1, 0, 0))
    for head, width in zip(HEADS[language], WIDTHS, strict=True):
        side: Literal["left", "right"] = "right" if head in FIGURES else "left"
        table.add_column(head, justify=side, no_wrap=True, overflow="ellipsis", min_width=width)
    for item in items:
        table.add_row(*_row(item, names[item["programme"]][f"name_{language}"]))
    if any(item["parked"] for item in items):
        table.caption = {
            Language.zh: "? 有事件待处理，数字可能不完整",
            Language.en: "? events are parked; may be incomplete",
        }[language]
    return table


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
        Text(lamp, style=colour),
    ]
