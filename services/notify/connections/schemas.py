"""Bodies of requests and answers about channels; settings are in no answer."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.notify.channels.protocol import Channel
from services.notify.channels.registry import ChannelCode, KindOfChannel
from services.notify.connections.models import Connection
from shared.fields import Flag, IfGiven, Line
from shared.problems import Language

ChannelSettings = Annotated[
    dict[str, Any],
    Field(
        max_length=20,
        description="what its kind needs: `url` and `secret` of robots, gateways and webhooks; never shown",
    ),
]


class NewChannel(BaseModel):
    """A channel (渠道) to connect: its code names it wherever a channel is named."""

    model_config = ConfigDict(extra="forbid")

    code: ChannelCode
    kind: KindOfChannel
    name: Line
    settings: ChannelSettings
    enabled: Flag = True


class ChannelChange(BaseModel):
    """What to change; what is left out stays. Of `settings` too: what they leave out stays as it is kept.

    Where the channel leads elsewhere (url, host, port, tls), its secrets are stated again.
    """

    model_config = ConfigDict(extra="forbid")

    name: IfGiven[Line] = None
    settings: IfGiven[ChannelSettings] = None
    enabled: IfGiven[Flag] = None


class ChannelRead(BaseModel):
    """A way to reach a post, and by what means it goes at present.

    `broken` is what its other side said when it refused for good; changing the channel puts it into use again.
    `version` is null for what is always there.
    """

    id: str
    code: str
    kind: str
    name: str
    by: str
    enabled: bool
    broken: str | None = None
    broken_at: AwareDatetime | None = None
    per_minute: int | None
    version: int | None = None

    @classmethod
    def of(cls, connection: Connection, kind: type[Channel] | None) -> "ChannelRead":
        """The answer for a connected channel; `kind` None where its file is gone."""
        return cls(
            id=connection.code,
            code=connection.code,
            kind=connection.kind,
            name=connection.name,
            by=kind.means() if kind else "gone",
            enabled=connection.enabled,
            broken=connection.broken_code,
            broken_at=connection.broken_at,
            per_minute=kind.limits.per_minute if kind else None,
            version=connection.version,
        )

    @classmethod
    def of_itself(cls, channel: type[Channel], language: Language) -> "ChannelRead":
        """The answer for a channel that is there by itself."""
        return cls(
            id=channel.name,
            code=channel.name,
            kind=channel.name,
            name=channel.title.in_(language),
            by=channel.means(),
            enabled=True,
            per_minute=channel.limits.per_minute,
        )


class ChannelGone(BaseModel):
    """The empty answer to a removal."""
