"""Names of people and organisations: stored as received but for the point between their parts, compared on a key."""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

from services.registry.subjects.rules.characters import has_control_character
from services.registry.subjects.rules.documents import Note
from shared.problems import Fault, Said

LONGEST_NAME = 100
POINT = "\u00b7"  # the separator of 民委发〔2016〕33号, GB18030 A1A4
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PLAIN_HAN = re.compile("[\u4e00-\u9fff]+")
_POINTS = "\u00b7\u0387\u2022\u2027\u2219\u22c5\u30fb\uff65"
_STOPS = ".\u2024\uff0e\uff61"  # between Chinese characters alone: Latin initials have them too
_BETWEEN_PARTS = re.compile(rf"(?<=\w)\s*[{_POINTS}]+\s*(?=\w)|(?<=[{_HAN}])\s*[{_POINTS}{_STOPS}]+\s*(?=[{_HAN}])")
_ZERO_WIDTH_JOINERS = "\u200c\u200d"  # part of how some scripts are written
_FORMULA = ("=", "+", "-", "@")
_NO_NAME = re.compile(
    "无|没有|暂无|未知|不详|不明|未填|未填写|待定|待填|待补|待补充|空|空白|匿名|保密|某+人?|无名氏|佚名|姓名|名称|单位名称|岗位名称|"
    r"none|null|nil|n/a|nan|undefined|unknown|anonymous|tbd|name|[x×]+|#(n/a|ref!|name\?|value!|div/0!|null!|num!)"
)
_EDGES = " .。,，/／\\()（）[]【】<>《》-—_*“”\"'"
_PICTURES = re.compile("[\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u2500-\u27bf\u2b00-\u2bff\u20e3\U0001f000-\U0001faff]")
_IN_PEOPLES_NAMES = frozenset(f"{POINT}{_POINTS}{_STOPS}'\u2018\u2019\u02bc`-\u2010\u2011\u2012\u2013\u2014,，、()（）")
_LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)


def stored_name(name: str) -> str:
    """A name as it is kept: trimmed, without what takes no room, its parts set apart by U+00B7 (间隔号)."""
    if _PLAIN_HAN.fullmatch(name):  # as nearly all are: there is nothing to trim or to set apart
        return name
    seen = "".join(c for c in name if unicodedata.category(c) != "Cf" or c in _ZERO_WIDTH_JOINERS)
    return _BETWEEN_PARTS.sub(POINT, seen.strip())


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
    return _no_name(unicodedata.normalize("NFKC", stored_name(name)), name)


def _no_name(text: str, written: str) -> tuple[Fault, ...]:
    """Why a text is no name at all: a formula, a word for "none", a picture."""
    if text.lstrip(_EDGES[-2:] + " ").startswith(_FORMULA):
        return (
            _fault(
                "formula",
                "姓名或名称以 =、+、- 或 @ 开头，是表格公式而不是名称，请照证件或证照填写。",
                "The name begins with =, +, - or @: that is a spreadsheet's formula and no name. Fill it in from the "
                "document.",
            ),
        )
    bare = text.strip(_EDGES).casefold()
    if _NO_NAME.fullmatch(bare):
        return (
            _fault(
                "no_name",
                "这里填的是“无”“未知”一类的字样或表格的错误值，不是姓名或名称，请照证件或证照填写。",
                "This says that there is no name, or is a spreadsheet's error; fill in the name from the document.",
            ),
        )
    if _PICTURES.search(written):
        return (
            _fault(
                "picture",
                "姓名或名称中有表情或图形符号，请照证件或证照改正。",
                "The name holds an emoji or another picture; correct it from the document.",
            ),
        )
    return ()


def name_notes(name: str, kind: str) -> tuple[Note, ...]:
    """A warning where a name may be none, so that a person looks: of people digits and most signs are unusual.

    Of organisations and posts these occur; a link, a sign or a character that only one computer knows does not.
    """
    usual = _usual_of_a_person if kind == "person" else _usual_of_others
    if _PLAIN_HAN.fullmatch(name) and (kind != "person" or "某" not in name):
        return ()
    odd = not all(map(usual, name)) or _LINK.search(name) or (kind == "person" and "某" in name)
    return (UNUSUAL_NAME,) if odd else ()


def _usual_of_a_person(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LMZ" or category in {"Nl", "Cf"} or char in _IN_PEOPLES_NAMES


def _usual_of_others(char: str) -> bool:
    """Characters of private use and unassigned ones look different, or like nothing, on every other computer."""
    return unicodedata.category(char) not in {"Co", "Cn", "So", "Sk", "Sm", "Me"} or char == "+"


UNUSUAL_NAME = Note(
    "unusual_name",
    "warning",
    Said(
        "姓名或名称中有数字、符号、“某”字或自造字等不常见的内容，打印和比对可能出错。请照证件核对，"
        "生僻字请用国家标准（GB 18030）中的字。",
        "The name holds digits, signs, a word for “somebody” or characters of private use, which may be printed or "
        "compared wrongly. Check it against the document, and use the characters of GB 18030 for rare ones.",
    ),
)


def name_key(name: str) -> str:
    """What two spellings of one name share: width, case, separators, simplified characters; Latin parts in any order.

    张 三 = 张三, ⽇ = 日, 陳 = 陈, 峯 = 峰, "SMITH, JOHN" = "John Smith". Only for matching; never shown.
    """
    if _PLAIN_HAN.fullmatch(name):  # as nearly all are: each character is its own compatibility form
        return "".join(map(simplified, name))
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
