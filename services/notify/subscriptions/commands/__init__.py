"""What is done with subscriptions of posts, and with the endpoints of institutions."""

from services.notify.subscriptions.commands.posts import open_post
from services.notify.subscriptions.commands.subscribing import (
    WRITERS,
    ChangeRequest,
    Removal,
    change,
    default,
    proposed,
    remove,
    subscribe,
)

__all__ = ["WRITERS", "ChangeRequest", "Removal", "change", "default", "open_post", "proposed", "remove", "subscribe"]
