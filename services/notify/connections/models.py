"""The table of connected channels."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from services.notify.tables import NotifyTable
from shared.columns import classes
from shared.db import Instant
from shared.vault import vault


class Connection(NotifyTable, table=True):
    """A channel (渠道) as it was set up; `settings` are sealed, because an address holds the key of a robot."""

    __tablename__ = "channels"

    __classes__ = classes(
        sensitive="settings",
        internal="code kind name enabled broken_code broken_at version created_at",
    )

    code: str = Field(primary_key=True, max_length=20)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=100)
    settings: bytes = Field(sa_type=LargeBinary)
    enabled: bool = True
    broken_code: str | None = Field(default=None, max_length=40)  # what the other side said when it refused for good
    broken_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1
    created_at: datetime = Field(sa_type=Instant)


def sealed_settings(code: str, text: str) -> bytes:
    """Settings as they are kept, for the channel of this code alone."""
    return vault().seal(text, f"channel|{code}")


def settings_of(connection: Connection) -> str:
    """The settings of a channel in clear, as JSON."""
    return vault().unseal(connection.settings, f"channel|{connection.code}")
