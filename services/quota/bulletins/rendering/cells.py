"""What stands in the cells of a bulletin's tables: each as text for people and as number for sheets."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from services.quota.bulletins.rendering import words
from services.quota.bulletins.rendering.words import MINUS, NOTHING, SHAPES, WORDS
from services.quota.bulletins.schemas import SumLine
from shared.days import written_day
from shared.problems import Language, Said

NO_FIGURE = Said(NOTHING, NOTHING)


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


def text(of: Callable[[Any, Language], str]) -> Callable[[Any, Language], TableCell]:
    return lambda line, language: TableCell(of(line, language))


def count(name: str, absent: Said = NO_FIGURE) -> Callable[[Any, Language], TableCell]:
    def cell(line: Any, language: Language) -> TableCell:
        value = getattr(line, name)
        if value is None:
            return TableCell(absent.in_(language), look="none")
        return TableCell(_thousands(value), value, "count")

    return cell


def amount(line: Any, _: Language) -> TableCell:
    if line.amount is None:
        return TableCell(NOTHING, look="none")
    if line.amount_max is not None:
        return TableCell(f"{line.amount:,}–{line.amount_max:,}", look="right")
    return TableCell(_thousands(line.amount), line.amount, "count")


def percent(name: str, decimals: int = 1) -> Callable[[Any, Language], TableCell]:
    def cell(line: Any, _: Language) -> TableCell:
        value = getattr(line, name)
        if value is None:
            return TableCell(NOTHING, look="none")
        return TableCell(_minus(f"{value}%"), Decimal(value) / 100, f"percent{decimals}")

    return cell


def points(line: Any, _: Language) -> TableCell:
    if line.ahead_points is None:
        return TableCell(NOTHING, look="none")
    plus = "" if line.ahead_points.startswith("-") else "+"
    return TableCell(_minus(plus + line.ahead_points), Decimal(line.ahead_points), "points")


def lamp(line: Any, language: Language) -> TableCell:
    if line.lamp is None:
        return TableCell(NOTHING, look="none")
    return TableCell(f"{SHAPES[line.lamp]} {WORDS[line.lamp].in_(language)}", look=line.lamp)


def rank(line: Any, language: Language) -> TableCell:
    if getattr(line, "rank", None) is None:
        return TableCell(NOTHING, look="none")
    if line.tied:
        return TableCell(f"并列{line.rank}" if language == "zh" else f"{line.rank}=", line.rank, f"tied_{language}")
    return TableCell(str(line.rank), line.rank, "rank")


def rank_change(line: Any, language: Language) -> TableCell:
    change = getattr(line, "rank_change", None)
    if change is None:
        return TableCell(NOTHING, look="none")
    same = "持平" if language == "zh" else "same"
    text = f"↑{change}" if change > 0 else f"↓{-change}" if change else same
    return TableCell(text, change, f"change_{language}")


def notes(line: Any, language: Language) -> TableCell:
    return TableCell(WORDS["and"].in_(language).join(each.in_(language) for each in line.notes))


def programme_name(line: Any, language: Language) -> str:
    name: str = line.name.in_(language)
    return words.say("of_which", language, name=name) if line.part_of else name


def _thousands(value: int) -> str:
    return _minus(f"{value:,}")


def _minus(text: str) -> str:
    return text.replace("-", MINUS)


def decimal(name: str, absent: Said = NO_FIGURE) -> Callable[[Any, Language], TableCell]:
    def cell(line: Any, language: Language) -> TableCell:
        value = getattr(line, name)
        return (
            TableCell(absent.in_(language), look="none")
            if value is None
            else TableCell(f"{Decimal(value):,f}", Decimal(value), "decimal")
        )

    return cell


def year_on_year(version: int) -> Callable[[Any, Language], TableCell]:
    """A share is compared in points (百分点), everything else in percent."""

    def cell(line: Any, language: Language) -> TableCell:
        points = line.year_on_year_points
        if points is None:
            return percent("year_on_year_percent")(line, language)
        if version > 1 and not Decimal(points):
            return TableCell(words.say("no_change", language), look="right")
        sign = "" if points.startswith("-") else "+"
        return TableCell(words.say("points", language, version, points=_minus(sign + points)), look="right")

    return cell


def horizon(version: int) -> Callable[[Any, Language], str]:
    """The year by which; without one every year where the text says so, else no term."""

    def text(line: Any, language: Language) -> str:
        if line.horizon:
            return words.say("by", language, version, year=line.horizon)
        return words.say("every_year" if version == 1 or line.yearly else "no_year", language, version)

    return text


def status(version: int) -> Callable[[Any, Language], TableCell]:
    def cell(line: Any, language: Language) -> TableCell:
        if line.status is None:
            return TableCell(NOTHING, look="none")
        return TableCell(words.say(line.status, language, version))

    return cell


def as_of(version: int) -> Callable[[Any, Language], str]:
    def text(line: Any, language: Language) -> str:
        if line.as_of is None:
            return NOTHING
        corrected = line.version - 1
        more = words.say("corrected_value", language, version, version=corrected) if corrected else ""
        between = " " if version == 1 or language == "en" else ""
        return f"{written_day(line.as_of, language)}{between}{more}".strip()

    return text


def source(line: Any, language: Language) -> TableCell:
    """数据来源: the department in its own words, and its document."""
    if not line.source:
        return TableCell(NOTHING, look="none")
    return TableCell(words.say("source", language, source=line.source, document=line.source_document_no))


def unit_name(line: Any, language: Language) -> str:
    if isinstance(line, SumLine):
        return WORDS[f"sum_{line.kind}"].in_(language)
    name: str = line.name.in_(language)
    return name
