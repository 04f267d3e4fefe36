"""The codes of organisations and posts (单位与岗位代码). Pure: values in, decision out."""

import re
import unicodedata
from dataclasses import dataclass

from stdnum.cn import uscc

from services.registry.subjects.rules.characters import DIGITS, LETTERS, foreign, misfit, read_text, wrong_character
from services.registry.subjects.rules.documents import Note, truncation_notes
from services.registry.subjects.rules.regions import PROVINCES
from shared.problems import Fault, Said

# GB 32100-2015 leaves out the letters that read like digits or like one another.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DEPARTMENTS = "123456789ANY"
_SHAPE = [_DEPARTMENTS] + [ALPHABET] + [DIGITS] * 6 + [ALPHABET] * 8 + [DIGITS + "X"] + [ALPHABET]
_LOOKALIKES = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"}
# Departments whose categories the standard closes; of the others (外交, 文化, 旅游, 宗教) any digit is possible.
_CATEGORIES = {"1": "1239", "3": "1234569", "5": "1239", "8": "19", "9": "123", "A": "19", "N": "1239", "Y": "1"}
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_NATIONAL = "10"  # registered with a ministry itself
_NOUN = Said("统一社会信用代码", "unified social credit code")
_RULE = Said(
    "统一社会信用代码为18位：第1位是登记管理部门（1至9、A、N、Y），第3至8位和第17位是数字（第17位也可为X），"
    "全码不用字母I、O、S、V、Z。",
    "A unified social credit code has 18 characters: the first is the department (1 to 9, A, N or Y), 3 to 8 and 17 "
    "are digits (17 may be X), and the letters I, O, S, V and Z never occur.",
)
POST_CODE = Said("岗位编码", "post code")
_POST_CODE_FORM = re.compile(r"[A-Z0-9](?:[A-Z0-9_./-]{0,38}[A-Z0-9])?")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")


@dataclass(frozen=True)
class Uscc:
    """A unified social credit code (统一社会信用代码), in capitals; it survives a change of name."""

    code: str
    notes: tuple[Note, ...] = ()


def never_registered(pointer: str) -> Fault:
    """No organisation has that code."""
    said = Said("没有登记过这个单位", "No organisation of this code was ever registered")
    return Fault(pointer, "organisation_unknown", said)


def read_uscc(raw: object) -> Uscc | Fault:
    """A code as typed, or why it cannot be taken (GB 32100-2015, GB 11714); pointer "/uscc", nothing is echoed."""
    text = read_text(raw, "/uscc", _NOUN)
    if isinstance(text, Fault):
        return text
    fault = _shape_fault(text) or _check_fault(text)
    return fault or Uscc(text, _notes(text))


def read_post_code(raw: object) -> str | Fault:
    """The code an institution gives a post (岗位编码): up to 40 letters, digits and - _ . / , kept in capitals.

    Unlike in other numbers the hyphens are part of it. Pointer "/post_code".
    """
    text = read_text(raw, "/post_code", POST_CODE)
    if isinstance(text, Fault):
        return text
    normal = unicodedata.normalize("NFKC", str(raw)).translate(_DASHES).upper().lstrip("'")
    code = "".join(char for char in normal if not (char.isspace() or unicodedata.category(char) == "Cf"))
    if _POST_CODE_FORM.fullmatch(code):
        return code
    rule = Said(
        "岗位编码由1至40位拉丁字母、数字和 - _ . / 组成，首尾须为字母或数字。",
        "A post code has 1 to 40 Latin letters, digits and - _ . / and begins and ends with a letter or digit.",
    )
    place = foreign(code, DIGITS + LETTERS + "-_./")
    if place is not None:
        return wrong_character("/post_code", place, code[place], rule)
    return Fault("/post_code", "wrong_form", Said(f"{rule.zh}请改正。", f"{rule.en} Correct it."))


def _shape_fault(text: str) -> Fault | None:
    legacy = _legacy_fault(text)
    if legacy:
        return legacy
    place = foreign(text)
    if place is None and len(text) == len(_SHAPE):
        place = misfit(text, _SHAPE)
    if place is None and len(text) == len(_SHAPE):
        return None
    if place is None:
        return Fault(
            "/uscc",
            "wrong_length",
            Said(
                f"这里有{len(text)}位（空格和连字符不计）。{_RULE.zh}请照营业执照或登记证书重新录入。",
                f"There are {len(text)} characters (spaces and hyphens are not counted). {_RULE.en} "
                "Type it again from the licence or certificate.",
            ),
        )
    meant = _LOOKALIKES.get(text[place])
    if meant is None:
        return wrong_character("/uscc", place, text[place], _RULE)
    return Fault(
        "/uscc",
        "lookalike_letter",
        Said(
            f"第{place + 1}位是字母{text[place]}，代码中不用此字母；是否应为{meant}？请照营业执照或登记证书改正。",
            f"Character {place + 1} is the letter {text[place]}, which these codes never use; is {meant} meant? "
            "Correct it from the licence or certificate.",
        ),
    )


def _legacy_fault(text: str) -> Fault | None:
    """Codes given before 2015, which serve for searching only (注册号, 组织机构代码)."""
    if misfit(text, [DIGITS] * 15) is None:
        old = Said("15位工商注册号", "a business registration number of 15 digits")
    elif misfit(text, [DIGITS + LETTERS] * 8 + [DIGITS + "X"]) is None:
        old = Said("9位组织机构代码", "an organisation code of 9 characters")
    else:
        return None
    return Fault(
        "/uscc",
        "legacy_code",
        Said(
            f"这是{old.zh}，已由统一社会信用代码取代。请照新版证照录入18位代码，或向登记机关换发。",
            f"This is {old.en}, since replaced by the unified social credit code. Type the 18 characters of the new "
            "licence, or have it renewed by the registrar.",
        ),
    )


def _check_fault(text: str) -> Fault | None:
    if text[17] != uscc.calc_check_digit(text[:17]):
        return _wrong_check(
            "第18位校验码与前17位不符（GB 32100）", "The check character, the 18th, does not agree (GB 32100)"
        )
    if text[16] != _inner_check(text[8:16]):
        return _wrong_check(
            "第17位与第9至16位不符，组织机构代码的校验不成立（GB 11714）",
            "Character 17 does not agree with 9 to 16, the organisation code within (GB 11714)",
        )
    return None


def _inner_check(body: str) -> str:
    """The check character of an organisation code (GB 11714-1997): letters count from A = 10."""
    check = -sum(int(char, 36) * weight for char, weight in zip(body, _INNER_WEIGHTS, strict=True)) % 11
    return "X" if check == 10 else str(check)


def _wrong_check(zh: str, en: str) -> Fault:
    return Fault(
        "/uscc",
        "wrong_checksum",
        Said(
            f"{zh}，其中至少有一位录入有误。请照营业执照或登记证书逐位核对。",
            f"{en}, so at least one character was mistyped. Compare each with the licence or certificate.",
        ),
    )


def _notes(code: str) -> tuple[Note, ...]:
    notes = [*truncation_notes(code, _NOUN)]
    if code[2:4] not in PROVINCES and code[2:4] != _NATIONAL:
        notes.append(
            Note(
                "unknown_registrar",
                "warning",
                Said(
                    "第3至8位不是已知的登记机关区划代码。请核对证照。",
                    "Characters 3 to 8 are no known registrar's region. Check the licence.",
                ),
            )
        )
    if code[1] not in _CATEGORIES.get(code[0], DIGITS):
        notes.append(
            Note(
                "unknown_category",
                "warning",
                Said(
                    "第1、2位的登记管理部门与机构类别不相配。请核对证照。",
                    "The department and the category in characters 1 and 2 do not go together. Check the licence.",
                ),
            )
        )
    return tuple(notes)
