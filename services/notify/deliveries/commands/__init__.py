"""What is done with deliveries: started, held back, claimed and sent, sent again."""

from services.notify.deliveries.commands.again import WRITERS, ChannelTestRequest, resend, send_test
from services.notify.deliveries.commands.holding import HeldBack, hold_back, release
from services.notify.deliveries.commands.sending import DeliveryClaim, claim, record_outcome
from services.notify.deliveries.commands.starting import start

__all__ = [
    "WRITERS",
    "ChannelTestRequest",
    "DeliveryClaim",
    "HeldBack",
    "claim",
    "hold_back",
    "record_outcome",
    "release",
    "resend",
    "send_test",
    "start",
]
