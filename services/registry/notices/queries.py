from collections.abc import Sequence

from sqlmodel import Session, col, select

from services.registry.registrations.models import Registration


def running(session: Session) -> Sequence[Registration]:
    """The registrations on public notice, objected ones too, held until the transaction ends."""
    on_notice = col(Registration.state).in_(["on_notice", "objected"])
    return session.exec(
        select(Registration)
        .where(on_notice)
        .order_by(col(Registration.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
