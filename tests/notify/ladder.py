"""A ladder of posts: an office that answers for the studios of the city, three posts above it, and their deputies."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from services.notify.alerts.models import Alert
from services.notify.follow_ups.models import FollowUp, FollowUpAlert, FollowUpEntry
from services.notify.recipients.models import AlertRecipient, RecipientAddress
from services.notify.subscriptions.commands import default
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.quota import PaceBehind, PaceRecovered
from shared.db import Database
from shared.operations import Call, Operation
from shared.problems import Refusal
from tests.notify.conftest import At, consume, pace

LADDER: dict[str, dict[str, Any]] = {
    "mayor": {},
    "head": {"superior": "mayor"},
    "deputy-head": {"superior": "mayor"},
    "section": {"superior": "head"},
    "bureau-office": {"superior": "section", "deputy": "deputy-office"},
    "deputy-office": {"superior": "section"},
}
OFFICER = Caller("officer", Role.BUREAU_OFFICER, person="officer")


@pytest.fixture
def ladder(city: Database, at: At) -> Database:
    """The city, with the ladder; its office hears of everything, as the city's leader does, who stands beside it.

    It is Friday, 27 September 2019, 17:00.
    """
    at("2019-09-27 17:00")
    with city.writing() as session:
        for code in LADDER:
            session.add(post(code))
            session.flush()
            session.add(RecipientAddress(recipient=code, channel="email", number=1, address=f"{code}@example.org"))
        for code, links in LADDER.items():
            session.get_one(AlertRecipient, code).sqlmodel_update(links)
        session.add(default("bureau-office"))
    return city


def post(code: str, **links: Any) -> AlertRecipient:
    """A post with these links to others."""
    names = {"post_zh": f"{code}岗", "post_en": code.title()}
    about = {"code": code, "login": f"{code}-login", "created_at": clock.now()}
    return AlertRecipient.model_validate(names | about | links)


def instant(local: str) -> datetime:
    """An instant, from the time that the clocks of the bureau show."""
    return datetime.fromisoformat(f"{local}:00+08:00").astimezone(UTC)


def by(post: str) -> Caller:
    """Who holds a post."""
    return Caller(f"{post}-login", Role.LEADER, person=f"{post}-login")


def turn_red(database: Database) -> None:
    """The studios fall behind."""
    consume(database, pace(PaceBehind, "-30.00"))


def recover(database: Database) -> None:
    """They are in step again."""
    consume(database, pace(PaceRecovered, "1.00"))


def on_leave(database: Database, code: str, start: date, end: date | None, **more: Any) -> None:
    """The holder of a post is away."""
    with database.writing() as session:
        session.get_one(AlertRecipient, code).sqlmodel_update({"leave_from": start, "leave_to": end} | more)


def act(database: Database, operation: Operation[Any, Any], item: Any, caller: Caller) -> Any:
    """What came of an act: the follow-up, or the slug of the refusal."""
    with database.writing() as session:
        (outcome,) = operation(session, [Call(item, caller)])
        if isinstance(outcome, Refusal):
            return outcome.slug
        return outcome.record.follow_up if hasattr(outcome, "record") else outcome


def the_only(database: Database) -> FollowUp:
    """The follow-up that there is."""
    with database.reading() as session:
        return session.exec(select(FollowUp)).one()


def newest(database: Database) -> FollowUp:
    """The follow-up that was opened last."""
    with database.reading() as session:
        return session.exec(select(FollowUp).order_by(col(FollowUp.id).desc()).limit(1)).one()


def entries(database: Database) -> list[tuple[str, str | None]]:
    """What was done to the only follow-up, with the post that each concerns."""
    with database.reading() as session:
        ordered = session.exec(select(FollowUpEntry).order_by(col(FollowUpEntry.number)))
        return [(each.kind, each.recipient) for each in ordered]


def heard(database: Database, kind: str) -> list[str]:
    """The posts that have alerts of a kind, in the order in which they were raised."""
    with database.reading() as session:
        found = session.exec(select(Alert).where(Alert.kind == kind).order_by(col(Alert.position)))
        return [each.recipient for each in found]


def alerts_of(session: Session, recipient: str, kind: str | None = None) -> list[Alert]:
    """The alerts of a post, in order."""
    chosen = select(Alert).where(Alert.recipient == recipient).order_by(col(Alert.position))
    return list(session.exec(chosen if kind is None else chosen.where(Alert.kind == kind)))


def linked(session: Session) -> list[tuple[str, int]]:
    """The alerts that belong to follow-ups: whose, and on which rung."""
    return [(each.recipient, each.level) for each in session.exec(select(FollowUpAlert))]
