"""Named reads of channels: those that are there by themselves, and those that were connected."""

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session, col, select

from services.notify.channels.protocol import Channel
from services.notify.channels.registry import channels, kinds
from services.notify.connections.models import Connection, settings_of
from shared.config import Settings


def connections(session: Session) -> Sequence[Connection]:
    """Every connected channel, in the order of their codes."""
    return session.exec(select(Connection).order_by(col(Connection.code))).all()


def connection(session: Session, code: str) -> Connection | None:
    """One connected channel, None without any of that code."""
    return session.get(Connection, code)


def held(session: Session, code: str) -> Connection | None:
    """The same, its row locked: nobody else changes it until the transaction ends."""
    return session.get(Connection, code, with_for_update=True)


def known(session: Session) -> Mapping[str, type[Channel]]:
    """What each channel is, by its code: those that are there by themselves, then those that were connected."""
    return dict(channels()) | _kinds_of(connections(session))


def with_addresses(session: Session) -> Mapping[str, type[Channel]]:
    """Those of them that reach a post at an address."""
    return {code: channel for code, channel in known(session).items() if channel.at_once is None}


def in_use(session: Session) -> frozenset[str]:
    """The codes of the channels by which something can go: not those that are switched off or broken."""
    connected = connections(session)
    resting = {each.code for each in connected if not each.enabled or each.broken_at}
    return frozenset([*channels(), *_kinds_of(connected)]).difference(resting)


def _kinds_of(connected: Iterable[Connection]) -> dict[str, type[Channel]]:
    """What each of these is; one of a kind that is no longer there is nothing."""
    return {each.code: kinds()[each.kind] for each in connected if each.kind in kinds()}


def opened(session: Session, code: str, settings: Settings) -> Channel | None:
    """A channel ready to send, with its settings as they are now; None where there is none, or it is not in use."""
    if code in channels():
        return channels()[code](settings)
    found = connection(session, code)
    kind = kinds().get(found.kind) if found else None
    if found is None or kind is None or kind.connects_by is None or not found.enabled or found.broken_at:
        return None
    channel = kind(settings, kind.connects_by.model_validate_json(settings_of(found)))
    channel.version = found.version
    return channel
