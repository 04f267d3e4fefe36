"""What comes of the rows of a list (办理清单): whose transition each is, and what granting it leads to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session

from services.registry.imports.commands.judging import JudgedRow, problems_of, twice
from services.registry.imports.models import ImportJob
from services.registry.imports.queries.listed import (
    entries_at,
    listed_before,
    registrations_by_id,
    registrations_of,
    subjects_by_number,
)
from services.registry.imports.queries.rows import said_in
from services.registry.imports.rules.listed import AS_BEFORE, WHO
from services.registry.imports.rules.states import RowResult
from services.registry.programmes.queries import programmes
from services.registry.registrations.commands.stated import statement
from services.registry.registrations.models import HistoryEntry, Registration
from services.registry.registrations.queries import classes, locked
from services.registry.registrations.rules import INACTIVE, Place, as_it_began
from services.registry.subjects.queries.people import lock_identities
from services.registry.subjects.rules.names import name_key
from services.registry.transitions.commands.changing import KEPT
from services.registry.transitions.commands.context import RequestedTransition
from services.registry.transitions.commands.transitions import TransitionOutcome, transition
from services.registry.transitions.errors import TransitionNotAllowed
from services.registry.transitions.rules.workflow import rule_for
from services.registry.transitions.schemas.transitions import Transition
from shared.auth import Caller
from shared.contracts.policy import Programme
from shared.contracts.registration import IN_STOCK, STANDING
from shared.operations import Call
from shared.problems import Fault, InvalidBody, Refusal, Said
from shared.validation import faults_of

Row = tuple[int, bytes, str]  # its number, what it says sealed, and whom it is about


@dataclass
class ListedRow:
    """A row as read: which transition of which registration, or everything that is wrong with it."""

    number: int
    said: Mapping[str, Any]
    transition: Transition | None = None
    faults: list[Fault] = field(default_factory=list)
    registration: Registration | None = None


def read_listed(session: Session, job: ImportJob, rows: Sequence[Row], caller: Caller) -> list[ListedRow]:
    """The rows of a list with whose transition each is, as the caller may see registrations. Only reads."""
    items = [_read(job, number, sealed) for number, sealed, _ in rows]
    ids = {ref for each in items if (ref := _id_of(each))}
    by_id = registrations_by_id(session, caller, ids)
    typed = {str(each.said["number"]) for each in items if not each.said.get("registration_id") and _number(each)}
    refs = subjects_by_number(session, typed)
    held = registrations_of(session, caller, {ref for some in refs.values() for ref in some})
    known = programmes(session)
    for each in items:
        found = _found(each, job, by_id, refs, held, known)
        if isinstance(found, Fault):
            each.faults.append(found)
        else:
            each.registration = found
            each.faults += _of_another_name(each, found)
    return items


def _read(job: ImportJob, number: int, sealed: bytes) -> ListedRow:
    """A row with every fault of its cells and its form."""
    kept = said_in(job.id, number, sealed)
    said = kept["item"]
    faults = [Fault(pointer, code, Said(zh, en)) for pointer, code, zh, en in kept["faults"]]
    body = {name: value for name, value in said.items() if name not in WHO}
    try:
        wanted = Transition.model_validate(body)
    except ValidationError as error:
        places = {each.pointer for each in faults}
        found = faults_of(error.errors(include_input=False), body)
        return ListedRow(number, said, None, faults + [each for each in found if each.pointer not in places])
    return ListedRow(number, said, wanted, faults)


def _number(row: ListedRow) -> bool:
    return bool(row.said.get("number"))


def _id_of(row: ListedRow) -> UUID | None:
    try:
        return UUID(str(row.said.get("registration_id")))
    except ValueError:
        return None


def _found(
    row: ListedRow,
    job: ImportJob,
    by_id: Mapping[UUID, Registration],
    refs: Mapping[str, Collection[UUID]],
    held: Sequence[Registration],
    known: Mapping[str, Programme],
) -> Registration | Fault:
    """The registration that a row names, or why none is: what the caller may not see is as if absent."""
    if row.said.get("registration_id"):
        ref = _id_of(row)
        return by_id.get(ref, UNKNOWN_ID) if ref else UNKNOWN_ID
    if not _number(row):
        return WHO_NEEDED
    programme = row.said.get("programme") or job.programme
    if programme is None:
        return PROGRAMME_NEEDED
    of_subject = refs.get(str(row.said["number"]), ())
    own = [each for each in held if each.subject_ref in of_subject or each.record_ref in of_subject]
    return _of_these([each for each in own if each.programme == programme], row.transition, known)


def _of_these(
    own: Sequence[Registration], wanted: Transition | None, known: Mapping[str, Programme]
) -> Registration | Fault:
    """Of the registrations of a subject in a programme the one that can be meant."""
    fitting = [each for each in own if wanted and _is_open(each, wanted, known)]
    if len(fitting) > 1:
        return SEVERAL
    active = [each for each in own if each.state not in INACTIVE]
    return next(iter([*fitting, *active, *reversed(own)]), UNKNOWN_NUMBER)


def _is_open(registration: Registration, wanted: Transition, known: Mapping[str, Programme]) -> bool:
    workflow = as_it_began(known[registration.programme], registration.began_with).workflow
    return rule_for(wanted.action, registration.state, workflow, registration.revocation_status) is not None


def _of_another_name(row: ListedRow, registration: Registration) -> list[Fault]:
    """A number that is in order may still be another person's: the name beside it has to fit (号码与姓名核对)."""
    stated, name = statement(registration), row.said.get("name")
    if stated is None or not name or name_key(str(name)) == name_key(stated.name):
        return []
    return [OTHER_NAME]


def judge_listed(
    session: Session,
    job: ImportJob,
    rows: Sequence[Row],
    caller: Caller,
    places: Mapping[int, Place | Refusal | None],
    *,
    trial: bool,
) -> list[JudgedRow]:
    """Carry out the rows of a list in order, as `transition` does; one outcome for each.

    Locks what `transition` locks, and identities (shared). `places` are what quota answered, by row; a trial rests on
    places that nobody holds (试运行不占名额).
    """
    lock_identities(session, changing=False)
    items = read_listed(session, job, rows, caller)
    held = locked(session, None, {each.registration.id for each in items if each.registration})
    seen = listed_before(session, job, held, rows[0][0])
    known = programmes(session)
    last = entries_at(session, held.values())
    stood = {each.id: _standing(each, known) for each in held.values()}
    judged: list[JudgedRow | None] = []
    calls: list[Call[RequestedTransition]] = []
    granted: list[ListedRow] = []
    for each in items:
        done = _without_asking(each, job, seen, last)
        judged.append(done)
        if done is None and each.registration and each.transition:
            seen.add((each.registration.id, each.transition.action))
            place = Place(each.registration.version) if trial else places.get(each.number)
            calls.append(Call(RequestedTransition(each.registration.id, each.transition, place, job.id), caller))
            granted.append(each)
    outcomes = transition(session, calls) if calls else []
    results = iter([_came_of(*each, job, stood, known) for each in zip(granted, outcomes, strict=True)])
    return [each or next(results) for each in judged]


def _without_asking(
    row: ListedRow, job: ImportJob, seen: Collection[tuple[UUID, str]], last: Mapping[UUID, HistoryEntry]
) -> JudgedRow | None:
    """What comes of a row that is wrong, stands twice in the file, or was carried out before; None of all others."""
    if row.faults or row.registration is None or row.transition is None:
        refusal: Refusal = InvalidBody(*row.faults)
        return JudgedRow(row.number, RowResult.REJECTED, problems_of(job, refusal), refusal=refusal)
    if (row.registration.id, row.transition.action) in seen:
        return twice(row.number, TransitionNotAllowed(row.registration.state, ()))
    entry = last.get(row.registration.id)
    if entry and _is_that(entry, row.transition):
        return JudgedRow(row.number, RowResult.UNCHANGED)
    return None


def _is_that(entry: HistoryEntry, wanted: Transition) -> bool:
    """Whether the last act on a registration was this very one, by the same decision."""
    stated = wanted.model_dump(include=KEPT)
    same = all(value is None or getattr(entry, name) == value for name, value in stated.items())
    return entry.action == wanted.action and entry.moved_to == wanted.to and same


def _standing(registration: Registration, known: Mapping[str, Programme]) -> tuple[dict[str, Any], Any]:
    """What an undoing would put back, and what a registration counts as."""
    kept = registration.model_dump(mode="json", include={*AS_BEFORE, "version"})
    return kept, counted_as(registration, known)


def counted_as(registration: Registration, known: Mapping[str, Programme]) -> dict[str, Any] | None:
    """What quota counts a registration as; None where it does not count. `credited` is the unit that has the credit."""
    if registration.counted_on is None or registration.state not in STANDING:
        return None
    spells = registration.spells
    return {
        "programme": registration.programme,
        "unit": registration.reporting_unit,
        "credited": spells[0]["reporting_unit"] if spells else registration.reporting_unit,
        "on": str(registration.counted_on),
        "classes": classes(registration, known[registration.programme]),
        "in_stock": registration.state in IN_STOCK,
    }


def _came_of(
    row: ListedRow,
    outcome: TransitionOutcome | Refusal,
    job: ImportJob,
    stood: dict[UUID, tuple[dict[str, Any], Any]],
    known: Mapping[str, Programme],
) -> JudgedRow:
    if isinstance(outcome, Refusal):
        return JudgedRow(row.number, RowResult.REJECTED, problems_of(job, outcome), refusal=outcome)
    registration = outcome.registration
    result = RowResult.AWAITING if outcome.awaiting else RowResult.ACCEPTED
    before, counted = stood[registration.id]
    counts = counted if outcome.awaiting else counted_as(registration, known)
    version = registration.version
    judged = JudgedRow(row.number, result, [], counts, counted, before, registration.id, version)
    if not outcome.awaiting:
        stood[registration.id] = _standing(registration, known)  # a later row may follow on this one
    return judged


def _who(pointer: str, code: str, zh: str, en: str) -> Fault:
    return Fault(pointer, code, Said(zh, en))


WHO_NEEDED = _who(
    "/number", "who_needed", "请填写登记编号，或证件号码和人才计划。",
    "Give the registration id, or document number and programme.",
)  # fmt: skip
PROGRAMME_NEEDED = _who(
    "/programme", "needed", "按证件号码办理时，请填写人才计划。", "With a number give the programme."
)
UNKNOWN_ID = _who("/registration_id", "unknown", "没有这个登记编号。", "There is no registration with this id.")
UNKNOWN_NUMBER = _who(
    "/number", "unknown", "该号码在本计划没有登记。", "Nobody is registered in the programme by this number."
)
SEVERAL = _who(
    "/number", "several", "该号码在本计划有几条登记都可办理，请填写登记编号。",
    "Several registrations of this number could be meant: give the registration id.",
)  # fmt: skip
OTHER_NAME = _who(
    "/name", "name_differs", "号码与姓名不符，请核对是否串行或录错号码。",
    "The number is somebody's of another name: check whether rows slipped, or the number is wrong.",
)  # fmt: skip
