"""How people write days and instants (书写形式), and the one form in which they are kept. Pure.

What can be read in one way only is read; what could be meant in two is refused. The calendar runs from 1900 to 2199.
"""

import re
import unicodedata
from calendar import month_name, monthrange
from datetime import UTC, date, datetime, timedelta, timezone

from shared.problems import Fault, Language, Said

YEARS = range(1900, 2200)

_YEAR = r"(?P<year>[0-9]{4})"
_DAYS = (
    re.compile(_YEAR + r"(?P<sep>[-./])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})"),
    re.compile(_YEAR + r"年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"),
    re.compile(r"(?P<year>(?:19|20|21)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
)
_YEAR_LAST = re.compile(r"[0-9]{1,2}([-./])[0-9]{1,2}\1[0-9]{2,4}")
_SHORT_YEAR = re.compile(r"[0-9]{2}([-./])[0-9]{1,2}\1[0-9]{1,2}")
_CHINESE = re.compile(r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日")
_DIGITS = {char: n for n, char in enumerate("〇一二三四五六七八九")} | {"零": 0}
_SERIAL_STARTS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}  # 1900 as a leap year, as spreadsheets have it
_SERIALS = range(10_000, 100_000)  # the 20th and 21st century in both systems

_INSTANT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)"
    r"(?P<zone>[Zz]|[-+ ][0-9]{2}:?[0-9]{2})?"
)
_SHANGHAI = timezone(timedelta(hours=8))  # the business calendar's, without its summer times before 1992

NOT_YET = Fault("/effective_on", "in_future", Said("生效日期不能晚于今天", "cannot lie after today"))
NOT_A_DAY = Fault(
    "",
    "date_parsing",
    Said("应为日期，如 2018-12-07 或 2018年12月7日", "should be a date, such as 2018-12-07"),
)
NO_SUCH_DAY = Fault("", "not_a_date", Said("不是日历上的日期，请核对", "is no day of the calendar; check it"))
OUT_OF_RANGE = Fault(
    "", NOT_A_DAY.code, Said("年份应在1900年至2199年之间", "should lie in the years from 1900 to 2199")
)
NOT_AN_INSTANT = Fault(
    "",
    "datetime_parsing",
    Said(
        "应为带时区的时刻，如 2019-12-31T23:59:59Z 或 2019-12-31T23:59:59+08:00（地址中的 + 写作 %2B）",
        "should be an instant with its zone, such as 2019-12-31T23:59:59Z or 2019-12-31T23:59:59+08:00 "
        "(in an address + is written %2B)",
    ),
)
ZONE_MISSING = Fault(
    "",
    "timezone_aware",
    Said(
        "缺少时区：请在末尾加 Z 或 +08:00（地址中的 + 须写作 %2B，即 %2B08:00）",
        "names no zone: end it with Z or +08:00 (in an address + is written %2B, hence %2B08:00)",
    ),
)
AMBIGUOUS = Fault(
    "",
    "date_ambiguous",
    Said(
        "年份须写四位且在最前，否则日、月、年无法分清；请写作 2018-12-07",
        "could be several days: write the year first, in four digits, such as 2018-12-07",
    ),
)


def read_date(given: object, *, starts_1904: bool = False) -> date | Fault:
    """A day as people and spreadsheets write it: 2018-12-7, 2018年12月7日, 二〇一八年十二月七日, a sheet's cell.

    A number is a day only as the cell of a sheet, in the system of its workbook (日期系统): 43441 is 2018-12-07.
    """
    match given:
        case datetime():
            return NOT_A_DAY if given.time() != datetime.min.time() else read_date(given.date())
        case date():
            return given if given.year in YEARS else OUT_OF_RANGE
        case bool():
            return NOT_A_DAY
        case int() | float():
            if int(given) != given or int(given) not in _SERIALS:
                return NOT_A_DAY
            return _SERIAL_STARTS[starts_1904] + timedelta(days=int(given))
        case str():
            return _written(given)
        case _:
            return NOT_A_DAY


def _written(text: str) -> date | Fault:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    plain = _CHINESE.sub(_in_digits, plain)
    for form in _DAYS:
        if found := form.fullmatch(plain):
            return _day(int(found["year"]), int(found["month"]), int(found["day"]))
    return AMBIGUOUS if _YEAR_LAST.fullmatch(plain) or _SHORT_YEAR.fullmatch(plain) else NOT_A_DAY


def _day(year: int, month: int, day: int) -> date | Fault:
    if year not in YEARS:
        return OUT_OF_RANGE
    if not 1 <= month <= 12:
        said = Said("不是日历上的日期：月份为1至12", "is no day of the calendar: months go from 1 to 12")
        return Fault("", NO_SUCH_DAY.code, said)
    last = monthrange(year, month)[1]
    if 1 <= day <= last:
        return date(year, month, day)
    said = Said(
        f"不是日历上的日期：{year}年{month}月有{last}天",
        f"is no day of the calendar: {month_name[month]} {year} has {last} days",
    )
    return Fault("", NO_SUCH_DAY.code, said)


def _in_digits(found: re.Match[str]) -> str:
    year = "".join(str(_DIGITS[char]) for char in found[1])
    return f"{year}年{_number(found[2])}月{_number(found[3])}日"


def _number(written: str) -> int:
    """十二, 二十, 二十一, 七; 0, which is no day, for what is none (二三, 十十)."""
    tens, ten, units = written.rpartition("十")
    if len(tens) > 1 or len(units) > 1 or "十" in tens:
        return 0
    return (_DIGITS[tens] if tens else 1) * 10 * bool(ten) + (_DIGITS[units] if units else 0)


def read_instant(given: object) -> datetime | Fault:
    """An instant (RFC 3339), in UTC: its zone is never guessed, and a number is none."""
    found = _INSTANT.fullmatch(given.strip()) if isinstance(given, str) else None
    if found is None:
        return NOT_AN_INSTANT
    day = _written(found["day"])
    if isinstance(day, Fault):
        return day
    zone = found["zone"]
    if zone is None or zone.startswith(" "):  # a + that an address left as it was is read as a space
        return ZONE_MISSING
    try:
        instant = datetime.fromisoformat(f"{day}T{found['time']}{zone.upper()}")
    except ValueError:
        return NOT_AN_INSTANT
    return instant.astimezone(UTC) if instant.astimezone(_SHANGHAI).year in YEARS else OUT_OF_RANGE


def written_day(day: date, language: Language = "zh") -> str:
    """A day as documents write it: in full, without padding zeros (成文日期, GB/T 9704-2012)."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {month_name[day.month]} {day.year}"


def written_month(month: str, language: Language) -> str:
    """A month (YYYY-MM) as it is said."""
    year, number = map(int, month.split("-"))
    return f"{year}年{number}月" if language == "zh" else f"{month_name[number]} {year}"
