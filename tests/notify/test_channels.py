"""Channels: what every one of them keeps to, and one more, which is a file of its own and changes nothing else."""

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from uuid import UUID

import httpx
import pytest
from sqlmodel import select

from services.notify import channels as package
from services.notify.channels import registry
from services.notify.channels.protocol import AlertText, MessageContent, OutgoingMessage, SendOutcome, cut
from services.notify.channels.registry import channels
from services.notify.deliveries.models import Delivery
from services.notify.deliveries.workers import senders
from shared.auth import Role
from shared.config import Settings
from shared.db import Database
from shared.service import Context, Work
from tests.city import eventually
from tests.notify.conftest import consume, consume_singly, forget_what_was_said, of_another, reached

As = Callable[..., dict[str, str]]

PIGEON = '''
"""A pigeon carries a text of forty bytes to a loft, which is named by its colour."""

import threading

from services.notify.channels.protocol import Channel, Limits, SendOutcome, SendResult
from services.notify.channels.registry import register
from shared.problems import Said

resting = threading.Event()
resting.set()
carried = []


@register
class Pigeon(Channel):
    name = "pigeon"
    title = Said("信鸽", "Pigeon")
    limits = Limits(subject_characters=10, text_bytes=40)

    def __init__(self, settings):
        pass

    @classmethod
    def means(cls):
        return "air"

    @classmethod
    def is_address(cls, text):
        return text in ("red", "blue")

    def send(self, message):
        resting.wait(180)
        carried.append((message.address, message.text))
        return SendOutcome(SendResult.DELIVERED, "landed")
'''
LONG = MessageContent("分管市领导", "提醒\r\n" * 300, "累计五家😀" * 200_000, [AlertText(UUID(int=1), "t", "b", "p")])
ADDRESSES = ("leader@example.org", "https://example.org/hook", "15400000002", "red")  # one of them for each channel


@pytest.fixture
def pigeon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """One more channel: one more file among the others."""
    (tmp_path / "pigeon.py").write_text(PIGEON)
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    monkeypatch.setattr(registry, "REGISTERED", dict(registry.REGISTERED))
    channels.cache_clear()
    assert {"inbox", "email", "pigeon"} <= channels().keys()
    yield sys.modules["services.notify.channels.pigeon"]
    del sys.modules["services.notify.channels.pigeon"]
    channels.cache_clear()


@pytest.mark.parametrize("name", [*channels(), "pigeon"])
def test_a_channel_keeps_its_contract(
    name: str, pigeon: ModuleType, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TALENT_SMTP_HOST", raising=False)
    channel = channels()[name]
    assert channel.name == name
    assert channel.title.zh
    assert channel.title.en
    assert channel.means().isidentifier()
    for text in ("", "a\r\nBcc: b@example.org", "\x00", "x" * 1000, "两 个"):
        assert not channel.is_address(text)

    rendered = channel.render(LONG)
    assert rendered == channel.render(LONG)
    assert len(rendered.subject) <= channel.limits.subject_characters
    assert rendered.subject.isprintable()
    assert 0 < len(rendered.text.encode()) <= channel.limits.text_bytes
    assert LONG.text.startswith(rendered.text)

    served = [text for text in ADDRESSES if channel.is_address(text)]
    assert bool(served) is (channel.at_once is None)
    sender = channel(chosen)
    for address in [*served, ""]:
        outcome = sender.send(OutgoingMessage(UUID(int=7), "post", address, rendered.subject, rendered.text))
        assert isinstance(outcome, SendOutcome)
        assert 0 < len(outcome.code) <= 40
        assert outcome.code.isascii()


def test_a_text_is_cut_between_characters() -> None:
    assert [cut("五😀", length) for length in range(8)] == ["", "", "", "五", "五", "五", "五", "五😀"]


def test_one_more_channel_is_one_more_file(
    client: httpx.Client, context: Context, city: Database, as_: As, pigeon: ModuleType
) -> None:
    me = as_("o", Role.OPERATOR)
    kept = client.get("/v1/channels", headers=me | {"Accept-Language": "en"}).json()["items"]
    assert [each["id"] for each in kept] == list(channels())
    assert ("pigeon", "Pigeon", "air") in [(each["id"], each["name"], each["by"]) for each in kept]
    subscription = {"recipient": "donghu-leader", "channels": ["pigeon", "inbox", "email"]}
    assert client.post("/v1/subscriptions", headers=me, json=subscription).status_code == 201

    to = {"addresses": [{"channel": "pigeon", "address": "red"}, {"channel": "pigeon", "address": "green"}]}
    path, version = "/v1/recipients/donghu-leader", me | {"If-Match": '"1"'}
    refused = client.patch(path, headers=version, json=to).json()["errors"]
    assert [(each["pointer"], each["code"]) for each in refused] == [("/addresses/1/address", "address_invalid")]
    to["addresses"][1]["address"] = "blue"
    handed = client.patch(path, headers=version, json=to)
    assert (handed.status_code, handed.json()["addresses"], handed.json()["email"]) == (200, to["addresses"], None)
    forget_what_was_said(city)

    consume(city, reached(100, 1, unit="donghu"))
    (pigeons,) = [send for send in senders(context) if by(send) == "pigeon"]
    assert [pigeons(), pigeons()] == [2, 0]
    assert sorted(address for address, _ in pigeon.carried) == ["blue", "red"]
    assert all(len(text.encode()) <= 40 for _, text in pigeon.carried)
    items = client.get("/v1/deliveries", headers=me, params={"channel": "pigeon"}).json()["items"]
    assert [(item["state"], item["attempts"][0]["code"]) for item in items] == [("delivered", "landed")] * 2

    tried = client.post("/v1/channels/pigeon/test", headers=me, json={"recipient": "donghu-leader"})
    assert (tried.status_code, tried.json()["state"]) == (202, "pending")
    nowhere = client.post("/v1/channels/pigeon/test", headers=me, json={"recipient": "city-leader"})
    assert nowhere.json()["errors"][0]["code"] == "address_missing"


def test_a_channel_that_is_gone_reaches_nobody_and_its_ledger_stays(
    client: httpx.Client, city: Database, as_: As, pigeon: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = as_("o", Role.OPERATOR)
    client.post("/v1/subscriptions", headers=me, json={"recipient": "donghu-leader", "channels": ["pigeon"]})
    consume(city, reached(75, 1, unit="donghu"))
    monkeypatch.delitem(registry.REGISTERED, "pigeon")
    channels.cache_clear()
    assert "pigeon" not in channels()
    consume(city, reached(100, 1, unit="donghu"))
    items = client.get("/v1/deliveries", headers=me, params={"recipient": "donghu-leader"}).json()["items"]
    (skipped,) = [item for item in items if item["channel"] == "pigeon"]
    assert skipped["state"] == "skipped"
    assert client.post(f"/v1/deliveries/{skipped['id']}/resend", headers=me).status_code == 409
    channels_of = [each["channels"] for each in client.get("/v1/subscriptions", headers=me).json()["items"]]
    assert ["pigeon"] in channels_of


def test_a_channel_that_stands_still_delays_no_other(
    context: Context, city: Database, client: httpx.Client, as_: As, pigeon: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TALENT_SMTP_HOST", raising=False)
    me = as_("o", Role.OPERATOR)
    to = {"addresses": [{"channel": "pigeon", "address": "red"}, {"channel": "email", "address": "d@example.org"}]}
    client.patch("/v1/recipients/donghu-leader", headers=me | {"If-Match": '"1"'}, json=to)
    forget_what_was_said(city)
    client.post("/v1/subscriptions", headers=me, json={"recipient": "donghu-leader", "channels": ["pigeon"]})
    consume_singly(city, *(of_another(reached(percent, 1, unit="donghu")) for percent in (25, 50, 75)))
    pigeon.resting.clear()
    stop = threading.Event()
    loops = [threading.Thread(target=run_until, args=(send, stop)) for send in senders(context)]
    for loop in loops:
        loop.start()
    try:
        assert eventually(lambda: states(city, "email"), lambda found: set(found) == {"delivered"}) == ["delivered"] * 6
        resting = eventually(lambda: sorted(states(city, "pigeon")), lambda found: "sending" in found)
        assert resting == ["pending", "pending", "sending"]
    finally:
        pigeon.resting.set()
        assert (
            eventually(lambda: states(city, "pigeon"), lambda found: set(found) == {"delivered"}) == ["delivered"] * 3
        )
        stop.set()
        for loop in loops:
            loop.join()


def by(send: Work) -> str:
    """The channel of a sender."""
    given = send.args  # type: ignore[attr-defined]  # a partial
    return next((each.name for each in given if hasattr(each, "limits")), "connected")


def run_until(work: Work, stop: threading.Event) -> None:
    """Do it again and again, as a process does."""
    while not stop.is_set():
        if work() == 0:
            stop.wait(0.05)


def states(database: Database, channel: str) -> list[str]:
    """Where the deliveries by a channel stand."""
    with database.reading() as session:
        return list(session.exec(select(Delivery.state).where(Delivery.channel == channel)))
