"""Counting: registration events become heads, ledger lines, counters and milestones, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session

from services.quota.counting.commands import milestones, sums
from services.quota.counting.models import HEADCOUNT, LEDGER, MEMBERSHIP, SEEN
from services.quota.counting.queries import headcounts as queries
from services.quota.counting.queries.sums import newest_line
from services.quota.counting.rules.books import Books, Line, Member, Of, Rise
from services.quota.counting.rules.heads import Head, Seen
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import Quota
from shared import clock
from shared.contracts.registration import RegistrationEvent
from shared.db import insert_rows, upsert
from shared.events import Event

SUBJECTS_AT_ONCE = 5_000
MEMBER_KEY = ("subject_ref", "quota_id")


def count(session: Session, events: Sequence[Event]) -> Mapping[UUID, Sequence[Rise]]:
    """Fold registration events (登记事件) into the figures, in their order, whatever the batch; others are passed over.

    By quota, each rise of its figure, in order; of history they are quiet. Of each registration only a version newer
    than the one seen changes anything. Locks: counting (shared), then the counters of the quotas concerned, by id.
    Writes: registration_seen, membership, ledger, headcount_sum, headcount, milestone, crossing. Announces:
    MilestoneReached, MilestoneFallenBack, MilestoneRegained; history (a replay) none.
    """
    heard = [event for event in events if isinstance(event, RegistrationEvent)]
    quotas_.lock_counting(session, exclusive=False)
    along = queries.programmes_of(session, {each for event in heard for each in event.moved_with})
    along |= {event.registration_id: event.programme for event in heard}
    quotas = quotas_.that_count(session, set(along.values()))
    queries.lock_counters(session, quotas)
    subjects = {event.subject_ref for event in heard}
    subjects |= queries.subjects_of(session, along)
    books = queries.books(session, quotas, subjects)
    for event in heard:
        moved_with = {each: version for each, version in event.moved_with.items() if each in along}
        books.fold(seen_in(event), event.id, moved_with, quiet=event.replay)
    _enter(session, books, {quota.id: quota for quota in quotas})
    return books.rises


def open_counters(session: Session, quotas: Sequence[UUID]) -> None:
    """Start the counters of new quotas at nothing. Writes: headcount, one row each, for the whole."""
    insert_rows(
        session,
        HEADCOUNT,
        [{"quota_id": quota, "unit": "", "gross": 0, "net": 0, "in_stock": 0} for quota in quotas],
    )


def recount(session: Session, quotas: Sequence[Quota], at: datetime, *, fresh: bool) -> None:
    """Count quotas anew from the registrations seen (重新计数), 5,000 subjects at a time.

    A fresh quota knows what was known when it was heard of; in an older one, what changes is known from `at` on.
    The caller has counting locked (exclusive). Writes: membership, ledger, headcount_sum, headcount. Announces nothing;
    milestones are the caller's to measure.
    """
    if not quotas:
        return
    programmes = {programme for quota in quotas for programme in quota.programmes}
    last: UUID | None = None
    while subjects := queries.subjects_after(session, quotas, programmes, last, SUBJECTS_AT_ONCE):
        books = queries.books(session, quotas, subjects)
        for quota in books.quotas:
            for subject in subjects:
                known_at = books.heard_of(quota, subject, at) if fresh else at
                books.recount(quota, subject, known_at, None)
        _enter(session, books, {})
        last = subjects[-1]


def seen_in(event: RegistrationEvent) -> Seen:
    """What an event tells of its registration."""
    return Seen(
        registration_id=event.registration_id,
        version=event.version,
        subject_ref=event.subject_ref,
        subject_kind=event.subject_kind,
        programme=event.programme,
        institution_id=event.institution_id,
        reporting_unit=event.reporting_unit,
        state=event.state,
        counted_on=event.counted_on,
        ended_on=event.ended_on,
        classes=event.classes,
        known_at=event.time,
        yields=event.yields,
        spells=tuple(event.spells),
        class_changes=tuple(event.class_changes),
    )


def put_right(session: Session, members: Mapping[Of, Member], lines: Sequence[Line]) -> None:
    """Enter heads and ledger lines as given, counting being locked. Writes: membership, ledger, headcount_sum."""
    upsert(session, MEMBERSHIP, [_membership(*key, member) for key, member in members.items()], MEMBER_KEY)
    _write(session, lines)


def _enter(session: Session, books: Books, quotas: Mapping[UUID, Quota]) -> None:
    upsert(session, SEEN, [each._asdict() for each in books.newer.values()], ["registration_id"], newer="version")
    for each in (books.seen[registration_id] for registration_id in sorted(books.along)):
        mine = SEEN.c.registration_id == each.registration_id, SEEN.c.version == each.version
        session.execute(update(SEEN).where(*mine).values(subject_ref=each.subject_ref))
    members = [_membership(*key, member) for key, member in books.moved.items()]
    upsert(session, MEMBERSHIP, members, MEMBER_KEY)
    _write(session, books.lines)
    counters = [{"quota_id": quota, "unit": unit} | c._asdict() for (quota, unit), c in sorted(books.touched.items())]
    upsert(session, HEADCOUNT, counters, ["quota_id", "unit"])
    milestones.note(session, books.passed, quotas, books.seen)


def _membership(quota: UUID, subject: UUID, member: Member) -> dict[str, Any]:
    key = {"quota_id": quota, "subject_ref": subject, "known_at": member.known_at}
    if member.head is None:
        return key | Head(member.registration_id, "", member.known_at.date(), None, False, False, False)._asdict()
    return key | member.head._asdict()


def _write(session: Session, lines: Sequence[Line]) -> None:
    if not lines:
        return
    last = newest_line(session)
    insert_rows(session, LEDGER, [_ledger_line(line) for line in lines])
    sums.follow(session, {line.quota_id for line in lines}, last)


def _ledger_line(line: Line) -> dict[str, Any]:
    row = line._asdict() | line.counts._asdict() | {"known_on": clock.business_date(line.known_at)}
    del row["counts"]
    return row
