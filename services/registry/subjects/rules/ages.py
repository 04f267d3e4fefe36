"""Whether a person is old enough for any programme (年龄底线)."""

from datetime import date

from services.registry.subjects.rules.dates import EARLIEST_BIRTH, age_on
from services.registry.subjects.rules.documents import StatedDocument
from shared.problems import Fault, Said

WORKING_AGE = 16


def birth_date_of(document: StatedDocument, stated: date | None) -> date | None:
    """The birth date that counts: the number's, and only where it has none the stated one."""
    return document.birth_date or stated


def age_faults(document: StatedDocument, stated: date | None, day: date) -> tuple[Fault, ...]:
    """Why a person cannot be registered at all on the fact date; pointers "/birth_date" or "/id_number".

    Below 16 nobody may be employed (劳动法第15条), so no programme takes them.
    """
    birth = birth_date_of(document, stated)
    pointer = "/id_number" if document.birth_date else "/birth_date"
    if birth is None:
        return (Fault(pointer, "birth_date_needed", BIRTH_DATE_NEEDED),)
    if not EARLIEST_BIRTH <= birth <= day:
        return (Fault(pointer, "birth_date_out_of_range", OUT_OF_RANGE),)
    if age_on(birth, day) < WORKING_AGE:
        return (Fault(pointer, "too_young", TOO_YOUNG),)
    return ()


BIRTH_DATE_NEEDED = Said(
    "该证件号码不含出生日期，请填写出生日期。",
    "The number of this document does not tell the birth date; state it.",
)
OUT_OF_RANGE = Said(
    "出生日期早于1900年，或晚于事实发生日期，请核对。",
    "The birth date lies before 1900 or after the fact date; check it.",
)
TOO_YOUNG = Said(
    f"事实发生日期时未满{WORKING_AGE}周岁，任何人才计划均不予登记。",
    f"The person was under {WORKING_AGE} on the fact date; no programme registers them.",
)
