"""What the macros of `charts.html` need beside words: how figures, signs and periods are written."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlencode

from services.portal.client.progress import NamedAnswer, PeriodAnswer, ProgressAnswer
from services.portal.shell import charts
from shared.clauses import written_clause
from shared.days import written_day
from shared.problems import Language, Said

SHAPES = {"green": "●", "yellow": "◆", "red": "▲"}
SIGNS = {"pending": "○", "reached": "●", "fallen_back": "▼", "regained": "◉"}

Result = Literal["attained", "basically", "exceeded", "short", "none"]


def names_of(*lists: Sequence[NamedAnswer] | None) -> Mapping[str, Said]:
    """What codes are called, as far as lists of them were answered."""
    return {each.code: Said(each.name_zh, each.name_en) for some in lists for each in some or ()}


def named_by(names: Mapping[str, Said], language: Language) -> Callable[[str], str]:
    """What a page calls a code; one without a name stands itself."""
    return lambda code: names.get(code, Said(code, code)).in_(language)


def figure_values(language: Language, names: Mapping[str, Said]) -> Mapping[str, Any]:
    """What a page that shows figures gives its template, beside its own values. A code without a name stands itself."""
    called = named_by(names, language)
    return {
        **WRITTEN,
        "called": called,
        "called_all": lambda codes: [called(code) for code in codes],
        "name_of": lambda item: called(item.programme) if item.programme in names else item.wording,
        "unit_of": lambda item, count: unit_of(item, count, language),
        "period": lambda period: written_period(period, language),
        "clause": lambda clause: written_clause(clause, language),
    }


def result(status: str) -> Result:
    """The status of a quota as pages tell it apart."""
    known: dict[str, Result] = {
        "attained": "attained",
        "basically_attained": "basically",
        "exceeded": "exceeded",
        "short": "short",
    }
    return known.get(status, "none")


def written_period(period: PeriodAnswer, language: Language) -> str:
    """A period as it is said: a year, some years, from a year on; other stretches by their days."""
    start, end = period.start, period.end
    whole_years = (start.month, start.day) == (1, 1) and (end is None or (end.month, end.day) == (12, 31))
    if not whole_years:
        first = written_day(start, language)
        if end is None:
            return f"{first}起" if language == "zh" else f"since {first}"
        between = "—" if language == "zh" else " – "
        return f"{first}{between}{written_day(end, language)}"
    if end is None:
        return f"{start.year}年起" if language == "zh" else f"since {start.year}"
    if start.year == end.year:
        return f"{start.year}年" if language == "zh" else f"{start.year}"
    return f"{start.year}—{end.year}年" if language == "zh" else f"{start.year}–{end.year}"


def signed(points: str) -> str:
    """A difference with its sign, a real minus, and its thousands apart."""
    whole, dot, rest = points.removeprefix("-").partition(".")
    return f"{'−' if points.startswith('-') else '+'}{int(whole):,}{dot}{rest}"


def amount_of(item: ProgressAnswer) -> str:
    """The amount of a quota, with its upper end where it has one."""
    amount = f"{item.amount or 0:,}"
    return f"{amount}–{item.amount_max:,}" if item.amount_max is not None else amount


def unit_of(item: ProgressAnswer, count: int | None, language: Language) -> str:
    """The unit of count (计量单位) behind a number; English units are plurals that quota gives, 1 has the singular."""
    return item.measure_word.removesuffix("s") if language == "en" and count == 1 else item.measure_word


def link_within(path: str) -> str:
    """A link that a service gave, if it stays on this site; a browser reads a backslash as a slash (URL, 4.4)."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def address(path: str, **query: object) -> str:
    """A page with what is asked of it; what is None is left out."""
    given = {name: value for name, value in query.items() if value is not None}
    return path + ("?" + urlencode(given) if given else "")


def _bar(item: ProgressAnswer) -> charts.DrawnBar:
    expected = item.pace.expected_percent if item.pace else None
    return charts.bar(item.value, item.amount or 0, expected, [each.percent for each in item.milestones])


WRITTEN: Mapping[str, Any] = {
    "shape": SHAPES.__getitem__,
    "sign": SIGNS.__getitem__,
    "signed": signed,
    "link": link_within,
    "address": address,
    "bar_of": _bar,
    "result": lambda item: result(item.status),
    "amount_of": amount_of,
}
