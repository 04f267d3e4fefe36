"""Named reads of posts and names."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from services.notify.recipients.models import Name, Recipient
from services.notify.recipients.rules import Named
from shared.problems import Said

Names = dict[tuple[Named, str], Said]


def recipients(session: Session, after: str | None, limit: int) -> Sequence[Recipient]:
    """Posts in the order of their codes, one more than asked for."""
    wanted = select(Recipient).order_by(Recipient.code).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(Recipient.code > after)
    return session.exec(wanted).all()


def by_code(session: Session, codes: Collection[str]) -> dict[str, Recipient]:
    """The posts with these codes."""
    found = session.exec(select(Recipient).where(col(Recipient.code).in_(codes)))
    return {recipient.code: recipient for recipient in found}


def handed_over(session: Session) -> frozenset[str]:
    """The codes of posts whose holder a policy pack no longer names."""
    return frozenset(session.exec(select(Recipient.code).where(col(Recipient.handed_over_at).is_not(None))))


def names(session: Session) -> Names:
    """Every name notify knows."""
    return {(Named(name.kind), name.code): Said(name.zh, name.en) for name in session.exec(select(Name))}


def known(session: Session, kind: Named) -> frozenset[str]:
    """The codes of this kind that the policy in force has."""
    return frozenset(session.exec(select(Name.code).where(Name.kind == kind)))
