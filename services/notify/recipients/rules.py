"""What notify has names for, and which of a post's addresses is its e-mail address."""

from collections.abc import Iterable
from enum import StrEnum

EMAIL = "email"  # the channel whose first address is also read and written as a post's `email`

ChannelAddress = tuple[str, str]  # the name of a channel, and an address that it serves


class NameKind(StrEnum):
    """What a name belongs to; a quota's name is its measure word (计量单位)."""

    PROGRAMME = "programme"
    UNIT = "unit"
    QUOTA = "quota"


def first_email(addresses: Iterable[ChannelAddress]) -> str | None:
    """The first address of the channel e-mail, None without any."""
    return next((address for channel, address in addresses if channel == EMAIL), None)


def with_email(addresses: Iterable[ChannelAddress], email: str | None) -> list[ChannelAddress]:
    """The addresses with another first e-mail address; None takes the first away, the others stay."""
    known = list(addresses)
    replaced = {(EMAIL, first_email(known)), (EMAIL, email)}
    kept = [each for each in known if each not in replaced]
    return kept if email is None else [(EMAIL, email), *kept]


def repeated(addresses: Iterable[ChannelAddress]) -> list[int]:
    """The places of addresses that stood before in the list."""
    seen: set[ChannelAddress] = set()
    places = []
    for place, address in enumerate(addresses):
        if address in seen:
            places.append(place)
        seen.add(address)
    return places
