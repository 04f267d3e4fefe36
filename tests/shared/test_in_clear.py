"""What is planted is found wherever a test leaves it, and nothing else is taken for it."""

import asyncio
import json
import logging
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import httpx2
import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic
from prometheus_client import CollectorRegistry, Counter
from sqlalchemy import text

from shared.db import Database
from tests.city import TIMEOUT, eventually
from tests.databases import PostgresDatabases
from tests.fixtures import resident_number
from tests.in_clear import NAMES, heard, is_in, refuse_in
from tests.servers.kafka import refuse_in_topics

NUMBER, NAME, PHONE = resident_number(1), NAMES[0], "15400000001"
PLANTED = (NUMBER, NAME, PHONE)
WRITTEN = [
    NUMBER.encode(), PHONE.encode(), f"86{PHONE}".encode(), *(each.encode() for each in NAMES),
    NAME.encode("gb18030"), NAME.encode("utf-16-le"), NAME.encode("utf-16-be"), json.dumps([NAME]).encode(),
    json.dumps(json.dumps([NAME])).encode(), quote(NAME).encode(), quote(NAME).lower().encode(),
]  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_it_is_known_however_it_is_written(written: bytes) -> None:
    assert is_in(b"\x00" + written + b"\x00")


@pytest.mark.parametrize("other", [f"7{NUMBER}", NUMBER[:-1], f"{PHONE}5", NAME[1:], "植树节", ""])
def test_what_is_nobodys_is_not(other: str) -> None:
    assert not is_in(other.encode())


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("said", ["saw {}", "{{'of': '{}'}}", "/v1/people/{}?x"])
def test_what_is_logged_is_heard_and_not_repeated(said: str, planted: str) -> None:
    logging.getLogger("services.somewhere").error("%s", said.format(planted))
    with pytest.raises(AssertionError, match=r"services\.somewhere") as refused:
        heard.refuse()
    assert planted not in str(refused.value)
    heard.refuse()


def test_what_is_noted_beside_a_line_is_heard() -> None:
    logging.getLogger("services.somewhere").error("saw", extra={"noted": {"of": NAME}})
    with pytest.raises(AssertionError, match=r"services\.somewhere"):
        heard.refuse()


@pytest.mark.parametrize("clients", [httpx, httpx2])
@pytest.mark.parametrize(
    ("kind", "said", "is_heard"),
    [
        ("application/problem+json", "not found: {}", True),
        ("text/html", "<a href='/search?q={}'>", True),
        ("text/html; charset=utf-8", '<form method="post" action="/people/{}">', True),
        ("text/html", '<input value="{}">', False),
    ],
)
def test_a_problem_or_a_link_that_repeats_one_is_heard(clients: Any, kind: str, said: str, is_heard: bool) -> None:
    for planted in PLANTED:
        answer = clients.Response(422, text=said.format(planted), headers={"Content-Type": kind})
        answers = clients.MockTransport(lambda request, answer=answer: answer)
        with clients.Client(transport=answers) as client:
            client.get("http://registry/")
        with pytest.raises(AssertionError, match="422 to GET") if is_heard else nullcontext():
            heard.refuse()


@pytest.mark.parametrize(
    ("address", "is_heard"),
    [
        ("/v1/people/{}", True),
        ("/v1/registrations?reporting_unit={}&q=x", True),
        ("/v1/registrations?q=x&after={}", True),
        ("/v1/registrations?limit=5&q={}", True),
    ],
)
def test_an_address_that_one_of_ours_asks_for_is_heard(address: str, is_heard: bool) -> None:
    async def ask(path: str) -> None:
        answers = httpx.MockTransport(lambda request: httpx.Response(200))
        async with httpx.AsyncClient(transport=answers, base_url="http://registry") as web:
            await web.get(path)

    for planted in PLANTED:
        asyncio.run(ask(address.format(planted)))
        with pytest.raises(AssertionError, match="asked for") if is_heard else nullcontext():
            heard.refuse()


@pytest.mark.parametrize("planted", PLANTED)
def test_a_label_of_a_metric_is_heard(planted: str) -> None:
    Counter("asked", "How often", ["of"], registry=CollectorRegistry()).labels(planted).inc()
    with pytest.raises(AssertionError, match="a metric"):
        heard.refuse()


@pytest.mark.parametrize("planted", PLANTED)
@pytest.mark.parametrize("name", ["a.db", "{}.csv"])
def test_one_in_a_file_or_its_name_is_found(tmp_path: Path, name: str, planted: str) -> None:
    refuse_in([tmp_path, tmp_path / "none"])
    (tmp_path / name.format(planted)).write_bytes(b"\x00" + (planted if name == "a.db" else "").encode() + b"\x00")
    with pytest.raises(AssertionError, match="in clear"):
        refuse_in(tmp_path.rglob("*"))


@pytest.mark.parametrize("long", [0, 5_000])
def test_one_in_a_row_is_found_when_its_database_goes_though_it_was_deleted(
    postgres_databases: PostgresDatabases, long: int
) -> None:
    """A long value would be pressed together, and not be found."""
    for planted in PLANTED:
        url = postgres_databases.like("empty", lambda _: None)
        database = Database(url)
        with database.writing() as session:
            session.execute(text("CREATE TABLE note (said text)"))
            session.execute(text("INSERT INTO note VALUES (:said)"), {"said": f"{'长' * long} {planted} {'长' * long}"})
            session.execute(text("DELETE FROM note"))
        database.close()
        with pytest.raises(AssertionError, match="in clear"):
            postgres_databases.drop(url)


def test_one_in_a_topic_is_found_though_it_was_pressed_together(kafka_url: str) -> None:
    server = kafka_url.removeprefix("kafka://")
    admin, topic = KafkaAdminClient(bootstrap_servers=server), "talent.planted"
    admin.create_topics([NewTopic(topic, 1, 1)])
    try:
        producer = KafkaProducer(bootstrap_servers=server, compression_type="gzip")
        producer.send(topic, NAME.encode() * 9).get(TIMEOUT)
        producer.close()
        with pytest.raises(AssertionError, match="in a topic"):
            refuse_in_topics(kafka_url)
    finally:
        admin.delete_topics([topic])
        assert topic not in eventually(admin.list_topics, lambda found: topic not in found)
        admin.close()
    refuse_in_topics(kafka_url)
