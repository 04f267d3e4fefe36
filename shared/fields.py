"""What may be typed into a field: one set of types for every body, query, path, form and policy pack. Pure.

A text is trimmed and holds nothing that cannot be seen, printed or stored; a number is a number and no text, in a body;
days and instants are those of our calendar. Each type says what is wrong in words that name what to do.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, Strict
from pydantic import StringConstraints as Text_
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from shared.days import NO_SUCH_DAY, NOT_A_DAY, read_date, read_instant
from shared.document_numbers import document_no
from shared.problems import Fault, Said

T = TypeVar("T")

MOST_HEADS = 1_000_000_000  # more than any city has

# Control characters, overrides of direction (a text that reads as another one), damaged characters, and no characters.
_UNFIT = r"\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd-\uffff"
_NOT_IN_A_LINE = rf"\x00-\x1f\u2028\u2029{_UNFIT}"
_NOT_IN_A_TEXT = rf"\x00-\x08\x0b\x0c\x0e-\x1f{_UNFIT}"
_NOT_TYPED = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd-\uffff"
_INVISIBLE = r"\s\u00ad\u115f\u1160\u200b-\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0"
ONE_LINE = rf"^[^{_NOT_IN_A_LINE}]*[^{_NOT_IN_A_LINE}{_INVISIBLE}][^{_NOT_IN_A_LINE}]*$"
SOME_LINES = rf"^[^{_NOT_IN_A_TEXT}]*[^{_NOT_IN_A_TEXT}{_INVISIBLE}][^{_NOT_IN_A_TEXT}]*$"
AS_TYPED = rf"^[^{_NOT_TYPED}]*$"
A_CODE = r"^[a-z][a-z0-9-]*$"
A_FIELD_NAME = r"^[a-z][a-z0-9_]*$"
A_MONTH = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"
SIX_DIGITS = r"^[0-9]{6}$"

# What is wrong with a text that does not have the form of its type.
FORMS: Mapping[str, Said] = {
    ONE_LINE: Said(
        "须为一行文字，不得为空白，不得含换行、控制字符或乱码",
        "should be one line of text: not blank, without line breaks, control characters or damaged characters",
    ),
    SOME_LINES: Said(
        "须填写文字，不得为空白，不得含控制字符或乱码",
        "should be text: not blank, without control characters or damaged characters",
    ),
    AS_TYPED: Said(
        "含有控制字符或乱码，请删除后重新填写", "holds control characters or damaged characters; delete them"
    ),
    A_CODE: Said(
        "须为代码：以小写字母开头，只含小写字母、数字和连字符",
        "should be a code: small letters, digits and hyphens, beginning with a letter",
    ),
    A_FIELD_NAME: Said(
        "须为字段名：以小写字母开头，只含小写字母、数字和下划线",
        "should be the name of a field: small letters, digits and underscores, beginning with a letter",
    ),
    A_MONTH: Said("须为月份，如 2019-12", "should be a month, such as 2019-12"),
    SIX_DIGITS: Said("须为六位数字的行政区划代码", "should be the code of a division, six digits"),
}

# A resident number, or a mobile phone (86 before it or not), written as one or in the usual groups.
_NUMBER_OF_SOMEBODY = re.compile(
    r"(?<!\d)(?:\d{6}[ -]?(?:19|20)\d{2}[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dXx]"
    r"|(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)"
)


def is_of_somebody(text: str) -> bool:
    """Whether a resident number or a mobile phone stands in a text, in digits of any width."""
    return _NUMBER_OF_SOMEBODY.search(unicodedata.normalize("NFKC", text)) is not None


def _of_nobody(text: str) -> str:
    """What is written freely holds no resident number and no mobile phone: it is kept in clear, and read by many."""
    if is_of_somebody(text):
        zh = "含有身份证号码或手机号码，请删除：此处不写个人信息"
        raise PydanticCustomError("personal_number", "holds a resident or a phone number; leave it out", {"zh": zh})
    return text


OneLine = Annotated[str, Text_(strip_whitespace=True, min_length=1, pattern=ONE_LINE)]
# What rules of its own read, which say more exactly what is wrong with it.
AsTyped = Annotated[str, Text_(pattern=AS_TYPED)]
OfNobody = AfterValidator(_of_nobody)
Word = Annotated[OneLine, Field(max_length=60)]  # a code as somebody typed it, which some list knows or not
Written = Annotated[OneLine, Field(max_length=100)]  # a code of 18 digits, or an address: numbers of people look so too
Line = Annotated[Written, OfNobody]
Name = Annotated[OneLine, Field(max_length=200), OfNobody]
Sentence = Annotated[OneLine, Field(max_length=300), OfNobody]
# How long it may be comes first: after a check of ours, a text's length would be told as that of a list.
SomeLines = Annotated[str, Text_(strip_whitespace=True, min_length=1, pattern=SOME_LINES)]
Text = Annotated[SomeLines, Field(max_length=2000), OfNobody]
Reason = Annotated[SomeLines, Field(max_length=1000), OfNobody]
Code = Annotated[str, Text_(max_length=60, pattern=A_CODE)]
FieldName = Annotated[str, Text_(max_length=60, pattern=A_FIELD_NAME)]
DivisionCode = Annotated[str, Text_(pattern=SIX_DIGITS)]
Month = Annotated[str, Text_(pattern=A_MONTH)]
DocumentNo = Annotated[Line, AfterValidator(document_no)]


def is_printable(text: str) -> bool:
    """Whether a credential could be one of ours, or of any issuer's: visible characters, of ASCII alone."""
    return bool(text) and text.isascii() and text.isprintable()


def _reading(read: Callable[[object], Any]) -> Callable[[object], Any]:
    def validated(given: object) -> Any:
        found = read(given)
        if isinstance(found, Fault):
            raise PydanticCustomError(found.code, found.said.en, {"zh": found.said.zh})
        return found

    return validated


def _a_day(given: object) -> date | Fault:
    """A number is no day here: nobody knows from which sheet it came, and with which format."""
    return read_date(given) if isinstance(given, str | date) else NOT_A_DAY


def _a_birth_date(given: object) -> date | Fault:
    """What is wrong with it is said without its month and year: it is somebody's."""
    day = _a_day(given)
    return NO_SUCH_DAY if isinstance(day, Fault) and day.code == NO_SUCH_DAY.code else day


def _an_instant(given: object) -> datetime | Fault:
    return given if isinstance(given, datetime) and given.tzinfo else read_instant(given)


Day = Annotated[date, BeforeValidator(_reading(_a_day))]
BirthDate = Annotated[date, BeforeValidator(_reading(_a_birth_date))]
Instant = Annotated[datetime, BeforeValidator(_reading(_an_instant))]

Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Count = Annotated[Whole, Field(ge=0, le=MOST_HEADS)]
Percent = Annotated[Whole, Field(ge=0, le=100)]
Year = Annotated[Whole, Field(ge=1900, le=2199)]


def _a_written_flag(given: object) -> object:
    return {"true": True, "false": False}.get(given.lower(), given) if isinstance(given, str) else given


def _a_written_number(given: object) -> object:
    """Digits and nothing else; more than any number here has stay what they are, which is none."""
    plain = isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= 18
    return int(str(given)) if plain else given


WrittenFlag = Annotated[bool, BeforeValidator(_a_written_flag), Strict()]  # in an address: true or false
WrittenNumber = Annotated[int, BeforeValidator(_a_written_number), Strict()]  # in an address: digits


@dataclass(frozen=True)
class NeverNull:
    """Annotates what a change may leave out (it stays then), and may not set to null."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_not_null, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        described = handler(schema)
        choices = [each for each in described.pop("anyOf", []) if each != {"type": "null"}]
        return {**choices[0], **described} if len(choices) == 1 else {**described, "anyOf": choices}


def _not_null(given: object) -> object:
    if given is None:
        zh, en = "不得为空（null）：不改请略去此项", "may not be null: leave it out where it stays"
        raise PydanticCustomError("null_not_allowed", en, {"zh": zh})
    return given


def _without_default(described: dict[str, Any]) -> None:
    described.pop("default", None)  # null, which would be refused


IfGiven = Annotated[T | None, NeverNull(), Field(json_schema_extra=_without_default)]
