"""The flow (流转): what is committed and not yet on the bus, and what is parked, for operators and for an alarm."""

from sqlalchemy import func, select
from sqlmodel import Session

from shared import clock
from shared.auth import Role, allow
from shared.bodies import Router
from shared.contracts.flow import Flow
from shared.service_tables import dead_letter, outbox
from shared.web import ReadingDep


def flow(session: Session) -> Flow:
    """How events get on in this service now."""
    waiting = select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.published_at.is_(None))
    unpublished, oldest = session.execute(waiting).one()
    parked = select(func.count()).select_from(dead_letter).where(dead_letter.c.resolved_at.is_(None))
    return Flow(
        unpublished=unpublished,
        oldest_unpublished_at=oldest,
        parked=session.execute(parked).scalar_one(),
        as_of=clock.now(),
    )


router = Router(tags=["flow"], dependencies=[allow(Role.OPERATOR, Role.AUDITOR, Role.BUREAU_OFFICER)])


@router.get("/v1/flow")
def read_flow(database: ReadingDep) -> Flow:
    """Events that wait for the bus, and events that could not be taken in (积压与滞留)."""
    with database.reading() as session:
        return flow(session)
