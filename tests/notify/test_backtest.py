"""Looking back (回测): what a subscription would have sent is what it did send, and nothing is sent for the asking."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest
from sqlmodel import Session

from services.notify.alerts.models import Alert, NotedContent
from services.notify.deliveries.models import Delivery, WaitingAlert
from services.notify.messages import commands
from services.notify.messages.models import Message
from services.notify.messages.queries import alerts_of
from services.notify.messages.schemas import BacktestWanted
from services.notify.recipients.models import AlertRecipient
from services.notify.subscriptions.models import AlertSubscription
from shared.auth import Role
from shared.contracts.quota import MilestoneFallenBack
from shared.db import Database
from shared.operations import Call
from tests.inputs import codes
from tests.notify.conftest import BUREAU, At, consume, milestone, reached
from tests.notify.test_digests import all_of, release, subscribe

As = Callable[..., dict[str, str]]
SINCE = "2019-01-01"
OTHER = UUID(int=5)


def happen(database: Database, at: At) -> None:
    """Two working days of news: a jump at once, one overtaken before the digest of the next day, two of one batch."""
    at("2019-03-06 10:00")
    consume(database, *(reached(percent, 3) for percent in (25, 50)))
    at("2019-03-06 22:00")
    consume(database, reached(90, 4))
    consume(database, milestone(MilestoneFallenBack, 90, 3))
    at("2019-03-07 09:00")
    release(database)
    at("2019-03-07 10:00")
    fifth = reached(100, 5).model_copy(update={"id": uuid5(OTHER, "a"), "quota_id": OTHER})
    consume(database, reached(100, 5), fifth)
    at("2019-03-08 09:00")
    release(database)


def sent(session: Session) -> list[Any]:
    """Each message that was written: whose, for what, by which channels, saying how many alerts."""
    written = all_of(session, Message)
    said = alerts_of(session, [each.id for each in written])
    by_message: dict[UUID, list[str]] = {}
    for each in all_of(session, Delivery):
        by_message.setdefault(each.message_id, []).append(each.channel)
    return sorted((m.recipient, m.purpose, sorted(by_message[m.id]), len(said[m.id])) for m in written)


def would_be(found: commands.LookedBack) -> list[Any]:
    return sorted((m.recipient, str(m.purpose), sorted(m.channels), len(m.contents)) for m in found.messages)


def everything(session: Session) -> dict[str, int]:
    tables = (Alert, NotedContent, Message, Delivery, WaitingAlert, AlertSubscription)
    return {table.__name__: len(all_of(session, table)) for table in tables}


def look_back(database: Database, subscription: Any) -> commands.LookedBack:
    wanted = BacktestWanted.model_validate({"subscription": subscription, "since": SINCE})
    with database.reading() as session:
        (found,) = commands.backtest(session, [Call(wanted, BUREAU)])
    assert isinstance(found, commands.LookedBack)
    return found


@pytest.mark.parametrize(
    "when",
    [
        {},
        {"digest": {"at": "08:53", "days": "every_day"}},
        {"quiet_hours": {"start": "18:00", "end": "08:30"}},
    ],
    ids=["at once", "digest", "quiet"],
)
def test_what_would_have_been_sent_is_what_was_sent(city: Database, at: At, when: dict[str, Any]) -> None:
    subscribe(city, **when)
    with city.writing() as session:
        session.get_one(AlertRecipient, "city-leader").deputy = "donghu-leader"
    happen(city, at)
    with city.reading() as session:
        (kept,) = all_of(session, AlertSubscription)
        before, messages = everything(session), sent(session)
        alerts = len(all_of(session, Alert))
    found = look_back(city, str(kept.id))
    assert would_be(found) == messages
    assert (found.events, len(found.heard), len(found.heard_then)) == (6, alerts, 6)
    proposal = {"recipient": "city-leader", "channels": ["email"]} | when
    assert would_be(look_back(city, proposal)) == messages
    with city.reading() as session:
        assert everything(session) == before


def test_who_heard_nothing_would_have_heard_by_a_proposal(
    city: Database,
    at: At,
    client: httpx.Client,
    as_: As,
) -> None:
    subscribe(city, kinds=["cap_filled"])  # of which nothing happens
    happen(city, at)
    given = {"recipient": "city-leader", "kinds": ["milestone_reached"], "channels": ["email"]}
    me = as_("b", Role.BUREAU_OFFICER)
    answer = client.post(
        "/v1/subscriptions/backtest",
        headers=me,
        json={"subscription": given | {"min_severity": "notice"}, "since": SINCE},
    )
    said = answer.json()
    assert (answer.status_code, said["events"], said["alerts"], said["messages"]) == (200, 6, 3, 2)
    [post] = said["recipients"]
    assert (post["recipient"], post["alerts"], post["heard_then"]) == ("city-leader", 3, 0)
    by_mail = {"channel": "email", "messages": 2, "digests": 0, "to_come": 0, "addresses": 1}
    assert by_mail in post["channels"]
    assert said["kinds"] == [{"kind": "milestone_reached", "severity": "notice", "alerts": 3}]
    newest, older = said["samples"]
    assert (newest["alerts"], newest["channels"]) == (2, ["email", "inbox"])
    assert "90%节点" in older["zh"]["text"]
    assert "90% milestone" in older["en"]["text"]
    operator = client.post("/v1/subscriptions/backtest", headers=as_("o", Role.OPERATOR), json={
        "subscription": given, "since": SINCE})  # fmt: skip
    assert (operator.json()["alerts"], operator.json()["samples"]) == (4, [])
    for subscription, since, fault in [
        (str(OTHER), SINCE, ("/subscription", "subscription_unknown")),
        (given | {"recipient": "nobody"}, SINCE, ("/subscription/recipient", "recipient_unknown")),
        (given | {"channels": ["nope"]}, SINCE, ("/subscription/channels/0", "channel_unknown")),
        (given | {"kinds": ["nope"]}, SINCE, ("/subscription/kinds/0", "enum")),
        ("x", SINCE, ("/subscription", "uuid_parsing")),
        (given, "2019-02-30", ("/since", "not_a_date")),
    ]:
        wrong = {"subscription": subscription, "since": since}
        refused = client.post("/v1/subscriptions/backtest", headers=me, json=wrong)
        assert (refused.status_code, codes(refused)) == (422, [fault])


def test_more_than_is_looked_back_at_is_refused(city: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_EVENTS", 1)
    consume(city, reached(25, 2), reached(50, 3))
    wanted = BacktestWanted.model_validate({"subscription": {"recipient": "city-leader"}, "since": SINCE})
    with city.reading() as session:
        (refused,) = commands.backtest(session, [Call(wanted, BUREAU)])
    assert [fault.code for fault in getattr(refused, "faults", [])] == ["too_much"]
