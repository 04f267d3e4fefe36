"""Who hears of what."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.notify.alerts.rules import AlertContent, Severity, at_least

INBOX = frozenset({"inbox"})  # whoever hears of something finds it here


@dataclass(frozen=True)
class ActiveSubscription:
    """A subscription with the post behind it; None stands for all."""

    recipient: str
    post_unit: str | None
    programmes: frozenset[str] | None
    units: frozenset[str] | None
    kinds: frozenset[str] | None
    min_severity: Severity
    channels: frozenset[str]

    def matches(self, content: AlertContent) -> bool:
        """Whether it asks for this. A post of one unit hears of that unit only; a post of the city of all."""
        if self.post_unit is not None and content.unit != self.post_unit:
            return False
        return (
            (self.kinds is None or content.kind in self.kinds)
            and at_least(content.severity, self.min_severity)
            and (self.programmes is None or content.programme in self.programmes)
            and (self.units is None or content.unit in self.units)
        )


def recipients_of(content: AlertContent, subscriptions: Iterable[ActiveSubscription]) -> dict[str, frozenset[str]]:
    """Each post that hears of it, once, with the channels of all its matching subscriptions and always the inbox."""
    channels: dict[str, frozenset[str]] = {}
    for subscription in subscriptions:
        if subscription.matches(content):
            recipient = subscription.recipient
            channels[recipient] = channels.get(recipient, INBOX) | subscription.channels
    return channels
