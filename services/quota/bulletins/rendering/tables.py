"""The columns of a bulletin's tables (workflow.md 3.6), and each cell as text for people and as number for sheets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from services.quota.bulletins.rendering import words
from services.quota.bulletins.rendering.words import MINUS, NOTHING, SHAPES, WORDS
from services.quota.bulletins.schemas import Content, ProgrammeTable, UnitGroup
from shared.problems import Language, Said

GROUPS = {"districts": "districts", "zones": "zones", "units": "together", "city": "own"}


class TableCell(NamedTuple):
    """What stands in one cell: the text people read, the number behind it if it is one, and how it is shown."""

    text: str
    number: int | Decimal | None = None
    look: str = "text"


@dataclass(frozen=True)
class Column:
    """One column: its heading, the heading over it where several share one, and what stands in it."""

    head: Said
    cell: Callable[[Any, Language], TableCell]
    width: int
    over: Said | None = None


def _words(of: Callable[[Any, Language], str]) -> Callable[[Any, Language], TableCell]:
    return lambda line, language: TableCell(of(line, language))


def _count(name: str) -> Callable[[Any, Language], TableCell]:
    def cell(line: Any, _: Language) -> TableCell:
        value = getattr(line, name)
        return TableCell(NOTHING, look="none") if value is None else TableCell(_thousands(value), value, "count")

    return cell


def _amount(line: Any, _: Language) -> TableCell:
    if line.amount is None:
        return TableCell(NOTHING, look="none")
    if line.amount_max is not None:
        return TableCell(f"{line.amount:,}–{line.amount_max:,}", look="right")
    return TableCell(_thousands(line.amount), line.amount, "count")


def _percent(name: str, decimals: int = 1) -> Callable[[Any, Language], TableCell]:
    def cell(line: Any, _: Language) -> TableCell:
        value = getattr(line, name)
        if value is None:
            return TableCell(NOTHING, look="none")
        return TableCell(_minus(f"{value}%"), Decimal(value) / 100, f"percent{decimals}")

    return cell


def _points(line: Any, _: Language) -> TableCell:
    if line.ahead_points is None:
        return TableCell(NOTHING, look="none")
    plus = "" if line.ahead_points.startswith("-") else "+"
    return TableCell(_minus(plus + line.ahead_points), Decimal(line.ahead_points), "points")


def _lamp(line: Any, language: Language) -> TableCell:
    if line.lamp is None:
        return TableCell(NOTHING, look="none")
    return TableCell(f"{SHAPES[line.lamp]} {WORDS[line.lamp].in_(language)}", look=line.lamp)


def _rank(line: Any, language: Language) -> TableCell:
    if line.rank is None:
        return TableCell(NOTHING, look="none")
    if line.tied:
        return TableCell(f"并列{line.rank}" if language == "zh" else f"{line.rank}=", line.rank, f"tied_{language}")
    return TableCell(str(line.rank), line.rank, "rank")


def _rank_change(line: Any, language: Language) -> TableCell:
    change = line.rank_change
    if change is None:
        return TableCell(NOTHING, look="none")
    same = "持平" if language == "zh" else "same"
    text = f"↑{change}" if change > 0 else f"↓{-change}" if change else same
    return TableCell(text, change, f"change_{language}")


def _notes(line: Any, language: Language) -> TableCell:
    return TableCell(WORDS["and"].in_(language).join(each.in_(language) for each in line.notes))


def _name(line: Any, language: Language) -> str:
    name: str = line.name.in_(language)
    return words.say("of_which", language, name=name) if line.part_of else name


def _thousands(value: int) -> str:
    return _minus(f"{value:,}")


def _minus(text: str) -> str:
    return text.replace("-", MINUS)


TASKS, TIME = Said("任务完成", "Task"), Said("序时", "Time")
YEAR, RANKS = Said("比较", "Compared"), Said("位次变化", "Rank change")
TOTAL = Column(Said("累计完成", "Total"), _count("value"), 10, TASKS)


def _added(content: Content) -> Column:
    head = Said("本年新增", "Added") if len(content.edition) == 4 else Said("本月新增", "Added")
    return Column(head, _count("added"), 10, TASKS)


def _compared(content: Content) -> list[Column]:
    compared = [
        Column(Said("去年同期", "Year ago"), _count("year_ago"), 10, YEAR),
        Column(Said("同比", "Year on year"), _percent("year_on_year_percent"), 9, YEAR),
    ]
    if content.month_on_month:
        compared.append(Column(Said("环比", "Month on month"), _percent("month_on_month_percent"), 9, YEAR))
    return compared


def _figures(content: Content) -> list[Column]:
    return [
        Column(Said("目标任务", "Amount"), _amount, 10, TASKS),
        _added(content),
        TOTAL,
        Column(Said("完成率", "Done"), _percent("completion_percent"), 9, TASKS),
        Column(Said("序时进度", "Pace"), _percent("expected_percent", 2), 10, TIME),
        Column(Said("较序时(百分点)", "Ahead (points)"), _points, 11, TIME),
        *_compared(content),
    ]


def city_columns(content: Content) -> list[Column]:
    """The city's table: a line for each target."""
    return [
        Column(Said("编号", "No."), _words(lambda line, _: line.code), 7),
        Column(Said("计划", "Programme"), _words(_name), 34),
        Column(Said("期间", "Period"), _words(lambda line, _: line.period), 11),
        Column(Said("量词", "Unit"), _words(lambda line, language: line.measure_word.in_(language)), 9),
        *_figures(content),
        Column(Said("亮灯", "Lamp"), _lamp, 10),
        Column(Said("备注", "Remarks"), _notes, 18),
    ]


def unit_columns(content: Content, table: ProgrammeTable) -> list[Column]:
    """A programme's table: a line for each unit; where none has an amount, what each contributes and no completion."""
    unit = Column(Said("单位", "Unit"), _words(lambda line, language: line.name.in_(language)), 24)
    if not any(line.amount for group in table.groups for line in group.lines):
        return [unit, _added(content), TOTAL, *_compared(content), Column(Said("备注", "Remarks"), _notes, 40)]
    return [
        Column(Said("排名", "Rank"), _rank, 7),
        unit,
        *_figures(content),
        Column(RANKS, _rank_change, 9),
        Column(Said("亮灯", "Lamp"), _lamp, 10),
        Column(Said("备注", "Remarks"), _notes, 24),
    ]


def _decimal(name: str) -> Callable[[Any, Language], TableCell]:
    def cell(line: Any, _: Language) -> TableCell:
        value = getattr(line, name)
        return (
            TableCell(NOTHING, look="none")
            if value is None
            else TableCell(f"{Decimal(value):,f}", Decimal(value), "decimal")
        )

    return cell


def _year_on_year(line: Any, language: Language) -> TableCell:
    """A share is compared in points (百分点), everything else in percent."""
    if line.year_on_year_points is None:
        return _percent("year_on_year_percent")(line, language)
    sign = "" if line.year_on_year_points.startswith("-") else "+"
    return TableCell(words.say("points", language, points=_minus(sign + line.year_on_year_points)), look="right")


def _horizon(line: Any, language: Language) -> str:
    return words.say("by", language, year=line.horizon) if line.horizon else words.say("every_year", language)


def _status(line: Any, language: Language) -> TableCell:
    if line.status is None:
        return TableCell(NOTHING, look="none")
    return TableCell(WORDS[line.status].in_(language))


def _as_of(line: Any, language: Language) -> str:
    if line.as_of is None:
        return NOTHING
    more = words.say("corrected_value", language, version=line.version - 1) if line.version > 1 else ""
    return f"{words.written_date(line.as_of, language)} {more}".strip()


INDICATOR_COLUMNS = [
    Column(Said("编号", "No."), _words(lambda line, _: line.code), 7),
    Column(Said("指标", "Indicator"), _words(lambda line, language: line.wording.in_(language)), 52),
    Column(Said("目标年", "Horizon"), _words(_horizon), 12),
    Column(Said("单位", "Unit"), _words(lambda line, language: line.unit.in_(language)), 12),
    Column(Said("最新值", "Value"), _decimal("value"), 11),
    Column(Said("上年同期", "Year ago"), _decimal("year_before"), 11),
    Column(Said("同比", "Year on year"), _year_on_year, 12),
    Column(Said("完成率", "Done"), _percent("completion_percent"), 9),
    Column(Said("序时进度", "Pace"), _percent("expected_percent", 2), 9),
    Column(Said("是否达标", "Result"), _status, 11),
    Column(Said("数据时点", "Stands for"), _words(_as_of), 20),
]

RESTATED_COLUMNS = [
    Column(Said("编号", "No."), _words(lambda line, _: line.code), 7),
    Column(Said("计划", "Programme"), _words(lambda line, language: line.name.in_(language)), 30),
    Column(Said("期间", "Period"), _words(lambda line, _: line.period), 11),
    Column(Said("已公布", "Published"), _count("published"), 10),
    Column(Said("更正后", "Revised"), _count("revised"), 10),
    Column(Said("原因", "Cause"), _words(words.causes), 44),
    Column(Said("涉及单位", "Units"), _words(words.units_of), 40),
]


def groups_shown(table: ProgrammeTable) -> list[UnitGroup]:
    """The groups of a programme in which any unit has an amount or a figure."""
    return [group for group in table.groups if any(line.amount or line.value is not None for line in group.lines)]


def group_name(group: UnitGroup, language: Language) -> str:
    """What a group of units is called."""
    return WORDS[GROUPS[group.kind]].in_(language)


def widths(columns: Sequence[Column]) -> list[int]:
    """How much of a page's width each column takes, in percent."""
    return [column.width * 100 // sum(each.width for each in columns) for column in columns]


class Heading(NamedTuple):
    """A heading and how many columns and rows it takes."""

    text: str
    columns: int
    rows: int


def heads(columns: Sequence[Column], language: Language) -> tuple[list[Heading], list[Heading]]:
    """Two rows of headings: those that stand alone take both rows."""
    upper: list[Heading] = []
    lower: list[Heading] = []
    last: Said | None = None
    for column in columns:
        if column.over is None:
            upper.append(Heading(column.head.in_(language), 1, 2))
        else:
            lower.append(Heading(column.head.in_(language), 1, 1))
            if column.over == last:
                upper[-1] = upper[-1]._replace(columns=upper[-1].columns + 1)
            else:
                upper.append(Heading(column.over.in_(language), 1, 1))
        last = column.over
    return upper, lower
