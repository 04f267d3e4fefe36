"""Named reads of the policy."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from services.notify.policy.models import PolicyDocument


def document_numbers(session: Session) -> Sequence[str]:
    """The numbers of the documents that were applied, as they are kept."""
    return session.exec(select(PolicyDocument.number)).all()


def in_force(session: Session) -> PolicyDocument | None:
    """The document that was applied last, None before the first."""
    return session.exec(select(PolicyDocument).order_by(col(PolicyDocument.applied_at).desc()).limit(1)).first()
