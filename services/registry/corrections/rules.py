"""Whom records stand for, who has the credit (归属), which titles follow a successor (名称承继), what may be stated."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from services.registry.programmes.rules.places import Geography
from services.registry.subjects.rules.dates import corresponding_day
from services.registry.subjects.rules.names import name_faults, stored_name
from services.registry.subjects.rules.organisations import Uscc, read_uscc
from shared.contracts.registration import ENDED, RegistrationState
from shared.days import NOT_YET
from shared.problems import Fault, Said

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
    "filed_elsewhere": Said(
        "另一单位就此人申报同一计划，因已有登记而未予受理，归属待核",
        "another institution filed this person in the programme and was refused; who has the credit is to be settled",
    ),
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


class ReorganisationParties(NamedTuple):
    """Those that take part by code and name, the old one first; `heir` is the place among the successors."""

    organisations: list[tuple[str, str]]
    heir: int


def read_parties(
    kind: str,
    old_uscc: str,
    successors: Sequence[Mapping[str, str]],
    continues: bool,
    heir_uscc: str | None,
    effective_on: date,
    today: date,
) -> ReorganisationParties | list[Fault]:
    """The organisations that take part in a merger or split, or everything that is wrong at once.

    `successors` have `uscc` and `name` as typed. Pointers: "/old_uscc", "/successors/<n>/uscc", "/heir_uscc" ...
    """
    stated = [("/old_uscc", old_uscc)]
    stated += [(f"/successors/{n}/uscc", each["uscc"]) for n, each in enumerate(successors)]
    codes = [(pointer, read_uscc(code)) for pointer, code in stated]
    faults = [Fault(pointer, code.code, code.said) for pointer, code in codes if isinstance(code, Fault)]
    for n, each in enumerate(successors):
        faults += [fault.at(f"/successors/{n}") for fault in name_faults(each["name"])]
    if effective_on > today:
        faults.append(NOT_YET)
    if kind == "merger" and (len(successors) != 1 or continues):
        faults.append(ONE_SUCCESSOR)
    old, *new = [code.code for _, code in codes if isinstance(code, Uscc)] or [""]
    heir = 0 if continues or (len(successors) == 1 and heir_uscc is None) else _heir(heir_uscc, new)
    if heir is None:
        faults.append(HEIR_NEEDED)
    if old in new or len(set(new)) != len(new):
        faults.append(TWICE)
    if faults or heir is None:
        return faults
    names = ["", *(stored_name(each["name"]) for each in successors)]
    return ReorganisationParties(list(zip([old, *new], names, strict=True)), heir)


def _heir(heir_uscc: str | None, successors: Sequence[str]) -> int | None:
    code = read_uscc(heir_uscc or "")
    return successors.index(code.code) if isinstance(code, Uscc) and code.code in successors else None


def boundary_fault(old: str, new: str, effective_on: date, known: Geography, today: date) -> Fault | None:
    """Why a boundary change cannot be carried out registration by registration (落实区划调整)."""
    if (old, new, effective_on) not in [(each.old, each.new, each.effective_on) for each in known.successions]:
        return NO_SUCCESSION
    if effective_on > today:
        return CHANGE_NOT_YET
    return WHOLE if old in known.followed(effective_on) else None


ONE_SUCCESSOR = Fault(
    "/successors",
    "one_successor",
    Said("合并只有一个存续单位，被合并单位不再存续", "A merger has one successor, and the old one does not go on"),
)
HEIR_NEEDED = Fault(
    "/heir_uscc",
    "heir_needed",
    Said(
        "解散分立须指明由哪个分立单位承继名称和岗位，或填写原单位存续",
        "Name which of the successors has the titles and posts, or say that the old one goes on",
    ),
)
TWICE = Fault("/successors", "twice", Said("单位重复", "an organisation is named twice"))
NO_SUCCESSION = Fault(
    "/old",
    "no_such_succession",
    Said(
        "政策包中没有这一区划调整，请从填报单位目录的沿革中选择",
        "The policy in force knows no such boundary change; choose one from the list of reporting units",
    ),
)
CHANGE_NOT_YET = Fault("/effective_on", "in_future", Said("调整尚未生效", "The change has not taken effect yet"))
WHOLE = Fault(
    "/old",
    "whole_unit",
    Said(
        "该单位整体划转，自生效日起自动归入新单位，无须逐条办理",
        "All of this unit went to the other: from that day on figures are the new unit's by themselves",
    ),
)


ANSWER_WITHIN = timedelta(days=30)  # 响应个人信息主体的请求：三十天内 (GB/T 35273-2020, 8.7)


def is_under_way(state: str, revocation_status: str | None) -> bool:
    """Whether a registration is still being decided on (未办结): nobody is erased before."""
    settled = state in (*ENDED, RegistrationState.RECOGNISED, RegistrationState.DRAFT)
    return not settled or revocation_status in ("decided", "under_review")


def kept_until(state: str, *, recognised: bool, ended_on: date, years: tuple[int, int]) -> date | None:
    """The last day on which a registration's person is kept (保存期限), None while it has not ended.

    `years` are those of what was never recognised, and of what was: from the day it ended, or a draft was left alone.
    """
    if state not in (*ENDED, RegistrationState.DRAFT):
        return None
    return corresponding_day(ended_on, 12 * years[1 if recognised else 0])


def answer_faults(kind: str, decision: str, ground: str | None, *, corrects: bool) -> list[Fault]:
    """What is missing of an answer to a request, or does not belong to it."""
    fulfils = decision == "fulfil"
    faults = []
    if (fulfils and kind == "erasure") != (ground is not None):
        faults.append(GROUND)
    if (fulfils and kind == "correction") != corrects:
        faults.append(CORRECTED)
    return faults


PERSON_UNKNOWN = Fault("", "person_unknown", Said("没有此人", "There is no such person"))
GROUND = Fault(
    "/ground",
    "ground",
    Said("同意删除须写明法定情形，其他答复不写", "an erasure names its ground, and nothing else does"),
)
CORRECTED = Fault(
    "/corrected",
    "corrected",
    Said("同意更正须写明正确内容，其他答复不写", "a correction says what is right, and nothing else does"),
)
FROM_NUMBER = Fault(
    "/corrected",
    "follows_from_number",
    Said(
        "出生日期和性别由身份证号码得出，请更正证件号码",
        "birth date and gender follow from the resident number; correct the number",
    ),
)
NOT_RECEIVED_YET = Fault("/received_on", "in_future", Said("收到日期不能晚于今天", "cannot lie after today"))
