"""Who hears of what."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.notify.alerts.rules import Happening, Kind, Severity, at_least
from services.notify.channels.rules import Channel

DEFAULT_KINDS = tuple(Kind)  # whatever there is to tell
DEFAULT_CHANNELS = (Channel.INBOX, Channel.EMAIL)


@dataclass(frozen=True)
class Wish:
    """A subscription with the post behind it; None stands for all."""

    recipient: str
    post_unit: str | None
    programmes: frozenset[str] | None
    units: frozenset[str] | None
    kinds: frozenset[Kind]
    min_severity: Severity
    channels: frozenset[Channel]


def wants(wish: Wish, happening: Happening) -> bool:
    """Whether a subscription asks for this. A post of one unit hears of that unit only; a post of the city of all."""
    if wish.post_unit is not None and happening.unit != wish.post_unit:
        return False
    return (
        happening.kind in wish.kinds
        and at_least(happening.severity, wish.min_severity)
        and (wish.programmes is None or happening.programme in wish.programmes)
        and (wish.units is None or happening.unit in wish.units)
    )


def who_hears(wishes: Iterable[Wish], happening: Happening) -> dict[str, frozenset[Channel]]:
    """Each post that hears of it, once, with the channels of all its matching subscriptions and always the inbox."""
    heard: dict[str, frozenset[Channel]] = {}
    for wish in wishes:
        if wants(wish, happening):
            heard[wish.recipient] = heard.get(wish.recipient, frozenset({Channel.INBOX})) | wish.channels
    return heard
