"""The inbox (收件箱): a recipient reads it in the portal or over HTTP, so a delivery is there as soon as it is kept."""

from services.notify.channels.protocol import Channel, Limits, OutgoingMessage, SendOutcome, SendResult
from services.notify.channels.registry import register
from shared.config import Settings
from shared.problems import Said

STORED = SendOutcome(SendResult.DELIVERED, "stored")


@register
class Inbox(Channel):
    """Whoever hears of something finds it here, whatever else they chose; alerts are worded when they are read."""

    name = "inbox"
    title = Said("收件箱", "Inbox")
    limits = Limits(subject_characters=200, text_bytes=1_000_000)
    by_default = True
    at_once = STORED

    def __init__(self, settings: Settings, connected: None = None) -> None:
        pass

    @classmethod
    def means(cls) -> str:
        """The database has it."""
        return "database"

    @classmethod
    def is_address(cls, text: str) -> bool:
        """A post is its own address here."""
        return False

    def send(self, message: OutgoingMessage) -> SendOutcome:
        """Nothing is left to do."""
        return STORED
