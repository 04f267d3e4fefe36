"""Named reads of rebuilds: the shadow against what is known here, and what it makes of the figures."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, literal, or_, select, union_all
from sqlmodel import Session

from services.quota.counting.models import SEEN
from services.quota.counting.queries.headcounts import counted
from services.quota.counting.rules.heads import Seen
from services.quota.quotas import queries as quotas_
from services.quota.verification.models import REBUILD, SHADOW, Rebuild
from services.quota.verification.queries import checking as verification
from services.quota.verification.rules import (
    MOST_SHOWN,
    Compared,
    Findings,
    RegistrationDifference,
    RegistrationsCompared,
    Source,
)
from services.quota.verification.schemas.rebuilding import ComparisonRead
from shared.contracts.facts import Fact, verdict
from shared.db import Instant

AT_ONCE = 5_000
NAMES = list(Fact.model_fields)
SAME = SHADOW.c.registration_id == SEEN.c.registration_id


def rebuild(session: Session, rebuild_id: UUID) -> Rebuild | None:
    """One rebuild; None for an unknown id."""
    return session.execute(select(Rebuild).where(REBUILD.c.id == rebuild_id)).scalar()


def held(session: Session, rebuild_id: UUID) -> Rebuild | None:
    """One rebuild with its row locked until the transaction ends; None for an unknown id."""
    statement = select(Rebuild).where(REBUILD.c.id == rebuild_id).with_for_update()
    return session.execute(statement.execution_options(populate_existing=True)).scalar()


def in_shadow(session: Session) -> int:
    """How many registrations the registry has handed over."""
    return int(session.execute(select(func.count()).select_from(SHADOW)).scalar_one())


def compared(session: Session, rebuild: Rebuild) -> ComparisonRead:
    """What swapping this rebuild in would change, from what the shadow and, where it is newer, this service knows."""
    registered = registrations(session, rebuild.opened_at)
    for some in differing(session):
        registered.note(some)
    found = verification.found(session, Source.REGISTRATIONS, _merged(rebuild.opened_at))
    return comparison(session, registered, found)


def comparison(session: Session, registered: RegistrationsCompared, found: Findings) -> ComparisonRead:
    """What these registrations and figures differ in, and the milestones that follow."""
    quotas = quotas_.every(session)
    misplaced = verification.misplaced_milestones(session, map(counted, quotas.values()), found.by_heads)
    return ComparisonRead.of(Compared(registered, found, misplaced), quotas)


def registrations(session: Session, opened_at: datetime) -> RegistrationsCompared:
    """How many registrations the shadow and this service have, and what is newer or beyond the shadow here.

    What differs is noted by the caller as it is read.
    """
    beyond = SEEN.outerjoin(SHADOW, SAME)
    older = or_(SHADOW.c.registration_id.is_(None), SHADOW.c.version < SEEN.c.version)
    surplus, before = SHADOW.c.registration_id.is_(None), SEEN.c.known_at < opened_at
    numbers = [func.count().filter(each) for each in (~surplus, surplus, before)]
    newer, more, behind = session.execute(select(*numbers).select_from(beyond).where(older)).one()
    lost = select(SEEN.c.registration_id).select_from(beyond).where(older, before)
    return RegistrationsCompared(
        by_registry=in_shadow(session),
        known=session.execute(select(func.count()).select_from(SEEN)).scalar_one(),
        newer=newer,
        surplus=more,
        behind=behind,
        lost=list(session.execute(lost.order_by(SEEN.c.registration_id).limit(MOST_SHOWN)).scalars()),
    )


def differing(session: Session) -> Iterator[list[RegistrationDifference]]:
    """What the registry says otherwise, at the same version or a newer one, or alone: by id, in blocks of 5,000."""
    columns = [*(SHADOW.c[name] for name in NAMES), *(SEEN.c[name].label(f"known_{name}") for name in NAMES)]
    otherwise = or_(*(SHADOW.c[name].is_distinct_from(SEEN.c[name]) for name in NAMES))
    candidates = or_(
        SEEN.c.registration_id.is_(None),
        SHADOW.c.version > SEEN.c.version,
        and_(SHADOW.c.version == SEEN.c.version, otherwise),
    )
    statement = select(*columns).select_from(SHADOW.outerjoin(SEEN, SAME)).where(candidates)
    statement = statement.order_by(SHADOW.c.registration_id).limit(AT_ONCE)
    following = statement
    while rows := session.execute(following).all():
        yield list(_judged(rows))
        following = statement.where(SHADOW.c.registration_id > rows[-1].registration_id)


def _judged(rows: Sequence[Row[Any]]) -> Iterator[RegistrationDifference]:
    for row in rows:
        by_registry, known = _fact(row[: len(NAMES)]), row[len(NAMES) :]
        here = _fact(known) if row.known_registration_id else None
        if differs := verdict(by_registry, here):
            yield RegistrationDifference(differs, by_registry, here)


def _fact(row: Sequence[Any]) -> Fact:
    return Fact.model_validate(dict(zip(NAMES, row, strict=True)))


def _merged(at: datetime) -> verification.RegistrationSource:
    """The shadow over what is known here: the registry's word, except where what is here is newer or beyond it."""
    newer = select(SEEN.c.version).where(SAME, SEEN.c.version > SHADOW.c.version)
    registered = select(*(literal(at, Instant()).label(n) if n == "known_at" else SHADOW.c[n] for n in Seen._fields))
    as_registered = select(SHADOW.c.version).where(SAME, SHADOW.c.version >= SEEN.c.version)
    here = select(*(SEEN.c[name] for name in Seen._fields))
    rows = union_all(registered.where(~newer.exists()), here.where(~as_registered.exists())).subquery("merged")
    return verification.RegistrationSource(rows, [SEEN.c.subject_ref, SHADOW.c.subject_ref])
