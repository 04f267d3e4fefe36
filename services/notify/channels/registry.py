"""Which channels there are: each file of this package that holds one registers it."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, TypeVar

from services.notify import channels as package
from services.notify.channels.protocol import Channel
from services.notify.choices import OneOf

C = TypeVar("C", bound=type[Channel])

REGISTERED: dict[str, type[Channel]] = {}


def register(channel: C) -> C:
    """Make a channel known by its name; stands above the class."""
    REGISTERED[channel.name] = channel
    return channel


@cache
def channels() -> Mapping[str, type[Channel]]:
    """Every channel (渠道) by its name; those that have their deliveries at once come first."""
    for found in iter_modules(package.__path__, f"{package.__name__}."):
        import_module(found.name)
    return dict(sorted(REGISTERED.items(), key=lambda item: (item[1].at_once is None, item[0])))


def with_addresses() -> list[str]:
    """The names of the channels that reach a recipient at an address, each by a sender of its own."""
    return [name for name, channel in channels().items() if channel.at_once is None]


def by_default() -> list[str]:
    """The names of the channels by which a new post hears of things."""
    return [name for name, channel in channels().items() if channel.by_default]


ChannelName = Annotated[str, OneOf(channels)]
