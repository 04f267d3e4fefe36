"""Documents whose number is not built like a resident number: passports, travel permits, the old residence card."""

from collections.abc import Sequence

from services.registry.subjects.rules.characters import DIGITS, LETTERS, foreign, misfit, wrong_character
from services.registry.subjects.rules.countries import COUNTRIES
from services.registry.subjects.rules.documents import IdType, Note, StatedDocument
from services.registry.subjects.rules.numbers import EIGHTEEN
from shared.problems import Fault, Said

Shape = Sequence[str]

OLD_CARD: Shape = [LETTERS] * 3 + [DIGITS] * 12
TRAVEL_PERMIT: Shape = ["HM"] + [DIGITS] * 8
TRAVEL_PERMIT_WITH_ISSUE: Shape = ["HM"] + [DIGITS] * 10
TAIWAN_PERMIT: Shape = [DIGITS] * 8
_CHINESE_PASSPORTS: Sequence[Shape] = (
    ["E"] + [DIGITS] * 8,
    ["E", LETTERS] + [DIGITS] * 7,
    ["G"] + [DIGITS] * 8,
    ["PSD"] + ["E"] + [DIGITS] * 7,
    ["PSD"] + [DIGITS] * 7,
)
_PASSPORT_LENGTHS = range(5, 10)
_POINTER = "/id_number"

SHAPES: dict[IdType, Sequence[Shape]] = {
    "resident_id": (EIGHTEEN,),
    "foreign_pr": (EIGHTEEN, OLD_CARD),
    "hmt_permit": (EIGHTEEN, TRAVEL_PERMIT, TRAVEL_PERMIT_WITH_ISSUE, TAIWAN_PERMIT),
}
RULES: dict[IdType, Said] = {
    "resident_id": Said(
        "居民身份证号码为18位：前17位是数字，第18位是数字或拉丁字母X；字母O、I不是数字0、1。",
        "A resident number has 18 characters: 17 digits, then a digit or the Latin letter X; "
        "the letters O and I are not the digits 0 and 1.",
    ),
    "foreign_pr": Said(
        "外国人永久居留身份证号码为18位（以9开头，末位是数字或X），旧版为3个拉丁字母加12位数字。",
        "The number of a permanent resident card has 18 characters (9 first, a digit or X last); "
        "on old cards it is 3 Latin letters and 12 digits.",
    ),
    "hmt_permit": Said(
        "居住证号码为18位（以81、82或83开头），港澳居民来往内地通行证为H或M加8位数字，台湾居民来往大陆通行证为8位数字。",
        "A residence permit has 18 characters (81, 82 or 83 first), a travel permit H or M and 8 digits, "
        "a Taiwan travel permit 8 digits.",
    ),
    "passport": Said(
        "护照号码由5至9位拉丁字母和数字组成，至少含一位数字。",
        "A passport number has 5 to 9 Latin letters and digits, at least one of them a digit.",
    ),
}


def shape_fault(id_type: IdType, text: str) -> Fault:
    """Why a number has none of the forms of its type: the first misplaced character, or else the length."""
    place = foreign(text)
    if place is None:
        places = [misfit(text, shape) for shape in SHAPES.get(id_type, ()) if len(shape) == len(text)]
        place = next((place for place in places if place is not None), None)
    if place is not None:
        return wrong_character(_POINTER, place, text[place], RULES[id_type])
    rule = RULES[id_type]
    return Fault(
        _POINTER,
        "wrong_length",
        Said(
            f"这里有{len(text)}位（空格和连字符不计）。{rule.zh}请照证件重新录入，并核对证件类型。",
            f"There are {len(text)} characters (spaces and hyphens are not counted). {rule.en} "
            "Type the number again from the document and check the type of document.",
        ),
    )


def read_passport(text: str, country: str) -> StatedDocument | Fault:
    """A passport; numbers repeat between countries, so the issuing one is part of the key (签发国)."""
    if foreign(text) is not None or len(text) not in _PASSPORT_LENGTHS or not any(char in DIGITS for char in text):
        return shape_fault("passport", text)
    if not country:
        return Fault(
            "/id_country",
            "country_needed",
            Said(
                "请填写护照签发国的三位字母代码，如 CHN；不同国家的护照号码会重复。",
                "State the country that issued the passport by its three letters, such as CHN; "
                "passport numbers repeat between countries.",
            ),
        )
    if country != "CHN" or any(misfit(text, shape) is None for shape in _CHINESE_PASSPORTS):
        return StatedDocument("passport", country, text, None, None)
    odd = Note(
        "unusual_passport",
        "warning",
        Said(
            "中国护照号码通常为E加8位数字，或E、一个字母加7位数字。请核对证件。",
            "A Chinese passport number is usually E and 8 digits, or E, a letter and 7 digits. Check the document.",
        ),
    )
    return StatedDocument("passport", country, text, None, None, (odd,))


def read_permit(text: str) -> StatedDocument | Fault:
    """A travel permit; the two digits older ones add tell the issue, not the person (换证次数), and are dropped."""
    if misfit(text, TAIWAN_PERMIT) is None or misfit(text, TRAVEL_PERMIT) is None:
        return StatedDocument("hmt_permit", "CHN", text, None, None)
    if misfit(text, TRAVEL_PERMIT_WITH_ISSUE) is not None:
        return shape_fault("hmt_permit", text)
    dropped = Note(
        "issue_digits_dropped",
        "info",
        Said(
            "末两位是换证次数，不属于号码，已略去。",
            "The last two digits tell the issue and do not belong to the number; they were left out.",
        ),
    )
    return StatedDocument("hmt_permit", "CHN", text[:9], None, None, (dropped,))


def read_old_card(text: str) -> StatedDocument:
    """The card of 2004 and 2017 (旧版外国人永久居留身份证); its inner layout is not certain, so it only warns."""
    notes = []
    if text[:3] not in COUNTRIES:
        notes.append(
            Note(
                "unknown_nationality",
                "warning",
                Said(
                    "前3位不是国家或地区的三位字母代码。请核对证件。",
                    "The first 3 letters are no country's code. Check the document.",
                ),
            )
        )
    if sum(int(char, 36) * (7, 3, 1)[place % 3] for place, char in enumerate(text[:14])) % 10 != int(text[14]):
        notes.append(
            Note(
                "card_check_digit",
                "warning",
                Said(
                    "末位校验码与前14位不符。请照证件逐位核对。",
                    "The last digit does not agree with the 14 before it. Compare each with the document.",
                ),
            )
        )
    return StatedDocument("foreign_pr", "CHN", text, None, None, tuple(notes))
