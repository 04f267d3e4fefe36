"""Which channels there are: each file of this package that holds one registers it."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, TypeVar

from pydantic import Field

from services.notify import channels as package
from services.notify.channels.protocol import Channel
from services.notify.choices import OneOf
from shared.fields import A_CODE

C = TypeVar("C", bound=type[Channel])

REGISTERED: dict[str, type[Channel]] = {}


def register(channel: C) -> C:
    """Make a channel known by its name; stands above the class."""
    REGISTERED[channel.name] = channel
    return channel


@cache
def channels() -> Mapping[str, type[Channel]]:
    """The channels (渠道) that are there without being connected; who has deliveries at once comes first."""
    ordered = sorted(_found().items(), key=lambda item: (item[1].at_once is None, item[0]))
    return {name: channel for name, channel in ordered if channel.stands_alone}


@cache
def kinds() -> Mapping[str, type[Channel]]:
    """The kinds of which channels can be connected, by their names."""
    return {name: channel for name, channel in sorted(_found().items()) if channel.connects_by}


def _found() -> Mapping[str, type[Channel]]:
    for found in iter_modules(package.__path__, f"{package.__name__}."):
        import_module(found.name)
    return REGISTERED


def with_addresses() -> list[str]:
    """The names of the channels that reach a recipient at an address, each by a sender of its own."""
    return [name for name, channel in channels().items() if channel.at_once is None]


def by_default() -> list[str]:
    """The names of the channels by which a new post hears of things."""
    return [name for name, channel in channels().items() if channel.by_default]


KindOfChannel = Annotated[str, OneOf(kinds)]
ChannelCode = Annotated[str, Field(max_length=20, pattern=A_CODE)]  # of one that is there by itself, or connected
