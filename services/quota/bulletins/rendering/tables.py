"""The columns of a bulletin's tables (workflow.md 3.6), by the version of the edition, and their lines."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from services.quota.bulletins.rendering import cells, words
from services.quota.bulletins.rendering.cells import Column
from services.quota.bulletins.schemas import Content, ProgrammeTable, SumLine, UnitGroup
from shared.clauses import written_clause
from shared.problems import Language, Said

GROUPS = {"districts": "districts", "zones": "zones", "units": "together", "city": "own"}


TASKS, TIME, YEAR = Said("任务完成", "Target and count"), Said("序时", "Pace"), Said("比较", "Compared")
FIRST_OVER = {TASKS: Said("任务完成", "Task"), TIME: Said("序时", "Time")}  # as version 1 had them in English
RANKS = Said("位次变化", "Rank change")
AMOUNT, DONE = Said("目标任务", "Amount"), Said("完成率", "Completion")
EXPECTED, AHEAD = Said("序时进度", "Expected"), Said("较序时(百分点)", "Ahead (points)")
FIRST_HEADS = {DONE: Said("完成率", "Done"), EXPECTED: Said("序时进度", "Pace")}


def _of_version(columns: Sequence[Column], version: int) -> list[Column]:
    """The columns under the headings that editions of a version have."""
    if version > 1:
        return list(columns)
    return [
        replace(
            each, head=FIRST_HEADS.get(each.head, each.head), over=each.over and FIRST_OVER.get(each.over, each.over)
        )
        for each in columns
    ]


def _unreported(version: int) -> Said:
    """What stands where a report is owed; version 1 had a dash."""
    return cells.NO_FIGURE if version == 1 else words.said("unreported", version)


def _total(content: Content, line_of_unit: bool) -> Column:
    """What is counted; of a unit that has not reported it is said that it has not."""
    absent = _unreported(content.version) if line_of_unit else cells.NO_FIGURE
    return Column(Said("累计完成", "Total"), cells.count("value", absent), 10, TASKS)


def _added(content: Content) -> Column:
    head = Said("本年新增", "Added") if len(content.edition) == 4 else Said("本月新增", "Added")
    return Column(head, cells.count("added"), 10, TASKS)


def _compared(content: Content) -> list[Column]:
    first = content.version == 1
    compared = [
        Column(Said("去年同期", "Year ago"), cells.count("year_ago"), 10, YEAR),
        Column(Said("同比", "Year on year"), cells.percent("year_on_year_percent"), 9 if first else 11, YEAR),
    ]
    if content.month_on_month:
        column = cells.percent("month_on_month_percent")
        compared.append(Column(Said("环比", "Month on month"), column, 9 if first else 11, YEAR))
    return compared


def _figures(content: Content, *, of_unit: bool) -> list[Column]:
    first = content.version == 1
    return [
        Column(AMOUNT, cells.amount, 10, TASKS),
        _added(content),
        _total(content, of_unit),
        Column(DONE, cells.percent("completion_percent"), 9 if first else 14, TASKS),
        Column(EXPECTED, cells.percent("expected_percent", 2), 10 if first else 12, TIME),
        Column(AHEAD, cells.points, 11, TIME),
        *_compared(content),
    ]


def _numbered(lines: Sequence[Any], content: Content, clause: bool = True) -> list[Column]:
    """序号与条款: which line it is and the clause that decided; version 1 had our own code."""
    if content.version == 1:
        return [Column(Said("编号", "No."), cells.text(lambda line, _: line.code), 7)]
    counted = [line for line in lines if not getattr(line, "part_of", None)]
    numbers = {id(line): str(n) for n, line in enumerate(counted, 1)}
    number = Column(Said("序号", "No."), cells.text(lambda line, _: numbers.get(id(line), "")), 7)
    decided = Column(Said("条款", "Clause"), cells.text(lambda line, language: _clause(line.clause, language)), 13)
    return [number, decided] if clause else [number]


def _clause(clause: str | None, language: Language) -> str:
    """The clause that decided, or that the bureau did."""
    if not clause:
        return words.say("own_decision", language)
    return written_clause(clause, language)


def _period(content: Content) -> Column:
    said = cells.text(lambda line, language: words.period(line.period, language, content.version))
    return Column(Said("期间", "Period"), said, 11 if content.version == 1 else 17)


def _lamp(content: Content) -> Column:
    return Column(Said("亮灯", "Lamp"), cells.lamp, 10 if content.version == 1 else 12)


def city_columns(content: Content) -> list[Column]:
    """The city's table: a line for each target."""
    unit = words.said("unit_head", content.version)
    columns = [
        *_numbered(content.city, content),
        Column(Said("计划", "Programme"), cells.text(cells.programme_name), 34 if content.version == 1 else 32),
        _period(content),
        Column(
            unit, cells.text(lambda line, language: line.measure_word.in_(language)), 9 if content.version == 1 else 13
        ),
        *_figures(content, of_unit=False),
        _lamp(content),
        Column(Said("备注", "Remarks"), cells.notes, 18),
    ]
    return _of_version(columns, content.version)


def unit_columns(content: Content, table: ProgrammeTable) -> list[Column]:
    """A programme's table: a line for each unit; where none has an amount, what each contributes and no completion."""
    unit = Column(Said("单位", "Unit"), cells.text(cells.unit_name), 24)
    if not any(line.amount for group in table.groups for line in group.lines):
        remarks = Column(Said("备注", "Remarks"), cells.notes, 40)
        columns = [unit, _added(content), _total(content, True), *_compared(content), remarks]
    else:
        columns = [
            Column(Said("排名", "Rank"), cells.rank, 7),
            unit,
            *_figures(content, of_unit=True),
            Column(RANKS, cells.rank_change, 9),
            _lamp(content),
            Column(Said("备注", "Remarks"), cells.notes, 24),
        ]
    return _of_version(columns, content.version)


def indicator_columns(content: Content) -> list[Column]:
    """The document's other figures, with who reported them."""
    version = content.version
    unit = Said("单位", "Unit") if version == 1 else Said("计量单位", "Unit of count")
    wording = cells.text(lambda line, language: line.wording.in_(language))
    columns = [
        *_numbered(content.indicators, content),
        Column(Said("指标", "Indicator"), wording, 52 if version == 1 else 41),
        Column(Said("目标年", "Horizon"), cells.text(cells.horizon(version)), 12 if version == 1 else 14),
        Column(unit, cells.text(lambda line, language: line.unit.in_(language)), 12 if version == 1 else 17),
        Column(Said("最新值", "Value"), cells.decimal("value", _unreported(version)), 11 if version == 1 else 15),
        Column(Said("上年同期", "Year ago"), cells.decimal("year_before"), 11 if version == 1 else 14),
        Column(Said("同比", "Year on year"), cells.year_on_year(version), 12 if version == 1 else 13),
        Column(DONE, cells.percent("completion_percent"), 9 if version == 1 else 17),
        Column(EXPECTED, cells.percent("expected_percent", 2), 9 if version == 1 else 14),
        Column(Said("是否达标", "Result"), cells.status(version), 11 if version == 1 else 16),
        Column(Said("数据时点", "Stands for"), cells.text(cells.as_of(version)), 20 if version == 1 else 22),
    ]
    if version > 1:
        columns.append(Column(Said("数据来源", "Source"), cells.source, 24))
    return _of_version(columns, version)


def restated_columns(content: Content) -> list[Column]:
    """Published figures that are others now."""
    return [
        *_numbered(content.restatements, content, clause=False),
        Column(Said("计划", "Programme"), cells.text(lambda line, language: line.name.in_(language)), 30),
        _period(content),
        Column(Said("已公布", "Published"), cells.count("published"), 10),
        Column(Said("更正后", "Revised"), cells.count("revised"), 10),
        Column(Said("原因", "Cause"), cells.text(words.causes), 44),
        Column(Said("涉及单位", "Units"), cells.text(words.units_of), 40),
    ]


def groups_shown(content: Content, table: ProgrammeTable) -> list[tuple[str, list[Any]]]:
    """The groups of a programme by their key, each with its lines, the sums last; none where no unit has any figure.

    Version 1 left out whole groups, and had no sums.
    """

    def known(group: UnitGroup) -> bool:
        return any(
            line.amount or (line.value if content.version > 1 else line.value is not None) for line in group.lines
        )

    if content.version == 1:
        return [(GROUPS[group.kind], list(group.lines)) for group in table.groups if known(group)]
    if not any(known(group) for group in table.groups):
        return []
    shown = [(GROUPS[group.kind], [*group.lines, *([group.total] if group.total else [])]) for group in table.groups]
    return [*shown, ("whole", list(table.whole or []))]


def is_sum(line: Any) -> bool:
    """Whether a line adds others up, and is set in bold."""
    return isinstance(line, SumLine)


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
