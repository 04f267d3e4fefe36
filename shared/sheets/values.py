"""The value of a cell, by the kind of its field; or what is wrong with it, in words that say what to do. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from shared.days import read_date
from shared.problems import Fault, Said
from shared.sheets.books import DIGITS_KEPT, BrokenCell, CellValue
from shared.sheets.tables import WantedField
from shared.sheets.wordings import bare, plain

Value = str | int | bool | None
Reader = Callable[[CellValue], "Value | Fault"]

LONGEST = 2_000  # characters of a cell
_SHOWN = 20  # choices named in a refusal
_ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
_NUMERIC = re.compile(r"\d+(?:\.\d*)?[Ee]\+?\d+")
_EIGHT = re.compile(r"(?:19|20|21)\d{6}")
_MONTH = re.compile(r"((?:19|20|21)\d{2})[-./年](\d{1,2})月?|(?:19|20|21)\d{4}")
_YEAR = re.compile(r"(?:19|20|21)\d{2}年?")
_COUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万?)\s*[人名家个天日]?")
_YES = frozenset(map(plain, ("是", "有", "√", "✓", "对", "y", "yes", "true", "1", "t")))
_NO = frozenset(map(plain, ("否", "没有", "不是", "×", "✗", "n", "no", "false", "0", "f")))


def reader_of(field: WantedField, wording: str, *, starts_1904: bool) -> Reader:
    """How cells of a column are read; an amount's unit may stand in the header (万人)."""
    match field.kind:
        case "identifier":
            return _read(field, _identifier)
        case "date":
            return _read(field, lambda value: _day(value, starts_1904))
        case "choice":
            return _read(field, _choice(field, field.choices or {}))
        case "yes_no":
            return _read(field, _yes_no)
        case "integer":
            return _read(field, _integer(10_000 if "万" in wording else 1))
        case _:
            return _read(field, _text)


def _read(field: WantedField, read: Callable[[CellValue], "Value | Fault"]) -> Reader:
    """Faults are the field's own, and what no kind can read is refused for all of them."""

    def value_of(value: CellValue) -> Value | Fault:
        found = _unfit(value) or read(value)
        return Fault(field.pointer, found.code, found.said) if isinstance(found, Fault) else found

    return value_of


def _unfit(value: CellValue) -> Fault | None:
    if isinstance(value, str):
        if len(value) > LONGEST:
            return TOO_LONG
        if value[:1] in "=#＝" and value:
            return FORMULA if value[0] in "=＝" else ERROR if _ERRORS.match(value) else None
        return None
    return _BROKEN[value] if isinstance(value, BrokenCell) else None


def _text(value: CellValue) -> Value | Fault:
    match value:
        case str():
            return value.strip()
        case bool():
            return str(value).lower()
        case int() | float():
            return written_number(value)
        case datetime() | date():
            return value.isoformat()[:10]
        case _:
            return NOT_TEXT


def written_number(value: float) -> str:
    """A number as people see it in the cell: 13000000000, never 13000000000.0 or 1.3E+10."""
    return str(int(value)) if value == int(value) and abs(value) < 10**DIGITS_KEPT else f"{value:.15g}"


def _identifier(value: CellValue) -> Value | Fault:
    """Text alone: of a number the last digits, or the first zeros, are lost, whatever its check digit says."""
    if not isinstance(value, str):
        return NUMERIC
    return NUMERIC if _NUMERIC.fullmatch(value.strip()) else value.strip()


def _day(value: CellValue, starts_1904: bool) -> Value | Fault:
    if isinstance(value, str):
        return _written_day(value)
    if isinstance(value, bool):
        return NOT_A_DAY
    if isinstance(value, date):
        seen = read_date(value)
        return ONLY_YEAR if isinstance(seen, date) and seen.year in (1905, 1906) and _was_a_year(seen) else _iso(seen)
    if isinstance(value, int | float):
        return _numbered_day(value, starts_1904)
    return NOT_A_DAY


def _was_a_year(day: date) -> bool:
    """1990 in a cell that shows days is 1905-06-12."""
    return 1900 <= (day - date(1899, 12, 30)).days < 2200


def _numbered_day(value: float, starts_1904: bool) -> Value | Fault:
    text = written_number(value)
    if _EIGHT.fullmatch(text):
        return _iso(read_date(text))
    if _YEAR.fullmatch(text):
        return ONLY_YEAR
    if "." in text and 1900 <= value < 2200:
        return MONTH_OR_NOT
    if _MONTH.fullmatch(text):
        return DAY_MISSING
    return _iso(read_date(value, starts_1904=starts_1904))


@lru_cache(maxsize=100_000)  # of the days of a century there are 36,525
def _written_day(text: str) -> Value | Fault:
    seen = read_date(text)
    if isinstance(seen, Fault):
        bare_text = text.strip()
        if _YEAR.fullmatch(bare_text):
            return ONLY_YEAR
        if _MONTH.fullmatch(bare_text):
            return DAY_MISSING
        head, _, clock = bare_text.partition(" ")
        if clock and re.fullmatch(r"0?0:00(:00)?", clock):
            return _iso(read_date(head))
    return _iso(seen)


def _iso(found: date | Fault) -> str | Fault:
    """A day as it is kept; what is wrong with it is said without repeating it."""
    if isinstance(found, Fault):
        return NOT_A_DAY if found.code == NOT_A_DAY.code else Fault("", found.code, _NO_DAY[found.code])
    return found.isoformat()


def _choice(field: WantedField, choices: Mapping[str, Sequence[str]]) -> Callable[[CellValue], Value | Fault]:
    """A code by any wording that only one choice has: 三级（高级工） is also 三级, and 高级工."""
    known: dict[str, set[str]] = {}
    for code, wordings in choices.items():
        for wording in (code, *wordings):
            for each in _parts(wording):
                known.setdefault(each, set()).add(code)
    exact = {plain(each): code for code, wordings in choices.items() for each in (code, *wordings)}
    only = {wording: next(iter(codes)) for wording, codes in known.items() if len(codes) == 1} | exact
    zh = "、".join(each[0] if each else code for code, each in list(choices.items())[:_SHOWN])
    en = ", ".join(each[-1] if each else code for code, each in list(choices.items())[:_SHOWN])
    more_zh, more_en = ("等", " and others") if len(choices) > _SHOWN else ("", "")
    refused = Fault("", "not_a_choice", Said(f"须为下列之一：{zh}{more_zh}。", f"Must be one of {en}{more_en}."))

    def read(value: CellValue) -> Value | Fault:
        text = value if isinstance(value, str) else _text(value)
        return only.get(plain(text), refused) if isinstance(text, str) else refused

    return read


def _parts(wording: str) -> set[str]:
    pieces = re.split(r"[\s（()）]+", wording)
    return {each for each in (plain(wording), bare(wording), *map(plain, pieces)) if each}


def _yes_no(value: CellValue) -> Value | Fault:
    if isinstance(value, bool):
        return value
    text = plain(written_number(value)) if isinstance(value, int | float) else plain(str(value))
    return True if text in _YES else False if text in _NO else NOT_YES_OR_NO


def _integer(scale: int) -> Callable[[CellValue], Value | Fault]:
    """Whole numbers; a unit in the cell (1.2万) is read where the header has none, and one column has one way."""
    ways: set[int] = set()

    def read(value: CellValue) -> Value | Fault:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return NOT_A_NUMBER
        found = _COUNT.fullmatch(value.strip()) if isinstance(value, str) else None
        if isinstance(value, str) and found is None:
            return NOT_A_NUMBER
        own = 10_000 if found and found[2] else scale
        ways.add(own)
        if len(ways) > 1:
            return MIXED_UNITS
        amount = float(found[1].replace(",", "")) * own if found else float(value) * own
        return round(amount) if abs(amount - round(amount)) < 1e-6 else NOT_A_NUMBER

    return read


def _fault(code: str, zh: str, en: str) -> Fault:
    return Fault("", code, Said(zh, en))


TOO_LONG = _fault("cell_too_long", f"超过{LONGEST}个字符，请缩短。", f"Longer than {LONGEST} characters; shorten it.")
FORMULA = _fault(
    "formula_text",
    "以等号开头，像是公式。请只填写内容。",
    "Begins with an equals sign like a formula; give the value alone.",
)
ERROR = _fault(
    "cell_error",
    "单元格是错误值，不会当作空白。请改正公式或填写内容。",
    "The cell holds an error value, which is not taken for blank. Mend the formula or fill in the value.",
)
UNSAVED = _fault(
    "formula_unsaved",
    "公式没有保存结果，不会当作空白。请在 Excel 或 WPS 中打开并保存后再上传。",
    "The formula was saved without its result, which is not taken for blank. Open and save the file in a spreadsheet "
    "program, and upload it again.",
)
NUMERIC = _fault(
    "numeric_cell",
    "是数字格式，末几位可能已丢失。请把该列设为“文本”格式，再照原件重新录入完整号码。",
    "Stored as a number, so digits may be lost. Format the column as text and type the whole number again from the "
    "document.",
)
NOT_TEXT = _fault("wrong_type", "须为文字。", "Must be text.")
NOT_A_DAY = _fault("date_parsing", "须为日期，如 2018-12-07 或 2018年12月7日。", "Must be a date, such as 2018-12-07.")
ONLY_YEAR = _fault(
    "only_a_year", "只有年份？请补填月和日，如 2018-12-07。", "Only a year? Give month and day too, such as 2018-12-07."
)
DAY_MISSING = _fault(
    "day_missing",
    "只有年月，请补填日；系统不会代填。",
    "Only year and month; give the day too, none is made up for you.",
)
MONTH_OR_NOT = _fault(
    "date_ambiguous",
    "数字格式的年月分不清1月和10月。请设为“文本”格式，写作 2018-12-07。",
    "As a number, .1 may be January or October. Format the cell as text and write 2018-12-07.",
)
NOT_YES_OR_NO = _fault("not_yes_or_no", "须填“是”或“否”。", "Must be yes or no.")
NOT_A_NUMBER = _fault("wrong_type", "须为整数。", "Must be a whole number.")
MIXED_UNITS = _fault(
    "units_mixed",
    "本列有的带“万”，有的不带，分不清数量。请统一单位。",
    "Some cells of this column count in ten thousands and some do not. Use one unit.",
)
_BROKEN = {BrokenCell.ERROR: ERROR, BrokenCell.UNSAVED: UNSAVED, BrokenCell.BEYOND: NOT_A_DAY}
_NO_DAY: dict[str, Any] = {
    "not_a_date": Said("不是日历上的日期，请核对。", "No day of the calendar; check it."),
    "date_ambiguous": Said(
        "年份须写四位且在最前，否则分不清日、月、年。请写作 2018-12-07。",
        "Could be several days: write the year first, in four digits, such as 2018-12-07.",
    ),
}
