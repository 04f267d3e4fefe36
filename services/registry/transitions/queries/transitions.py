from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.registrations.models import Registration
from services.registry.registrations.queries import scope
from shared.auth import Caller
from shared.db import stretches


def registrations_in(
    session: Session, caller: Caller, ids: Collection[UUID], programmes: Collection[str]
) -> dict[UUID, Registration]:
    """Those of some registrations that the caller may see and that are in one of these programmes; not locked."""
    conditions = scope(caller), col(Registration.programme).in_(programmes)
    return {
        found.id: found
        for some in stretches(ids)
        for found in session.exec(select(Registration).where(col(Registration.id).in_(some), *conditions))
    }
