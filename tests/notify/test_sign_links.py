"""A link in a mail signs for one alert of one post, once: looked at it does nothing, and it is nobody else's."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from uuid import UUID

import httpx
import jwt
import pytest
from sqlmodel import select

from services.notify.alerts.models import Alert
from services.notify.alerts.rules.links import LASTS, SignLink, mark_of, read_link, written_link
from services.notify.channels.email import Email
from services.notify.channels.registry import kinds
from services.notify.follow_ups.models import FollowUpEntry
from services.notify.messages.models import Message
from services.notify.messages.rendering import content, sign_page
from services.notify.recipients.commands import set_addresses
from services.notify.recipients.models import AlertRecipient
from services.notify.recipients.queries import addresses
from shared import clock
from shared.config import Settings, settings
from shared.contracts.quota import PaceBehind
from shared.db import Database
from shared.key_rings import RingFile, read_ring, write_ring
from shared.vault import vault
from tests.notify.conftest import consume, pace, send_next
from tests.notify.test_deliveries import PORTAL
from tests.notify.test_mail import text_of

RING = "links"
NOBODY = UUID(int=1)


@pytest.fixture
def mail(city: Database) -> Database:
    """The city's leader is alerted that the studios are behind, by mail."""
    consume(city, pace(PaceBehind, "-30.00"))
    return city


def token_of(database: Database) -> str:
    """The token of the link by which the leader signs for the alert."""
    with database.reading() as session:
        alert, post = session.exec(select(Alert)).one(), session.get_one(AlertRecipient, "city-leader")
        ((_, address),) = addresses(session, {post.code})[post.code]
        return sign_page(alert.id, post, address, "").rpartition("/")[2]


def path_of(database: Database) -> str:
    return f"/v1/sign-links/{token_of(database)}"


def state_of(database: Database) -> str:
    with database.reading() as session:
        return session.exec(select(Alert)).one().state


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def test_looking_signs_for_nothing_and_one_tap_does_once(client: httpx.Client, mail: Database) -> None:
    path = path_of(mail)
    for _ in range(3):  # filters and previews look before anybody reads
        assert client.get(path).json()["state"] == "open"
    assert client.head(path).status_code == 200
    assert state_of(mail) == "open"
    signed = client.post(path, headers={"Accept-Language": "en"})
    assert (signed.status_code, signed.json()["state"], signed.json()["post"]) == (200, "acknowledged", "City leader")
    assert problem(client.post(path)) == (409, "link-used")
    assert client.get(path).json()["state"] == "acknowledged"
    with mail.reading() as session:
        (entry,) = session.exec(select(FollowUpEntry).where(FollowUpEntry.kind == "acknowledged"))
        assert (entry.actor, entry.by_link) == ("leader", True)


def test_it_ends_after_a_week_and_when_the_post_is_handed_over(
    client: httpx.Client, mail: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, later = path_of(mail), datetime.now(UTC) + LASTS
    with monkeypatch.context() as then:
        then.setattr(clock, "now", lambda: later)
        assert [problem(client.request(method, path)) for method in ("GET", "POST")] == [(410, "link-over")] * 2
    with mail.writing() as session:
        session.get_one(AlertRecipient, "city-leader").login = "successor"
    assert [problem(client.request(method, path)) for method in ("GET", "POST")] == [(410, "link-over")] * 2
    assert state_of(mail) == "open"
    assert client.post(path_of(mail)).status_code == 200  # that of the successor


def test_it_ends_when_the_address_is_put_right_to_which_it_went(client: httpx.Client, mail: Database) -> None:
    path = path_of(mail)
    with mail.writing() as session:
        set_addresses(session, {"city-leader": [("email", "right@example.org")]}, None)
    assert [problem(client.request(method, path)) for method in ("GET", "POST")] == [(410, "link-over")] * 2
    assert client.post(path_of(mail)).status_code == 200


def test_no_other_token_opens_anything(client: httpx.Client, mail: Database) -> None:
    good, ring = token_of(mail), vault("notify").rings[RING]
    header, body, signature = good.split(".")
    claims = jwt.decode(good, options={"verify_signature": False})
    name, key = ring.current
    forged = [
        good[:-1],
        f"{header}.{body}.{signature[::-1]}",
        jwt.encode(claims, "x" * 44, "HS256", headers={"kid": name}),
        jwt.encode(claims, "", "none", headers={"kid": name}),
        jwt.encode(claims, key, "HS256"),
        jwt.encode(claims, key, "HS256", headers={"kid": "../signing"}),
        jwt.encode({n: v for n, v in claims.items() if n != "exp"}, key, "HS256", headers={"kid": name}),
        jwt.encode(claims | {"alert": "x"}, key, "HS256", headers={"kid": name}),
        jwt.encode(claims | {"post": "donghu-leader"}, key, "HS256", headers={"kid": name}),
        jwt.encode(claims | {"exp": 10**30}, key, "HS256", headers={"kid": name}),
        "a.b.c",
        "x" * 500,
    ]
    for token in forged:
        for method in ("GET", "POST"):
            assert problem(client.request(method, f"/v1/sign-links/{token}")) == (404, "link-unknown"), token
    assert client.get(f"/v1/sign-links/{'x' * 700}").status_code == 422
    assert state_of(mail) == "open"
    assert "leader" not in str({n: v for n, v in claims.items() if n != "post"})  # the login of nobody


def test_a_rotation_spoils_no_link_that_was_sent(chosen: Settings) -> None:
    path = chosen.keys_path / "notify" / f"{RING}.json"
    ring = read_ring(path)
    link = SignLink(
        NOBODY, "city-leader", mark_of("leader", "leader@example.org", NOBODY), datetime(2030, 1, 1, tzinfo=UTC)
    )
    token = written_link(link, ring.current, ring.keys[ring.current])
    write_ring(path, RingFile(demo=True, current="next", keys=ring.keys | {"next": "y" * 44}))
    assert read_link(token, vault("notify").rings[RING].key) == link


def test_a_mail_has_the_link_and_what_a_group_reads_has_none(mail: Database) -> None:
    assert send_next(mail, Email(settings()), PORTAL) == 1
    (letter,) = (settings().data_dir / "mail").glob("*.eml")
    text = text_of(message_from_bytes(letter.read_bytes(), policy=default))
    assert f"{PORTAL}/sign/" in text
    assert {name for name, kind in kinds().items() if kind.signs} == {"email"}


def test_what_is_signed_for_already_goes_out_without_a_link(mail: Database, client: httpx.Client) -> None:
    client.post(path_of(mail))
    with mail.reading() as session:
        message, post = session.exec(select(Message)).first(), session.get_one(AlertRecipient, "city-leader")
        assert message
        said = content(message, post, session.exec(select(Alert)).all(), PORTAL, signs_at="leader@example.org")
    assert "/sign/" not in said.text
