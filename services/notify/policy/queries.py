"""Named reads of the policy."""

from sqlmodel import Session, col, select

from services.notify.policy.models import PolicyDocument


def in_force(session: Session) -> PolicyDocument | None:
    """The document that was applied last, None before the first."""
    return session.exec(select(PolicyDocument).order_by(col(PolicyDocument.applied_at).desc()).limit(1)).first()
