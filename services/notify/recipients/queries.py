"""Named reads of posts, their addresses, and names."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

from sqlmodel import Session, col, select

from services.notify.recipients import errors
from services.notify.recipients.models import AlertRecipient, Name, RecipientAddress
from services.notify.recipients.rules import ChannelAddress, NameKind, PostDuty
from shared.problems import Fault, InvalidBody, Said

Names = dict[tuple[NameKind, str], Said]
Addresses = dict[str, list[ChannelAddress]]  # of posts by their codes, each in order of channel and number
WithAddresses = tuple[AlertRecipient, list[ChannelAddress]]

HELD = col(AlertRecipient.institution_id).is_(None)  # posts that somebody holds: not those of institutions


def recipients(session: Session, after: str | None, limit: int) -> list[WithAddresses]:
    """Posts in the order of their codes, from after one (None: the first), up to `limit + 1`, with their addresses."""
    wanted = select(AlertRecipient).where(HELD).order_by(AlertRecipient.code).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(AlertRecipient.code > after)
    return with_addresses(session, session.exec(wanted).all())


def by_code(session: Session, codes: Collection[str]) -> dict[str, AlertRecipient]:
    """The posts that have these codes, by their codes."""
    found = session.exec(select(AlertRecipient).where(col(AlertRecipient.code).in_(codes)))
    return {recipient.code: recipient for recipient in found}


def posts(session: Session) -> dict[str, AlertRecipient]:
    """Every post that somebody holds, by its code; there are as many as a city has offices."""
    return {recipient.code: recipient for recipient in session.exec(select(AlertRecipient).where(HELD))}


def with_duty(session: Session, duty: PostDuty) -> list[str]:
    """The codes of the posts with a duty, in order."""
    return list(session.exec(select(AlertRecipient.code).where(AlertRecipient.duty == duty).order_by("code")))


def addresses(session: Session, codes: Collection[str]) -> Addresses:
    """The addresses of these posts; a post without any is not among them."""
    chosen = select(RecipientAddress).where(col(RecipientAddress.recipient).in_(codes))
    return _in_order(session.exec(chosen))


def numbered_addresses(session: Session, codes: Collection[str]) -> dict[tuple[str, str, int], RecipientAddress]:
    """The addresses of these posts, by post, channel and number."""
    chosen = select(RecipientAddress).where(col(RecipientAddress.recipient).in_(codes))
    return {(each.recipient, each.channel, each.number): each for each in session.exec(chosen)}


def with_addresses(session: Session, found: Sequence[AlertRecipient]) -> list[WithAddresses]:
    """Posts, each with its addresses."""
    known = addresses(session, [recipient.code for recipient in found])
    return [(recipient, known.get(recipient.code, [])) for recipient in found]


def address(session: Session, recipient: str, channel: str, number: int) -> str | None:
    """The number-th address of a post for a channel, None where it has none of that number by now."""
    found = session.get(RecipientAddress, (recipient, channel, number))
    return found.address if found else None


def handed_over(session: Session) -> frozenset[str]:
    """The codes of posts whose holder a policy pack no longer names."""
    return frozenset(session.exec(select(AlertRecipient.code).where(col(AlertRecipient.handed_over_at).is_not(None))))


def names(session: Session) -> Names:
    """Every name notify knows, by its kind and code."""
    every = session.exec(select(Name.kind, Name.code, Name.zh, Name.en))
    return {(NameKind(kind), code): Said(zh, en) for kind, code, zh, en in every}


def known(session: Session, kind: NameKind) -> frozenset[str]:
    """The codes of this kind that the policy in force has."""
    return frozenset(session.exec(select(Name.code).where(Name.kind == kind)))


def must_be_known(
    session: Session,
    *others: Fault | None,
    recipient: str | None = None,
    programme: str | None = None,
    unit: str | None = None,
) -> None:
    """Raises InvalidBody for filters of a list that name nothing: no post, programme or unit of that code is there.

    `others` are faults of the other filters, or None.
    """
    faults = [each for each in others if each]
    if recipient is not None and session.get(AlertRecipient, recipient) is None:
        faults.append(errors.unknown_recipient("/recipient"))
    if programme is not None and programme not in known(session, NameKind.PROGRAMME):
        faults.append(errors.unknown_programme("/programme"))
    if unit is not None and unit not in known(session, NameKind.UNIT):
        faults.append(errors.unknown_unit("/unit"))
    if faults:
        raise InvalidBody(*faults)


def _in_order(found: Iterable[RecipientAddress]) -> Addresses:
    ordered = sorted(found, key=lambda each: (each.recipient, each.channel, each.number))
    return {
        recipient: [(each.channel, each.address) for each in group]
        for recipient, group in groupby(ordered, key=lambda each: each.recipient)
    }
