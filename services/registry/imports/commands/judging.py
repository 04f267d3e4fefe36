"""What comes of rows: read with every fault at once, registered as a POST would be, and compared with what is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json
from sqlmodel import Session

from services.registry.imports.commands.comparing import differences
from services.registry.imports.models import ImportJob
from services.registry.imports.queries.rows import accepted_abouts, said_in
from services.registry.imports.rules.states import RowResult
from services.registry.programmes.queries import programmes
from services.registry.programmes.rules.details import check_details
from services.registry.registrations.commands.reading import References, read_person, references_now
from services.registry.registrations.commands.registering import Candidate, through_stages
from services.registry.registrations.errors import AlreadyRegistered
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import active, classes
from services.registry.registrations.schemas import NewRegistration
from services.registry.subjects.schemas.people import PersonSubject
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.fields import Day
from shared.problems import Fault, InvalidBody, Refusal, Said
from shared.sheets.columns import column_of
from shared.validation import faults_of

TWICE = Said("本表前面已有同一对象的一行", "An earlier row of this file is about the same subject")
DIFFERS = Said(
    "已登记，但本行此处与登记内容不同；如需更改请办理修改或更正",
    "It is registered, and this differs from what is; amend or correct the registration instead",
)
CLASHING = ("already-registered", "programmes-exclude", "titled-before")  # somebody stands in the way: no mistake

_DAY = TypeAdapter(Day)


@dataclass
class JudgedRow:
    """What came of a row, why, what it counts as; and the registration with its version where it was entered.

    Of a transition also what it counted as, and how the registration was, `before`.
    """

    number: int
    result: RowResult
    problems: list[dict[str, str]] = field(default_factory=list)
    counts: dict[str, Any] | None = None
    counted: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    registration_id: UUID | None = None
    version: int | None = None
    refusal: Refusal | None = None


@dataclass
class ReadItem:
    """A row as read: the registration it states, or everything that is wrong with it."""

    number: int
    about: str
    said: Mapping[str, Any]
    new: NewRegistration | None = None
    faults: Sequence[Fault] = ()
    candidate: Candidate | None = None


def judge(
    session: Session, job: ImportJob, rows: Sequence[tuple[int, bytes, str]], caller: Caller, *, trial: bool
) -> list[JudgedRow]:
    """Register the rows of a job in order; one outcome for each. In a trial nothing is entered."""
    references = references_now(session)
    items = [_read(job, row, references) for row in rows]
    for each in items:
        if each.new:
            each.candidate = Candidate(each.new, caller, trial=trial, cause=job.id)
    candidates = [each.candidate for each in items if each.candidate]
    through_stages(session, candidates)
    seen = accepted_abouts(session, job.id, {each.about for each in items}, rows[0][0], trial=trial)
    present = _present(session, candidates)
    known = programmes(session)
    judged = []
    for each in items:
        judged.append(_judged(each, job, seen, present, known))
        if judged[-1].result == RowResult.ACCEPTED:
            seen.add(each.about)
    return judged


def _read(job: ImportJob, row: tuple[int, bytes, str], references: References) -> ReadItem:
    """A row with every fault of it in one pass: of its cells, its form, its details and whom it names."""
    number, sealed, about = row
    said = said_in(job.id, number, sealed)
    body = {**said["item"], "programme": job.programme, "submit": True}
    cells = [Fault(pointer, code, Said(zh, en)) for pointer, code, zh, en in said["faults"]]
    try:
        new = NewRegistration.model_validate(body)
    except ValidationError as error:
        found = [*faults_of(error.errors(include_input=False), body), *_beside(body, references)]
        return ReadItem(number, about, said, faults=_once(cells, found))
    return ReadItem(number, about, said, None if cells else new, _once(cells, _all_of(new, references, cells)))


def _all_of(new: NewRegistration, references: References, cells: Sequence[Fault]) -> list[Fault]:
    """What else is wrong with a row whose cells are; where none is, registering finds it."""
    return _beside({**new.model_dump(mode="json")}, references) if cells else []


def _beside(body: Mapping[str, Any], references: References) -> list[Fault]:
    """What is wrong with details and person of a row that has faults of form already."""
    programme, details, subject = references.programmes.get(body["programme"]), body.get("details"), body.get("subject")
    found = list(check_details(programme.fields, details or {})[1]) if programme else []
    try:
        person, on = PersonSubject.model_validate(subject), _DAY.validate_python(body.get("fact_date"))
    except ValidationError:
        return found
    return found + read_person(person, on, references)[3]


def _once(cells: Sequence[Fault], found: Sequence[Fault]) -> list[Fault]:
    """Faults of cells, and those others that say nothing of the same field or one within it."""
    places = tuple(each.pointer for each in cells)
    more = [each for each in found if not any(each.pointer == at or each.pointer.startswith(f"{at}/") for at in places)]
    return [*cells, *{(each.pointer, each.code): each for each in more}.values()]


def _present(session: Session, candidates: Sequence[Candidate]) -> dict[tuple[UUID, UUID], Registration]:
    """The registrations that stand in the way of their own institution's rows, by subject and institution."""
    again = [each for each in candidates if isinstance(each.refusal, AlreadyRegistered)]
    if not again:
        return {}
    found = active(session, {each.subject.subject_ref for each in again})
    programme = again[0].new.programme
    return {(each.subject_ref, each.institution_id): each for each in found if each.programme == programme}


def _judged(
    item: ReadItem,
    job: ImportJob,
    seen: set[str],
    present: Mapping[tuple[UUID, UUID], Registration],
    known: Mapping[str, Programme],
) -> JudgedRow:
    candidate = item.candidate
    if candidate is None:
        refusal: Refusal = InvalidBody(*item.faults)
        return JudgedRow(item.number, RowResult.REJECTED, problems_of(job, refusal), refusal=refusal)
    if candidate.refusal is None and item.about in seen:  # a trial enters nothing that a later row could meet
        return twice(item.number, AlreadyRegistered())
    if candidate.refusal is None:
        registration = candidate.registration
        counts = _counts(registration, known[registration.programme]) if registration.counted_on else None
        entered = registration.id, registration.version
        return JudgedRow(item.number, RowResult.ACCEPTED, [], counts, None, None, *entered)
    return _refused(item, candidate, candidate.refusal, job, seen, present)


def _refused(
    item: ReadItem,
    candidate: Candidate,
    refusal: Refusal,
    job: ImportJob,
    seen: set[str],
    present: Mapping[tuple[UUID, UUID], Registration],
) -> JudgedRow:
    if refusal.slug not in CLASHING:
        return JudgedRow(item.number, RowResult.REJECTED, problems_of(job, refusal), refusal=refusal)
    if item.about in seen:
        return twice(item.number, refusal)
    own = present.get((candidate.subject.subject_ref, candidate.institution_id))
    if own is None or not isinstance(refusal, AlreadyRegistered):
        return JudgedRow(item.number, RowResult.DUPLICATE, problems_of(job, refusal), refusal=refusal)
    differing = differences(candidate.new, candidate.reading, own)
    if not differing:
        return JudgedRow(item.number, RowResult.UNCHANGED)
    faults = [Fault(pointer, "differs", DIFFERS) for pointer in differing]
    return JudgedRow(item.number, RowResult.DUPLICATE, problems_of(job, InvalidBody(*faults)), refusal=refusal)


def twice(number: int, refusal: Refusal) -> JudgedRow:
    """A row about what an earlier row of the file was about."""
    return JudgedRow(number, RowResult.DUPLICATE, [problem("twice_in_file", TWICE)], refusal=refusal)


def _counts(registration: Registration, programme: Programme) -> dict[str, Any]:
    """What quota is to count a registration as: unit, day and classes."""
    return {
        "unit": registration.reporting_unit,
        "on": str(registration.counted_on),
        "classes": classes(registration, programme),
    }


def problem(code: str, said: Said, column: str = "") -> dict[str, str]:
    """One thing that is to be said of a row, or of the cell in a column by its letter, as it is kept."""
    return {"column": column, "code": code, "zh": said.zh, "en": said.en}


def problems_of(job: ImportJob, refusal: Refusal) -> list[dict[str, str]]:
    """Why a row is refused, each reason at the letter of its column; nothing repeats what a cell says."""
    if not refusal.faults:
        return [problem(refusal.slug, refusal.detail or refusal.title())]
    return [problem(each.code, each.said, column_of(job.columns, each.pointer) or "") for each in refusal.faults]


def sealed_words(item: Mapping[str, Any], faults: Sequence[tuple[str, str, str, str]]) -> str:
    """A row as it is sealed: its item, and what is wrong with cells of it."""
    return to_json({"item": item, "faults": faults}, fallback=str).decode()
