"""Names of people and organisations: stored as received, compared on a key."""

import unicodedata
from functools import lru_cache

from opencc import OpenCC

from services.registry.people.rules.characters import has_control_character
from shared.problems import Fault, Said

LONGEST_NAME = 100


def name_faults(name: str) -> tuple[Fault, ...]:
    """Why a name cannot be taken; pointer "/name". Length counts characters, not bytes or UTF-16 units."""
    if has_control_character(name):
        return (
            _fault(
                "control_character",
                "姓名或名称中有看不见的控制字符，请删除后重新输入。",
                "The name holds an invisible control character; delete it and type the name again.",
            ),
        )
    key = name_key(name)
    if not key:
        return (_fault("blank", "姓名或名称为空，请填写。", "The name is blank; fill it in."),)
    if len(name) > LONGEST_NAME:
        return (
            _fault(
                "too_long",
                f"姓名或名称超过{LONGEST_NAME}个字符，请核对。",
                f"The name is longer than {LONGEST_NAME} characters; check it.",
            ),
        )
    if key.replace(" ", "").isdigit():
        return (
            _fault(
                "digits_only",
                "姓名或名称全是数字，可能填错了列，请核对。",
                "The name consists of digits only; it may stand in the wrong column. Check it.",
            ),
        )
    return ()


def name_key(name: str) -> str:
    """What two spellings of one name share: width, case, separators, simplified characters; Latin parts in any order.

    张 三 = 张三, ⽇ = 日, 陳 = 陈, 峯 = 峰, "SMITH, JOHN" = "John Smith". Only for matching; never shown.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    parts = "".join(" " if _separates(char) else simplified(char) for char in text if not _vanishes(char)).split()
    return " ".join(sorted(parts)) if is_alphabetic(text) else "".join(parts)


def is_alphabetic(name: str) -> bool:
    """Whether letters stand in a name; one in Chinese characters has none."""
    return any(char.upper() != char.lower() for char in name)


@lru_cache(maxsize=20_000)
def simplified(char: str) -> str:
    """A character in its simplified form (繁体、异体转简体), by itself: in a name no neighbour decides it."""
    return str(_TO_SIMPLIFIED.convert(char))


_TO_SIMPLIFIED = OpenCC("t2s")


def masked_name(name: str) -> str:
    """A name as it may be shown: 张*, J*** S*** (掩码)."""
    parts = "".join(" " if _separates(char) else char for char in name if not _vanishes(char)).split()
    joined = "".join(parts)
    if is_alphabetic(joined):
        return " ".join(part[0] + "***" for part in parts)
    return joined[0] + "*" * min(len(joined) - 1, 2) if len(joined) > 1 else "*"


def _separates(char: str) -> bool:
    return char not in "'\u2019" and unicodedata.category(char)[0] in "ZPS"


def _vanishes(char: str) -> bool:
    """Apostrophes (O'Brien, OBRIEN) and what takes no room on paper."""
    return char in "'\u2019" or unicodedata.category(char) in {"Cf", "Cc", "Cs"}


def _fault(code: str, zh: str, en: str) -> Fault:
    return Fault("/name", code, Said(zh, en))
