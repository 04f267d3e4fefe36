"""The table of subscriptions."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from services.notify.alerts.rules import Severity
from services.notify.tables import NotifyTable
from shared.columns import classes
from shared.db import Instant, Json
from shared.ids import new_id


class AlertSubscription(NotifyTable, table=True):
    """What one post asks to hear of (订阅); `programmes`, `units` and `kinds` null for all.

    At once, or in a digest where it has a time; quiet hours where both their ends are there.
    """

    __tablename__ = "subscriptions"

    __classes__ = classes(
        personal="recipient",
        internal=(
            "id programmes units kinds min_severity channels digest_at digest_days quiet_start quiet_end "
            "version created_at"
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    recipient: str = Field(max_length=60, foreign_key="recipients.code", index=True)
    programmes: list[str] | None = Field(default=None, sa_type=Json)
    units: list[str] | None = Field(default=None, sa_type=Json)
    kinds: list[str] | None = Field(default=None, sa_type=Json)
    min_severity: str = Field(default=Severity.INFO, max_length=20)
    channels: list[str] = Field(sa_type=Json)
    digest_at: str | None = Field(default=None, max_length=5)  # local, HH:MM; null: at once
    digest_days: str | None = Field(default=None, max_length=20)
    quiet_start: str | None = Field(default=None, max_length=5)
    quiet_end: str | None = Field(default=None, max_length=5)
    version: int = 1
    created_at: datetime = Field(sa_type=Instant)
