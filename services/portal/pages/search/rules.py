"""What may be looked for, and when a text matches."""

import re
import unicodedata
from uuid import UUID

SEPARATORS = re.compile(r"[\s\-.·]")
BRACKETS = str.maketrans("[]【】()（）", "〔〕〔〕〔〕〔〕")
# A resident number of 18 or 15 digits, a mobile number, a passport or a permit of Hong Kong, Macao or Taiwan.
OF_A_PERSON = re.compile(r"\d{17}[\dX]|\d{15}|(?:86)?1[3-9]\d{9}|[A-Z]{1,2}\d{7,8}|[HM]\d{8,10}")


def is_of_a_person(wanted: str) -> bool:
    """Whether it has the form of a person's number (证件号码、手机号码), however it is spaced or typed."""
    plain = SEPARATORS.sub("", unicodedata.normalize("NFKC", wanted)).upper().removeprefix("+")
    return OF_A_PERSON.fullmatch(plain) is not None


def matched(wanted: str, *texts: str | None) -> bool:
    """Whether one of the texts holds what is wanted, whatever the width, the case and the brackets it was typed in."""
    plain = _plain(wanted)
    return bool(plain) and any(plain in _plain(text) for text in texts if text)


def as_id(wanted: str) -> UUID | None:
    """The id that was typed, if it is one."""
    try:
        return UUID(wanted.strip())
    except ValueError:
        return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(BRACKETS).strip()
