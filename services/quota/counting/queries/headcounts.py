"""Named reads for counting: whatever a batch of events can touch, with a handful of statements."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, union
from sqlmodel import Session

from services.quota.counting.models import HEADCOUNT, MEMBERSHIP, SEEN
from services.quota.counting.queries import milestones
from services.quota.counting.rules.books import Books, CountedQuota, Member
from services.quota.counting.rules.heads import NOTHING, Counts, Head, Seen, figure_of
from services.quota.quotas.models import Quota
from shared.among import among

SEEN_AS = [SEEN.c[name] for name in Seen._fields]
MEMBER_AS = [MEMBERSHIP.c[name] for name in ("quota_id", "subject_ref", "known_at", *Head._fields)]


def books(session: Session, quotas: Sequence[Quota], subjects: Collection[UUID]) -> Books:
    """The books of these quotas, opened at these subjects: registrations seen, heads, counters, milestones.

    A handful of statements, however many events; the caller has the counters locked.
    """
    ids = [quota.id for quota in quotas]
    return Books(
        quotas=[counted(quota) for quota in quotas],
        counters=counters(session, ids),
        seen={each.registration_id: each for each in _seen(session, subjects)},
        members=_members(session, ids, subjects),
        marks=milestones.marks(session, ids),
    )


def lock_counters(session: Session, quotas: Sequence[Quota]) -> None:
    """Lock the counters of these quotas, in the order of their ids, until the transaction ends.

    A statement of its own: what is read thereafter is as the others left it, with the units they added.
    """
    session.execute(
        select(HEADCOUNT.c.quota_id)
        .where(HEADCOUNT.c.quota_id.in_([quota.id for quota in quotas]), HEADCOUNT.c.unit == "")
        .order_by(HEADCOUNT.c.quota_id)  # everybody locks in this order
        .with_for_update()
    ).all()


def counted(quota: Quota) -> CountedQuota:
    """A quota as counting sees it."""
    terms = quota.terms()
    return CountedQuota(quota.id, terms.scope, terms.measure, terms.amount, quota.generation, terms.milestones)


def subjects_of(session: Session, registrations: Collection[UUID]) -> set[UUID]:
    """The subjects these registrations were last seen under; unknown ones are left out."""
    known = select(SEEN.c.subject_ref).where(among(session, SEEN.c.registration_id, registrations))
    return set(session.execute(known).scalars())


def programmes_of(session: Session, registrations: Collection[UUID]) -> dict[UUID, str]:
    """The programme of each of these registrations, as far as they were ever heard of."""
    if not registrations:
        return {}
    columns = SEEN.c.registration_id, SEEN.c.programme
    return dict(map(tuple, session.execute(select(*columns).where(among(session, columns[0], registrations)))))


def subjects_after(
    session: Session, quotas: Sequence[Quota], programmes: Collection[str], last: UUID | None, limit: int
) -> list[UUID]:
    """At most `limit` subjects after `last`, by id, that may belong to some quotas, or did until now."""
    ids = [quota.id for quota in quotas]
    candidates = (
        select(SEEN.c.subject_ref).where(SEEN.c.programme.in_(list(programmes))),
        select(MEMBERSHIP.c.subject_ref).where(MEMBERSHIP.c.quota_id.in_(ids)),
    )
    found = union(*candidates).subquery()
    statement = select(found.c.subject_ref).order_by(found.c.subject_ref).limit(limit)
    if last is not None:
        statement = statement.where(found.c.subject_ref > last)
    return list(session.execute(statement).scalars())


def value(session: Session, quota: Quota) -> int:
    """The figure of a quota now, in heads."""
    counts = counters(session, [quota.id]).get((quota.id, ""), NOTHING)
    return counts.measured(quota.measure)


def nth(session: Session, quota: Quota, ordinal: int) -> tuple[UUID, date]:
    """The registration and date of the n-th head behind a quota's figure (1 the first), in counting order; there must
    be one.
    """
    statement = (
        select(MEMBERSHIP.c.registration_id, MEMBERSHIP.c.counted_on)
        .where(MEMBERSHIP.c.quota_id == quota.id, behind(quota.measure))
        .order_by(MEMBERSHIP.c.counted_on, MEMBERSHIP.c.registration_id)
        .offset(ordinal - 1)
        .limit(1)
    )
    registration_id, counted_on = session.execute(statement).one()
    return registration_id, counted_on


def behind(measure: str) -> ColumnElement[bool]:
    """Which memberships stand behind the figure that a measure names."""
    return MEMBERSHIP.c[figure_of(measure)]


def member(known_at: datetime, stored: Head) -> Member:
    """A row of memberships; one without a unit has no head any more."""
    return Member(stored if stored.unit else None, stored.registration_id, known_at)


def _seen(session: Session, subjects: Collection[UUID]) -> Iterator[Seen]:
    rows = session.execute(select(*SEEN_AS).where(among(session, SEEN.c.subject_ref, subjects)))
    return (Seen(*row) for row in rows)


def _members(session: Session, quotas: Collection[UUID], subjects: Collection[UUID]) -> dict[tuple[UUID, UUID], Member]:
    wanted = set(quotas)
    return {
        (quota, subject): member(known_at, Head(*rest))
        for quota, subject, known_at, *rest in session.execute(
            select(*MEMBER_AS).where(among(session, MEMBERSHIP.c.subject_ref, subjects))
        )
        if quota in wanted
    }


def counters(session: Session, quotas: Collection[UUID]) -> dict[tuple[UUID, str], Counts]:
    """The counters of some quotas in heads, by quota and unit; unit '' is the whole."""
    columns = [HEADCOUNT.c[name] for name in ("quota_id", "unit", *Counts._fields)]
    rows = session.execute(select(*columns).where(HEADCOUNT.c.quota_id.in_(list(quotas))))
    return {(quota, unit): Counts(*counts) for quota, unit, *counts in rows}
