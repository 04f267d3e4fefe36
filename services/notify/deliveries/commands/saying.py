"""What is said of the system: an endpoint is off, a channel refused for good, a calendar missing, a post moved."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import Session

from services.notify.alerts import commands as alerts
from services.notify.alerts.rules import (
    ADDRESSES_CHANGED,
    CALENDAR_MISSING,
    CHANNEL_BROKEN,
    EVERY_KIND,
    AlertContent,
    AlertFacts,
    BilingualName,
    Severity,
    SubjectKind,
)
from services.notify.calendar import queries as calendar
from services.notify.connections import queries as connections
from services.notify.deliveries.commands.starting import start_at_former, start_by_all
from services.notify.messages.commands import WrittenMessage
from services.notify.messages.rules import Purpose
from services.notify.recipients import queries as recipients
from services.notify.recipients.models import AlertRecipient
from services.notify.recipients.rules import ChannelAddress, PostDuty
from shared import clock
from shared.db import Database

NOTHING = BilingualName(zh="", en="")
NO_QUOTA = UUID(int=0)
AHEAD = timedelta(days=61)  # from 1 November on it is the next year


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
    say_of_system(session, CHANNEL_BROKEN, code, cause, posts, facts)


def say_calendars_are_missing(database: Database) -> int:
    """Say once a month of which year no calendar is known (放假安排未录入), this one or from November on the next: to
    the bureau, or where it has no post to operators. How many years that are.
    """
    today = clock.today()
    with database.writing() as session:
        is_known = calendar.is_known(session)
        missing = [year for year in sorted({today.year, (today + AHEAD).year}) if not is_known(year)]
        posts = recipients.with_duty(session, PostDuty.BUREAU) or recipients.with_duty(session, PostDuty.OPERATOR)
        for year in missing:
            cause = uuid5(NO_QUOTA, f"calendar {year} missing {today:%Y-%m}")
            facts = {"link": f"/admin/calendar?year={year}", "calendar_year": year}
            say_of_system(session, CALENDAR_MISSING, str(year), cause, posts, facts)
    return len(missing)


def say_addresses_changed(session: Session, post: AlertRecipient, former: Sequence[ChannelAddress]) -> None:
    """Say to a post that it has another holder, or is reached elsewhere (联系方式变更): in its inbox, by all that
    reaches it now, and at the addresses that it had before, because whoever named others may have done so unasked.

    Nothing else goes in one message with it, and no later word takes its place.
    """
    cause = uuid5(NO_QUOTA, f"post {post.code} reached elsewhere {post.version}")
    facts = {"link": "/alerts", "owner_name": BilingualName(zh=post.post_zh, en=post.post_en)}
    purpose = Purpose.SECURITY_NOTICE
    for message in say_of_system(session, ADDRESSES_CHANGED, post.code, cause, [post.code], facts, purpose):
        start_at_former(session, message, former)


def say_of_system(
    session: Session,
    kind: str,
    subject_ref: str,
    cause: UUID,
    posts: Collection[str],
    facts: dict[str, Any],
    purpose: Purpose = Purpose.ALERT,
) -> list[WrittenMessage]:
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
    return start_by_all(session, alerts.raise_alerts(session, [(content, posts)]), purpose)
