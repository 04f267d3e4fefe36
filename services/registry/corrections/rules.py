"""Whom records stand for and who has the credit (归属); which titles follow a successor (名称承继).

Pure: values in, decision out.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from shared.problems import Said

Verdict = Literal["same", "different"]

SIGNALS: Mapping[str, Said] = {
    "name": Said(
        "出生日期相同，姓名相同（不计繁简、全半角、间隔号、词序）", "same birth date and name, however it is written"
    ),
    "sound": Said(
        "出生日期相同，姓名读音相同（汉字与拉丁字母）",
        "same birth date, and one name in Latin letters is how the other sounds",
    ),
    "former_number": Said(
        "证件号码是另一人更正前的号码", "the number is one that another person had until it was corrected"
    ),
    "two_resident_numbers": Said("双方的居民身份证号码不同", "both have a resident number, and not the same one"),
    "reported": Said("由人才办提出", "reported by the bureau"),
}


class CreditClaim(NamedTuple):
    """A registration that may have the credit for a head."""

    registration_id: UUID
    programme: str
    subject_ref: UUID


def stands_for(records: Iterable[UUID], same: Iterable[tuple[UUID, UUID]]) -> dict[UUID, UUID]:
    """Whom each record stands for: of those that decisions join, directly or through others, the one made first."""
    first = {record: record for record in records}

    def of(record: UUID) -> UUID:
        while first[record] != record:
            record = first[record]
        return record

    for one, other in same:
        earlier, later = sorted((of(one), of(other)))
        first[later] = earlier
    return {record: of(record) for record in first}


def yielding(claims: Iterable[CreditClaim], credited: Iterable[tuple[datetime, UUID]]) -> set[UUID]:
    """The registrations that leave the credit to another of the same person and programme, as was decided last.

    Without such a decision the earliest recognition that counts has it, which counting sees by itself.
    """
    every = list(claims)
    by_id = {claim.registration_id: claim for claim in every}
    chosen: dict[tuple[str, UUID], UUID] = {}
    for _, registration_id in sorted(credited):
        if registration_id in by_id:
            claim = by_id[registration_id]
            chosen[claim.programme, claim.subject_ref] = registration_id
    return {
        claim.registration_id
        for claim in every
        if chosen.get((claim.programme, claim.subject_ref), claim.registration_id) != claim.registration_id
    }


def masked_birth(birth: date | None) -> str | None:
    """A birth date as it may be shown: its year (掩码)."""
    return f"{birth.year}-**-**" if birth else None


class Title(NamedTuple):
    """A recognition that an organisation has when it ends."""

    registration_id: UUID
    programme: str


def that_follow(titles: Iterable[Title], held: Collection[str]) -> set[UUID]:
    """The titles that go to the heir; the others end, because it has one of the kind (二者归一)."""
    found, taken = set(), set(held)
    for title in titles:
        if title.programme not in taken:
            found.add(title.registration_id)
            taken.add(title.programme)
    return found
