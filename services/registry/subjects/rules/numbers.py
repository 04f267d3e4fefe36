"""Resident numbers and those built like them: 18 characters, ISO 7064 MOD 11-2 (GB 11643-1999)."""

from collections.abc import Sequence
from datetime import date

from stdnum.iso7064 import mod_11_2

from services.registry.subjects.rules.characters import DIGITS, clean, misfit
from services.registry.subjects.rules.dates import EARLIEST_BIRTH
from services.registry.subjects.rules.documents import Gender, IdType, Note, truncation_notes
from services.registry.subjects.rules.regions import PERMIT_REGIONS, PROVINCES, is_region, was_abolished_before
from shared.problems import Fault, Said

EIGHTEEN = [DIGITS] * 17 + [DIGITS + "X"]
NUMBER = Said("证件号码", "document number")
_POINTER = "/id_number"
_CENTENARIANS = range(996, 1000)  # sequence numbers kept, on 15-digit cards, for those born before 1900


def type_of(number: str) -> IdType:
    """Which document an 18-character number belongs to: its first digits decide."""
    if number[0] == "9":
        return "foreign_pr"
    return "hmt_permit" if number[:2] in {"81", "82", "83"} else "resident_id"


def number_fault(number: str, today: date, fixtures_allowed: bool) -> Fault | None:
    """What refuses an 18-character number: checksum, address, birth date or sequence, in this order."""
    if mod_11_2.checksum(number) != 1:
        return _checksum_fault()
    if not _region_is_known(number):
        return Fault(
            _POINTER,
            "unknown_region",
            Said(
                "第1至6位不是任何地方曾用的代码。请照证件核对这六位。",
                "Characters 1 to 6 were never the code of a place. Check these six against the document.",
            ),
        )
    birth = birth_date_in(number)
    if birth is None or not EARLIEST_BIRTH <= birth <= today:
        return Fault(
            _POINTER,
            "impossible_birth_date",
            Said(
                "第7至14位不是可能的出生日期（日历上有此日，不早于1900年，不晚于今天）。请照证件核对这八位。",
                "Characters 7 to 14 are no possible birth date (a day of the calendar, not before 1900, not after "
                "today). Check these eight against the document.",
            ),
        )
    if number[14:17] == "000" and not fixtures_allowed:
        return Fault(
            _POINTER,
            "unissued_sequence",
            Said(
                "第15至17位的顺序码从不发放（可能是表格软件截断所致）。请照证件重新录入。",
                "The sequence in characters 15 to 17 is never issued (a spreadsheet may have cut the number). "
                "Type it again from the document.",
            ),
        )
    return None


def number_notes(number: str) -> tuple[Note, ...]:
    """What is odd about a number that is valid all the same."""
    # Sequence 000 is given to fixtures alone, and refused elsewhere: what a spreadsheet left of a number is no fixture.
    cut = () if number[14:17] == "000" else truncation_notes(number, NUMBER)
    return (*cut, *_region_notes(number))


def _region_notes(number: str) -> tuple[Note, ...]:
    if type_of(number) != "resident_id":
        return ()
    if number[:2] == "71":
        return (
            Note(
                "region_71",
                "warning",
                Said(
                    "号码以71开头：台湾居民居住证以83开头，71不用于证件号码。请核对证件。",
                    "The number begins with 71: residence permits of Taiwan residents begin with 83, and no document "
                    "begins with 71. Check the document.",
                ),
            ),
        )
    if was_abolished_before(number[:6], int(number[6:10])):
        return (
            Note(
                "region_abolished",
                "warning",
                Said(
                    "第1至6位的区划在出生之前已撤销。请核对证件。",
                    "The place in characters 1 to 6 was abolished before the birth date. Check the document.",
                ),
            ),
        )
    return ()


def birth_date_in(number: str) -> date | None:
    """The birth date in characters 7 to 14; None when the calendar has no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def gender_in(number: str) -> Gender | None:
    """Odd sequence male, even female (顺序码奇男偶女); no source says so of the foreign permanent resident card."""
    if type_of(number) == "foreign_pr":
        return None
    return "male" if int(number[16]) % 2 else "female"


def legacy_upgrade(raw: str) -> str | None:
    """The 18-character form of a 15-digit number (第一代身份证), to search by; None when it is not such a number."""
    old = clean(raw)
    if misfit(old, [DIGITS] * 15) is not None:
        return None
    century = "18" if int(old[12:]) in _CENTENARIANS else "19"
    body = old[:6] + century + old[6:]
    return body + mod_11_2.calc_check_digit(body) if birth_date_in(body) else None


def excel_damaged(numbers: Sequence[str]) -> bool:
    """Whether a column went through a spreadsheet that keeps 15 digits (表格截断).

    That is: five or more numbers of 18 digits, and every one of them ends in three zeros. Numbers with another form,
    such as passports or those ending in X, were text and could not be damaged; they neither raise nor calm the alarm.
    """
    digits = [number for number in map(clean, numbers) if misfit(number, [DIGITS] * 18) is None]
    return len(digits) >= 5 and all(number.endswith("000") for number in digits)


def _region_is_known(number: str) -> bool:
    match type_of(number):
        case "foreign_pr":
            return number[1:3] in PROVINCES
        case "hmt_permit":
            return number[:6] in PERMIT_REGIONS
        case _:
            return is_region(number[:6])


def _checksum_fault() -> Fault:
    return Fault(
        _POINTER,
        "wrong_checksum",
        Said(
            "第18位校验码与前17位不符（GB 11643），其中至少有一位录入有误。请照证件逐位核对；"
            "若来自表格，请把该列格式设为“文本”后重新录入。",
            "The check character, the 18th, does not agree with the 17 before it (GB 11643), so at least one was "
            "mistyped. Compare each with the document; if it came from a spreadsheet, format the column as text and "
            "type the number again.",
        ),
    )
