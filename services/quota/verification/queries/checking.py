"""Named reads of verification: one sum over the ledger, and the subjects in blocks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Row, Select, func, or_, select
from sqlmodel import Session

from services.quota.bulletins.queries import published as bulletins
from services.quota.counting.models import HEADCOUNT, LEDGER, MEMBERSHIP, SEEN, SUM
from services.quota.counting.queries import milestones, sums
from services.quota.counting.queries.headcounts import MEMBER_AS, counted, member
from services.quota.counting.rules.books import CountedQuota, In, Member
from services.quota.counting.rules.heads import NOTHING, Counts, Head, Seen, entries
from services.quota.counting.rules.spans import EVER, LAST_MONTH, day_of
from services.quota.quotas.models import Quota
from services.quota.verification.models import ADJUSTMENT
from services.quota.verification.rules import (
    CellOfUnit,
    Cells,
    Findings,
    Misplaced,
    Source,
    Totals,
    WrongMember,
    add_to,
    heads_due,
    misplaced,
)

SUBJECTS_AT_ONCE = 5_000
FACT_AS = [SEEN.c[name] for name in Seen._fields if name != "known_at"]
OF_COUNTS = [LEDGER.c[name] for name in Counts._fields]


class Correction(NamedTuple):
    """What a subject's ledger lines lack in one place, so that they say what its head says."""

    cell: CellOfUnit
    subject_ref: UUID
    registration_id: UUID
    due: Counts
    lacking: Counts


class RegistrationSource(NamedTuple):
    """Where registrations are read from: rows as `registration_seen` has them, and every column of their subjects."""

    rows: FromClause
    subjects: Sequence[ColumnElement[UUID]]


KNOWN_HERE = RegistrationSource(SEEN, [SEEN.c.subject_ref])


def found(session: Session, source: Source, registrations: RegistrationSource = KNOWN_HERE) -> Findings:
    """Everything there is to verify by a source as it stands, and what of it does not agree; figures in heads.

    One snapshot of the database beside the writer; the ledger in one statement, subjects in blocks.
    """
    return _found(session, source, _ledger_cells(session), false_sums(session), registrations)


def found_beside_sums(session: Session, source: Source, put_right: Mapping[In, int]) -> Findings:
    """The same once the sums are right, of which `put_right` were not: they say what the ledger does in fewer rows."""
    return _found(session, source, _cells_of_sums(session), put_right, KNOWN_HERE)


def _found(
    session: Session, source: Source, ledger: Cells, false_sums: Mapping[In, int], registrations: RegistrationSource
) -> Findings:
    quotas = [counted(quota) for quota in session.execute(select(Quota)).scalars()]
    lines = session.execute(select(func.count()).select_from(LEDGER)).scalar_one()
    now = Findings(len(quotas), lines, counters(session), ledger, false_sums=false_sums)
    now.misplaced = misplaced_milestones(session, quotas, now.counters)
    now.bulletins, now.altered = bulletins.held_to_their_hashes(session)
    if source == Source.LEDGER:
        now.heads = now.ledger
    else:
        _compare_heads(session, quotas, now, registrations)
    return now


def _compare_heads(session: Session, quotas: Sequence[CountedQuota], now: Findings, source: RegistrationSource) -> None:
    by_id = {quota.id: quota for quota in quotas}
    by_programme: dict[str, list[CountedQuota]] = defaultdict(list)
    for quota in quotas:
        for programme in quota.scope.programmes:
            by_programme[programme].append(quota)
    for subject, registrations, members in _subjects(session, source):
        now.memberships += len(members)
        for quota_id, due in heads_due(by_programme, by_id, registrations, members):
            member = members.get(quota_id)
            if (held := member.head if member else None) != due:
                now.wrong.append(WrongMember(quota_id, subject, held, due))
            add_to(now.heads, quota_id, due)


def _ledger_cells(session: Session) -> Cells:
    """The ledger added up by quota, unit and day, in one statement."""
    place = (LEDGER.c.quota_id, LEDGER.c.unit, LEDGER.c.counted_on)
    rows = session.execute(select(*place, *(func.sum(each) for each in OF_COUNTS)).group_by(*place))
    return {(quota, unit, on): Counts(*map(int, counts)) for quota, unit, on, *counts in rows}


def _cells_of_sums(session: Session) -> Cells:
    """The same by the sums, once they are right: a fraction of the rows."""
    columns = SUM.c.quota_id, SUM.c.unit, SUM.c.counted_in, *(SUM.c[name] for name in Counts._fields)
    days = (SUM.c.known_in == EVER) & (SUM.c.counted_in > LAST_MONTH) & (SUM.c.unit != sums.WHOLE)
    rows = session.execute(select(*columns).where(days))
    return {(quota, unit, day_of(span)): Counts(*counts) for quota, unit, span, *counts in rows}


def counters(session: Session) -> Totals:
    """Every counter in heads, by quota and unit ('' the whole)."""
    columns = [HEADCOUNT.c[name] for name in ("quota_id", "unit", *Counts._fields)]
    return {(quota, unit): Counts(*counts) for quota, unit, *counts in session.execute(select(*columns))}


def summed(session: Session) -> Totals:
    """What the sums make of each quota as a whole ('') and in each unit, in heads, once they are right."""
    place = SUM.c.quota_id, SUM.c.unit
    totals = [func.sum(SUM.c[name]) for name in Counts._fields]
    months = (SUM.c.known_in == EVER) & (SUM.c.counted_in <= LAST_MONTH)
    rows = session.execute(select(*place, *totals).where(months).group_by(*place))
    return {(quota, unit): Counts(*map(int, counts)) for quota, unit, *counts in rows}


def false_sums(session: Session) -> dict[In, int]:
    """How many sums of each quota in each unit are not what the ledger adds up to."""
    lacking = sums.lacking().subquery()
    place = lacking.c.quota_id, lacking.c.unit
    rows = session.execute(select(*place, func.count()).group_by(*place).order_by(*place))
    return {(quota, unit): cells for quota, unit, cells in rows}


def misplaced_milestones(session: Session, quotas: Iterable[CountedQuota], values: Totals) -> list[Misplaced]:
    """The milestones that do not stand where the counters put them; a quota without an amount has none."""
    every = list(quotas)
    marks = milestones.marks(session, [quota.id for quota in every])
    return [wrong for quota in every for wrong in misplaced(quota, values.get((quota.id, ""), NOTHING), marks)]


def corrections(session: Session, false_cells: Collection[CellOfUnit]) -> Iterator[Correction]:
    """What each subject's lines lack where the ledger is false, by quota, place and subject, once the memberships are
    right.
    """
    days: dict[UUID, set[date]] = defaultdict(set)
    for quota, _, on in false_cells:
        days[quota].add(on)
    for quota in sorted(days):
        due: dict[tuple[str, date, UUID], Counts] = defaultdict(lambda: NOTHING)
        written: dict[tuple[str, date, UUID], Counts] = defaultdict(lambda: NOTHING)
        registration: dict[UUID, UUID] = {}
        for subject, one in _heads_on(session, quota, days[quota]):
            registration[subject] = one.registration_id
            due |= {(unit, on, subject): counts for (unit, on), counts in entries(one).items() if on in days[quota]}
        for row in _lines_on(session, quota, days[quota]):
            registration.setdefault(row.subject_ref, row.registration_id)
            place = (row.unit, row.counted_on, row.subject_ref)
            written[place] = written[place].plus(Counts(row.gross, row.net, row.in_stock))
        for place in sorted(due.keys() | written.keys()):
            if due[place] != written[place]:
                unit, on, subject = place
                lacking = due[place].minus(written[place])
                yield Correction((quota, unit, on), subject, registration[subject], due[place], lacking)


def facts(session: Session, ids: Collection[UUID] | None, after: UUID | None, limit: int) -> Sequence[Row[Any]]:
    """At most `limit` registrations as they were heard of last (计数状态), by id, from after one on."""
    statement = select(*FACT_AS).order_by(SEEN.c.registration_id).limit(limit)
    if ids is not None:
        statement = statement.where(SEEN.c.registration_id.in_(ids))
    if after is not None:
        statement = statement.where(SEEN.c.registration_id > after)
    return session.execute(statement).all()


def adjustments(session: Session, after: UUID | None, limit: int) -> Sequence[Row[Any]]:
    """At most `limit` things that were put right (调整), the newest first, from after an id on."""
    statement = select(ADJUSTMENT).order_by(ADJUSTMENT.c.id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(ADJUSTMENT.c.id < after)
    return session.execute(statement).all()


def _subjects(session: Session, source: RegistrationSource) -> Iterator[tuple[UUID, list[Seen], dict[UUID, Member]]]:
    """Every subject with its registrations and what quotas hold of it, block by block."""
    last: UUID | None = None
    seen_as = select(*(source.rows.c[name] for name in Seen._fields))
    while True:
        end = min(filter(None, (_end_of_block(session, each, last) for each in source.subjects)), default=None)
        registrations: dict[UUID, list[Seen]] = defaultdict(list)
        for row in session.execute(_between(seen_as, source.rows.c.subject_ref, last, end)):
            seen = Seen(*row)
            registrations[seen.subject_ref].append(seen)
        members: dict[UUID, dict[UUID, Member]] = defaultdict(dict)
        for quota, subject, known_at, *rest in session.execute(
            _between(select(*MEMBER_AS), MEMBERSHIP.c.subject_ref, last, end)
        ):
            members[subject][quota] = member(known_at, Head(*rest))
        for subject in registrations.keys() | members.keys():
            yield subject, registrations[subject], members[subject]
        if end is None:
            return
        last = end


def _end_of_block(session: Session, subjects: ColumnElement[UUID], last: UUID | None) -> UUID | None:
    """The subject of the registration with which a block is full; none in the last block."""
    ordered = select(subjects).order_by(subjects).offset(SUBJECTS_AT_ONCE).limit(1)
    if last is not None:
        ordered = ordered.where(subjects > last)
    return session.execute(ordered).scalar()


def _between(statement: Select[Any], column: ColumnElement[UUID], last: UUID | None, end: UUID | None) -> Select[Any]:
    if last is not None:
        statement = statement.where(column > last)
    return statement if end is None else statement.where(column <= end)


def _heads_on(session: Session, quota: UUID, days: Collection[date]) -> Iterator[tuple[UUID, Head]]:
    columns = [MEMBERSHIP.c[name] for name in Head._fields]
    then: list[ColumnElement[bool]] = [column.in_(days) for column in (MEMBERSHIP.c.counted_on, MEMBERSHIP.c.ended_on)]
    then.append(MEMBERSHIP.c.cells.is_not(None))
    statement = select(MEMBERSHIP.c.subject_ref, *columns).where(
        MEMBERSHIP.c.quota_id == quota, MEMBERSHIP.c.unit != "", or_(*then)
    )
    return ((subject, Head(*rest)) for subject, *rest in session.execute(statement))


def _lines_on(session: Session, quota: UUID, days: Collection[date]) -> Iterable[Row[Any]]:
    columns = [LEDGER.c[name] for name in ("subject_ref", "registration_id", "unit", "counted_on", *Counts._fields)]
    return session.execute(select(*columns).where(LEDGER.c.quota_id == quota, LEDGER.c.counted_on.in_(days)))
