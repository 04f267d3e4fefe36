from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.organisations.models import Reorganisation
from services.registry.organisations.queries import named
from services.registry.registrations.models import ENDED, Registration
from services.registry.reorganisations.schemas import ReorganisationRead


def reorganisations(session: Session, limit: int, after: UUID | None) -> Sequence[Reorganisation]:
    """The newest first, `limit + 1` of them."""
    wanted = select(Reorganisation).order_by(col(Reorganisation.id).desc()).limit(limit + 1)
    if after:
        wanted = wanted.where(col(Reorganisation.id) < after)
    return session.exec(wanted).all()


def shown(session: Session, rows: Sequence[Reorganisation]) -> list[ReorganisationRead]:
    """As they are answered."""
    ids = {each for row in rows for each in (row.old_id, row.heir_id, *map(UUID, row.successors)) if each}
    names = named(session, ids)
    return [
        ReorganisationRead(
            **row.model_dump(exclude={"successors", "effect", "old_id", "heir_id"}),
            old=names[row.old_id],
            heir=names[row.heir_id] if row.heir_id else None,
            successors=[names[UUID(each)] for each in row.successors],
            carried=row.effect["carried"],
            collapsed=list(row.effect["collapsed"]),
            pending=row.effect["pending"],
            posts=len(row.effect["posts"]),
        )
        for row in rows
    ]


def held(session: Session, reorganisation_id: UUID) -> Reorganisation | None:
    """A reorganisation, kept from others until the transaction ends."""
    wanted = select(Reorganisation).where(Reorganisation.id == reorganisation_id).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).first()


def active(session: Session, organisation_id: UUID) -> Sequence[Registration]:
    """The registrations of an organisation that have not ended, the earliest recognition first."""
    wanted = select(Registration).where(
        Registration.subject_ref == organisation_id, col(Registration.state).not_in(ENDED)
    )
    order = col(Registration.programme), col(Registration.counted_on), col(Registration.id)
    return session.exec(wanted.order_by(*order).with_for_update()).all()


def ended_since(session: Session, organisation_id: UUID, at: datetime) -> bool:
    """Whether an organisation was itself reorganised after that."""
    later = select(Reorganisation.id).where(
        Reorganisation.old_id == organisation_id,
        col(Reorganisation.heir_id).is_not(None),
        col(Reorganisation.undone_at).is_(None),
        col(Reorganisation.at) >= at,
    )
    return session.exec(later).first() is not None
