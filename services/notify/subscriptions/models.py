"""Tables of subscriptions, and of institutions' endpoints."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlmodel import Field

from services.notify.alerts.rules import Severity
from services.notify.tables import NotifyTable
from shared.columns import classes
from shared.db import Instant, Json
from shared.ids import new_id
from shared.vault import vault


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


class WebhookEndpoint(NotifyTable, table=True):
    """Where an institution's own system hears of the institution's registrations (回调地址); `events` null for all.

    `settings` are address and secrets, sealed; the secret of before is good until `previous_until`. `channel` is its
    code in the ledger. `failing_since` is its first failure after the last success. One that is off hears nothing:
    `disabled_code` says why where it was switched off by itself. Of one that was removed only the ledger is left.
    """

    __tablename__ = "webhook_endpoints"

    __classes__ = classes(
        sensitive="settings",
        personal="created_by",
        internal=(
            "id institution_id channel description events previous_until enabled failing_since disabled_at "
            "disabled_code removed_at version created_at"
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    institution_id: UUID = Field(index=True)
    channel: str = Field(max_length=20, unique=True)
    description: str | None = Field(default=None, max_length=300)
    events: list[str] | None = Field(default=None, sa_type=Json)
    settings: bytes = Field(sa_type=LargeBinary)
    previous_until: datetime | None = Field(default=None, sa_type=Instant)
    enabled: bool = True
    failing_since: datetime | None = Field(default=None, sa_type=Instant)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)
    disabled_code: str | None = Field(default=None, max_length=40)
    removed_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1
    created_by: str = Field(max_length=100)
    created_at: datetime = Field(sa_type=Instant)


class InstitutionStanding(NotifyTable, table=True):
    """Since when an institution takes part no longer (停用), null while it does, and its `version` that says so.

    While it is inactive nothing is sent to it. Whoever ends its endpoints locks this row, and whoever adds one.
    0 is the version of one that was not heard of.
    """

    __tablename__ = "institution_standings"

    __classes__ = classes(internal="institution_id inactive_since version")

    institution_id: UUID = Field(primary_key=True)
    inactive_since: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 0


def sealed_endpoint(endpoint_id: UUID, held: Mapping[str, Any]) -> bytes:
    """Address (`url`) and `secrets`, the newest first, as they are kept for this endpoint alone."""
    return vault("notify").seal(json.dumps(held), f"endpoint|{endpoint_id}")


def endpoint_settings(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """Address (`url`) and `secrets` of an endpoint in clear; neither of one that was removed."""
    held: dict[str, Any] = json.loads(vault("notify").unseal(endpoint.settings, f"endpoint|{endpoint.id}"))
    return held
