"""What is said of sending itself: of an endpoint that went off, of a channel whose other side refuses it for good."""

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import Session

from services.notify.alerts import commands as alerts
from services.notify.alerts.rules import (
    CHANNEL_BROKEN,
    EVERY_KIND,
    AlertContent,
    AlertFacts,
    BilingualName,
    Severity,
    SubjectKind,
)
from services.notify.connections import queries as connections
from services.notify.deliveries.commands.starting import start_by_all
from services.notify.messages.rules import Purpose
from services.notify.recipients import queries as recipients
from services.notify.recipients.rules import PostDuty
from shared import clock

NOTHING = BilingualName(zh="", en="")
NO_QUOTA = UUID(int=0)


def say_channel_is_broken(session: Session, code: str) -> None:
    """Say that a channel is out of use until somebody mends it (渠道故障停用): to operators, or where there are none to
    the bureau, by the channels that are in use. Once, as a channel that is broken is tried no more.
    """
    channel = connections.connection(session, code)
    if channel is None:
        return
    posts = recipients.with_duty(session, PostDuty.OPERATOR) or recipients.with_duty(session, PostDuty.BUREAU)
    cause = uuid5(NO_QUOTA, f"channel {code} broken {channel.version} {channel.broken_at}")
    facts = {"link": "/admin/channels", "channel_name": channel.name, "failing_code": channel.broken_code}
    say_of_sending(session, CHANNEL_BROKEN, code, cause, posts, facts)


def say_of_sending(
    session: Session, kind: str, subject_ref: str, cause: UUID, posts: Collection[str], facts: dict[str, Any]
) -> None:
    """Raise an alert for each of these posts, of no quota and no programme, and send it by all that reaches it."""
    content = AlertContent(
        cause=cause,
        kind=kind,
        severity=Severity(EVERY_KIND[kind].severity),
        programme="",
        unit=None,
        subject_kind=SubjectKind.SYSTEM,
        subject_ref=subject_ref,
        percent=None,
        facts=AlertFacts(
            quota_id=NO_QUOTA,
            code="",
            period_label="",
            value=0,
            amount=0,
            completion_percent="0.0",
            programme_name=NOTHING,
            measure_word=NOTHING,
            recorded_on=clock.today(),
            **facts,
        ),
    )
    start_by_all(session, alerts.raise_alerts(session, [(content, posts)]), Purpose.ALERT)
