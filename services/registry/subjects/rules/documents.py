"""Identity documents (身份证件) as the registry keeps them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from services.registry.subjects.rules.characters import looks_truncated
from shared.problems import Said

IdType = Literal["resident_id", "hmt_permit", "foreign_pr", "passport"]
Gender = Literal["male", "female"]
Severity = Literal["info", "warning"]
ID_TYPES: frozenset[str] = frozenset(get_args(IdType))

ID_TYPE_NAMES: dict[IdType, Said] = {
    "resident_id": Said("居民身份证", "resident identity card"),
    "hmt_permit": Said("港澳台居民证件", "permit of a Hong Kong, Macao or Taiwan resident"),
    "foreign_pr": Said("外国人永久居留身份证", "foreign permanent resident card"),
    "passport": Said("护照", "passport"),
}


@dataclass(frozen=True)
class Note:
    """Worth knowing, refuses nothing: a warning (提醒) asks for a person's eyes, an info (提示) does not."""

    code: str
    severity: Severity
    said: Said


@dataclass(frozen=True)
class StatedDocument:
    """One identity document; type, issuing country and number together are its key.

    `country` is who issued it: China for all but passports. What the number does not tell is None.
    """

    type: IdType
    country: str
    number: str
    birth_date: date | None
    gender: Gender | None
    notes: tuple[Note, ...] = ()


def truncation_notes(number: str, noun: Said) -> tuple[Note, ...]:
    """A warning where a number may have been cut by a spreadsheet although its check digit fits (表格截断)."""
    if not looks_truncated(number):
        return ()
    said = Said(
        f"{noun.zh}的末几位像是被表格软件改成了0或近似值，校验码相符可能只是巧合。请照原件核对完整号码；"
        "若来自表格，请把该列格式设为“文本”后重新录入。",
        f"The last digits of the {noun.en} look as a spreadsheet leaves them, zeros or the nearest value; that the "
        "check digit fits may be chance. Compare the whole number with the document; if it came from a spreadsheet, "
        "format the column as text and type it again.",
    )
    return (Note("looks_truncated", "warning", said),)


def masked_number(document: StatedDocument) -> str:
    """The number as it may be shown: its last two characters, the rest starred (掩码)."""
    return "*" * (len(document.number) - 2) + document.number[-2:]


def stated_details_notes(document: StatedDocument, birth_date: date | None, gender: str | None) -> tuple[Note, ...]:
    """Warnings where the form contradicts the number; both stay as they are until staff have looked (不自动更正)."""
    notes = []
    if birth_date and document.birth_date and birth_date != document.birth_date:
        notes.append(
            Note(
                "birth_date_differs",
                "warning",
                Said(
                    "填报的出生日期与证件号码不一致，系统不会自动更正。请核对证件原件并说明情况。",
                    "The stated birth date differs from the one in the number; nothing was corrected. "
                    "Check the document itself and add a note.",
                ),
            )
        )
    if gender and document.gender and gender != document.gender:
        notes.append(
            Note(
                "gender_differs",
                "warning",
                Said(
                    "填报的性别与证件号码不一致，系统不会自动更正。请核对证件原件并说明情况。",
                    "The stated gender differs from the one in the number; nothing was corrected. "
                    "Check the document itself and add a note.",
                ),
            )
        )
    return tuple(notes)
