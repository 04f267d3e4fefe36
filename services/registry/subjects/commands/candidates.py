"""People who may be one (疑似重复): looked for among all others by fingerprints, a whole batch in a few statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, String, and_, column, delete, func, update, values
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from services.registry.subjects.models.people import ClearPerson, Duplicate, IdentityDocument, Person, PersonKey, unseal
from services.registry.subjects.rules.matching import Fingerprints, care, fingerprints
from shared import clock
from shared.among import among, among_texts, texts_given
from shared.contracts.duplicates import Matching
from shared.db import dialect_of, insert_ignoring, insert_rows, stretches, table_of
from shared.ids import new_id
from shared.key_rings import Slot
from shared.vault import vault

MOST_CANDIDATES = 20  # of one person; more are no suspicion but a default somebody typed
PEOPLE_AT_ONCE = 200
# Longer than any transaction: until then two that ran side by side did not see each other.
SETTLED = timedelta(minutes=2)

MOST_HOLDERS = 2_000  # read for one statement's fingerprints without counting those of each
LAST_ID = UUID(int=2**128 - 1)

Pair = tuple[UUID, UUID]  # the record made first, the other


class Newcomer(NamedTuple):
    """A person to look for: their record, their clear values, and who had their number before it was corrected."""

    record_ref: UUID
    clear: ClearPerson
    former_owner: UUID | None = None


def find_candidates(session: Session, wanted: Sequence[Newcomer], matching: Matching) -> set[UUID]:
    """Put whoever may be the same into the review queue (疑似重复); the records an officer must look at first.

    At most 20 candidates of one person, the oldest first. The pack's `[matching]` says which signals do what.
    Writes: `person_key` of those wanted, and new cases in `duplicate`; a pair that is there stays as it is.
    """
    return _look(session, wanted, matching, {})


def compare_again(session: Session, matching: Matching) -> int:
    """Look for people whose fingerprints are missing or were made beside others' that could not be seen; how many.

    At most 200 at once, of those recorded over two minutes ago. Locks and writes their `person` (`compared_at`), their
    `person_key`, and cases as `find_candidates` does. Called under `lock_identities`.
    """
    waiting = select(Person).where(
        col(Person.compared_at).is_(None),
        col(Person.created_at) < clock.now() - SETTLED,
        ~col(Person.provisional),
        ~col(Person.restricted),
    )
    people = session.exec(waiting.order_by(col(Person.id)).limit(PEOPLE_AT_ONCE).with_for_update()).all()
    ids = [person.id for person in people]
    _look(session, [Newcomer(person.id, unseal(person)) for person in people], matching, _keys_of(session, ids))
    session.execute(update(Person).where(among(session, col(Person.id), ids)).values(compared_at=clock.now()))
    return len(people)


def file_fingerprints(session: Session, people: Sequence[UUID], slot: Slot) -> int:
    """Keep by one more key the fingerprints of those of whom some are kept (轮换); how many people it was.

    Locks their `person` against being compared again; writes `person_key`. Called under `lock_identities`.
    """
    held: dict[UUID, set[str]] = defaultdict(set)
    kept = select(PersonKey.person_id, PersonKey.slot).where(among(session, col(PersonKey.person_id), people))
    for record, of in session.exec(kept.distinct()):
        held[record].add(of)
    lacking = [record for record, slots in held.items() if slot not in slots]
    index = vault("registry").indexers()[slot]
    wanted = select(Person).where(among(session, col(Person.id), lacking)).order_by(col(Person.id))
    rows: list[dict[str, object]] = []
    for person in session.exec(wanted.with_for_update(read=True, key_share=True)):
        clear = unseal(person)
        kept_by = fingerprints(clear.name, clear.birth_date, index).kept if clear.birth_date else ()
        rows += [{"key_index": key, "person_id": person.id, "slot": slot} for key in kept_by]
    insert_ignoring(session, table_of(PersonKey), rows, ("key_index", "person_id"))
    return len({row["person_id"] for row in rows})


def _look(
    session: Session, wanted: Sequence[Newcomer], matching: Matching, held: Mapping[UUID, frozenset[str]]
) -> set[UUID]:
    """Look for people among all others, given the fingerprints that are kept of them; those to be looked at first."""
    marks = {each.record_ref: marks_of(each.clear) for each in wanted}
    _keep(session, {record: _slots(mark) for record, mark in marks.items() if mark}, held)
    signals = _matches(session, {record: _sought(mark) for record, mark in marks.items()})
    for each in wanted:
        if each.former_owner:
            signals[_pair(each.record_ref, each.former_owner)].add("former_number")
    return _queue(session, signals, {each.record_ref for each in wanted}, matching)


def marks_of(clear: ClearPerson) -> dict[Slot, Fingerprints]:
    """A person's fingerprints by each key in use; none without a birth date."""
    if clear.birth_date is None:
        return {}
    return {
        slot: fingerprints(clear.name, clear.birth_date, index) for slot, index in vault("registry").indexers().items()
    }


def _slots(marks: Mapping[Slot, Fingerprints]) -> dict[str, Slot]:
    return {key: slot for slot, mark in marks.items() for key in mark.kept}


def _sought(marks: Mapping[Slot, Fingerprints]) -> dict[str, str]:
    return {key: signal for mark in marks.values() for key, signal in mark.sought.items()}


def _keys_of(session: Session, people: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    held: dict[UUID, set[str]] = defaultdict(set)
    found = select(PersonKey.person_id, PersonKey.key_index).where(among(session, col(PersonKey.person_id), people))
    for record, key in session.exec(found):
        held[record].add(key)
    return {record: frozenset(keys) for record, keys in held.items()}


def _keep(session: Session, wanted: Mapping[UUID, Mapping[str, Slot]], held: Mapping[UUID, frozenset[str]]) -> None:
    """Write down people's fingerprints; of those who have the same ones, nothing."""
    others = [record for record, keys in held.items() if frozenset(wanted.get(record, ())) != keys]
    if others:
        session.execute(delete(PersonKey).where(among(session, col(PersonKey.person_id), others)))
    rows = [
        {"key_index": key, "person_id": record, "slot": keys[key]}
        for record, keys in wanted.items()
        if held.get(record) != frozenset(keys)
        for key in sorted(keys)
    ]
    insert_rows(session, table_of(PersonKey), rows)


def _matches(session: Session, marks: Mapping[UUID, Mapping[str, str]]) -> dict[Pair, set[str]]:
    """Who matches whom by what; of everybody at most so many, the oldest first."""
    holders: dict[str, list[UUID]] = defaultdict(list)
    for some in stretches(key for sought in marks.values() for key in sought):
        for key, record in _holders(session, some):
            holders[key].append(record)
    signals: dict[Pair, set[str]] = defaultdict(set)
    for record, sought in marks.items():
        for key, signal in sought.items():
            for other in sorted(holders.get(key, ()))[:MOST_CANDIDATES]:
                if other != record:
                    signals[_pair(record, other)].add(signal)
    return signals


def _holders(session: Session, keys: Sequence[str]) -> Sequence[Row[str, UUID]]:
    """Who has these fingerprints; where they are many, of each only as many as are candidates."""
    dialect = dialect_of(session)
    found = session.execute(_some_holders(dialect), {"keys": texts_given(dialect, keys)}).all()
    return found if len(found) < MOST_HOLDERS else session.execute(_oldest_holders(keys)).all()


@cache
def _some_holders(dialect: str) -> Select[str, UUID]:
    held = table_of(PersonKey).c
    holders = select_columns(held.key_index, held.person_id)
    return holders.where(among_texts(dialect, held.key_index, "keys")).limit(MOST_HOLDERS)


def _oldest_holders(keys: Sequence[str]) -> Select[str, UUID]:
    """Of each fingerprint those who had it first; whoever is the last candidate is looked up, and ends the search."""
    sought = values(column("key_index", String), name="sought").data([(key,) for key in keys]).cte("sought")
    own, held = aliased(PersonKey), aliased(PersonKey)
    last = (
        select(own.person_id)
        .where(col(own.key_index) == sought.c.key_index)
        .order_by(col(own.person_id))
        .offset(MOST_CANDIDATES - 1)
        .limit(1)
        .scalar_subquery()
    )
    bounds = select(sought.c.key_index, func.coalesce(last, LAST_ID).label("last")).cte("bounds")
    return select(col(held.key_index), col(held.person_id)).join(
        bounds, and_(col(held.key_index) == bounds.c.key_index, col(held.person_id) <= bounds.c.last)
    )


def _queue(
    session: Session, signals: Mapping[Pair, set[str]], wanted: Collection[UUID], matching: Matching
) -> set[UUID]:
    people = {record for pair in signals for record in pair}
    subject, resident = _subjects(session, people), _with_resident_number(session, people)
    rows, to_be_looked_at = [], set()
    for (one, other), found in sorted(signals.items()):
        if subject[one] == subject[other]:
            continue
        if one in resident and other in resident:
            found.add("two_resident_numbers")
        what = care(found, matching)
        if what == "ignore":
            continue
        rows.append(new_case(one, other, found))
        if what == "stop":
            to_be_looked_at |= {one, other} & set(wanted)
    insert_cases(session, rows)
    return to_be_looked_at


def insert_cases(session: Session, rows: Sequence[Mapping[str, object]]) -> set[tuple[UUID, UUID, str]]:
    """Put cases into the queue, in one order for everybody; the keys of those that were not there yet."""
    return {(one, other, claim) for one, other, claim in insert_ignoring(session, table_of(Duplicate), rows, CASE_KEY)}


CASE_KEY = ("one", "other", "claim")


def new_case(one: UUID, other: UUID, signals: Iterable[str], claim: str = "") -> dict[str, object]:
    """An open case as a row."""
    return {
        "claim": claim,
        "found_at": clock.now(),
        "id": new_id(),
        "one": one,
        "other": other,
        "signals": sorted(signals),
        "state": "open",
        "credit_to": None,
        "version": 0,
        "decided_at": None,
    }


def _pair(record: UUID, other: UUID) -> Pair:
    return (record, other) if record < other else (other, record)


def _subjects(session: Session, people: Collection[UUID]) -> dict[UUID, UUID]:
    return {
        record: subject
        for some in stretches(people)
        for record, subject in session.execute(
            select(Person.id, func.coalesce(Person.same_as, Person.id)).where(col(Person.id).in_(some))
        )
    }


def _with_resident_number(session: Session, people: Collection[UUID]) -> set[UUID]:
    return {
        record
        for some in stretches(people)
        for record in session.execute(
            select(IdentityDocument.person_id).where(
                col(IdentityDocument.person_id).in_(some),
                IdentityDocument.type == "resident_id",
                col(IdentityDocument.replaced_at).is_(None),
            )
        ).scalars()
    }
