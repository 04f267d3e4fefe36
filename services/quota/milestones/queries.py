"""Named reads of milestones."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from services.quota.milestones.models import Milestone
from services.quota.milestones.rules import Mark, State
from services.quota.quotas.models import Quota


def current(session: Session, quotas: Iterable[UUID]) -> Sequence[Milestone]:
    """The milestones of some quotas under their present amounts, by percent."""
    held = col(Milestone.quota_id) == col(Quota.id), col(Milestone.generation) == col(Quota.generation)
    return (
        session.execute(
            select(Milestone)
            .join(Quota, held[0] & held[1])
            .where(col(Quota.id).in_(list(quotas)))
            .order_by(col(Milestone.percent))
        )
        .scalars()
        .all()
    )


def marks(session: Session, quotas: Iterable[UUID]) -> dict[tuple[UUID, int], Mark]:
    """Where the milestones of some quotas stand, for counting."""
    return {
        (row.quota_id, row.percent): Mark(State(row.state), State(row.told) if row.told else None, row.episode)
        for row in current(session, quotas)
    }
