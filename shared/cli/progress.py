"""The table a leader wants: each programme against its amount, in the terminal."""

from enum import StrEnum
from typing import Any

from rich.table import Table
from rich.text import Text

from shared.cli.asking import Speaker, told

LAMPS = {"green": ("●", "green"), "yellow": ("●", "yellow"), "red": ("●", "red")}
BAR = 20  # characters


class Language(StrEnum):
    """The reader's language."""

    zh = "zh"
    en = "en"


HEADS = {
    Language.zh: ("计划", "周期", "进展", "", "现有", "目标", "完成率", "序时", "亮灯"),
    Language.en: ("Programme", "Period", "Progress", "", "Value", "Amount", "Done", "Expected", "Lamp"),
}


def progress_table(speaker: Speaker, asked: dict[str, str | None], language: Language) -> Table:
    """The progress of every quota that was asked for."""
    given = {name: value for name, value in asked.items() if value}
    with speaker.client("quota") as quota, speaker.client("registry") as registry:
        items = told(quota.get("/v1/progress", params=given))["items"]
        names = {each["code"]: each for each in told(registry.get("/v1/programmes"))["items"]}
    as_of = items[0]["as_of"] if items else given.get("as_of", "")
    title = {Language.zh: f"目标进展（数据截至 {as_of}）", Language.en: f"Progress as of {as_of}"}[language]
    table = Table(title=title, box=None, header_style="bold", padding=(0, 1))
    for n, head in enumerate(HEADS[language]):
        table.add_column(head, justify="right" if n in {4, 5, 6, 7} else "left", no_wrap=True)
    for item in items:
        table.add_row(*_row(item, names[item["programme"]][f"name_{language}"], language))
    return table


def _row(item: dict[str, Any], name: str, language: Language) -> list[str | Text]:
    done = item["completion_percent"]
    pace = item["pace"]
    lamp, colour = LAMPS[pace["lamp"]] if pace else ("", "")
    filled = min(BAR, int(float(done or 0) * BAR / 100))
    return [
        name,
        item["period"]["label"],
        Text("█" * filled + "░" * (BAR - filled), style=colour or "cyan"),
        Text("可能不完整" if language is Language.zh else "may be incomplete") if item["parked"] else "",
        f"{item['value']:,}",
        f"{item['amount']:,}" if item["amount"] else "—",
        f"{done}%" if done is not None else "—",
        f"{pace['expected_percent']}%" if pace else "—",
        Text(lamp, style=colour),
    ]
