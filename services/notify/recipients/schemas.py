"""Bodies of requests and answers about recipients."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.notify.channels.registry import ChannelCode
from services.notify.recipients.models import AlertRecipient
from services.notify.recipients.rules import ChannelAddress, PostDuty, first_email
from shared.fields import AsTyped, Code, Day, Line, OneLine


class NewAddress(BaseModel):
    """Where a post is reached (联系地址): a channel and an address that it serves."""

    model_config = ConfigDict(extra="forbid")

    channel: ChannelCode
    address: Annotated[OneLine, Field(max_length=500)]


class AddressRead(BaseModel):
    """An address of a post, as it is kept."""

    channel: str
    address: str


Email = Annotated[AsTyped, Field(max_length=320)]
NewAddresses = Annotated[list[NewAddress], Field(max_length=20)]


HeldDuty = Literal[PostDuty.LEADER, PostDuty.BUREAU, PostDuty.OPERATOR]


class RecipientFields(BaseModel):
    """What a post is; `deputy` and `superior` are codes of other posts, `unit` null for the whole city.

    By its `duty` (岗位职责) it begins with a subscription, and hears of what nobody subscribes to: an operator of
    endpoints that went off.

    `email` is the first address of the channel e-mail. Its holder is on leave (休假) from `leave_from` to `leave_to`,
    both included; without `leave_to` until further notice.
    """

    model_config = ConfigDict(extra="forbid")

    code: Code
    post_zh: Line
    post_en: Line
    login: Line
    unit: Code | None = None
    duty: HeldDuty = PostDuty.LEADER
    email: Email | None = None
    language: Literal["zh", "en"] = "zh"
    deputy: Code | None = None
    superior: Code | None = None
    leave_from: Day | None = None
    leave_to: Day | None = None


class NewRecipient(RecipientFields):
    """A post that is to hear of things. Where both are given, `email` is the first e-mail address of `addresses`."""

    addresses: NewAddresses | None = None


class Handover(BaseModel):
    """Who holds a post from now on (岗位交接), who stands in for it, and when; null clears what may be absent.

    `addresses` are all there will be; `email` alone changes the first e-mail address and leaves the others. With
    another `login` the addresses and the leave of who held it before end, where none are given.
    """

    model_config = ConfigDict(extra="forbid")

    login: Line | None = None
    email: Email | None = None
    addresses: NewAddresses | None = None
    language: Literal["zh", "en"] | None = None
    deputy: Code | None = None
    superior: Code | None = None
    leave_from: Day | None = None
    leave_to: Day | None = None


class RecipientRead(RecipientFields):
    """A post as it is kept."""

    addresses: list[AddressRead]
    version: int

    @classmethod
    def of(cls, recipient: AlertRecipient, addresses: Sequence[ChannelAddress]) -> "RecipientRead":
        """The answer for one post and its addresses."""
        written = recipient.model_dump(exclude={"created_at", "handed_over_at", "institution_id"})
        shown = [AddressRead(channel=channel, address=address) for channel, address in addresses]
        return cls.model_validate(written | {"email": first_email(addresses), "addresses": shown})
