"""What is done with deliveries: started, held back, claimed and sent, sent again."""

from services.notify.deliveries.commands.again import WRITERS, ChannelTestRequest, resend, resend_many, send_test
from services.notify.deliveries.commands.endpoints import (
    EndpointReplayRequest,
    deliver_events,
    forget_events,
    give_up,
    replay,
    send_trial,
)
from services.notify.deliveries.commands.holding import HeldBack, hold_back, release
from services.notify.deliveries.commands.overtaking import overtake
from services.notify.deliveries.commands.posts import hand_over, open_post
from services.notify.deliveries.commands.saying import say_addresses_changed, say_calendars_are_missing
from services.notify.deliveries.commands.sending import DeliveryClaim, claim, record_outcomes
from services.notify.deliveries.commands.starting import start, start_by_all

__all__ = [
    "WRITERS",
    "ChannelTestRequest",
    "DeliveryClaim",
    "EndpointReplayRequest",
    "HeldBack",
    "claim",
    "deliver_events",
    "forget_events",
    "give_up",
    "hand_over",
    "hold_back",
    "open_post",
    "overtake",
    "record_outcomes",
    "release",
    "replay",
    "resend",
    "resend_many",
    "say_addresses_changed",
    "say_calendars_are_missing",
    "send_test",
    "send_trial",
    "start",
    "start_by_all",
]
