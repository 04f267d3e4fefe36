"""Publishing: frozen, refused, or tried without keeping anything."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen, remove
from sqlalchemy.exc import DatabaseError

from services.quota.bulletins.rules import canonical, hash_of
from shared.auth import Role
from shared.contracts.quota import BulletinPublished
from tests.quota.bulletins.published import SPAN, content, head, publish, read
from tests.quota.conftest import Site
from tests.quota.given import announced, define, deliver


def test_a_bulletin_is_published_listed_and_read(ranked: Site) -> None:
    wanted = {"number": "洪人社字[2020]005号", "issued_on": "2020-01-10"}
    made = publish(ranked, "2019-12", **wanted)
    assert (made.status_code, made.json()["number"], made.json()["edition_no"]) == (201, "洪人社字〔2020〕5号", 1)
    whole = read(ranked, made.json(), "json").json()
    assert made.headers["Location"] == f"/v1/bulletins/{whole['id']}.json"
    assert whole["content"] == made.json()["content"]
    assert whole["sha256"] == hash_of(canonical(whole["content"]))
    (listed,) = ranked.get("/v1/bulletins", params={"edition": "2019-12"}).json()["items"]
    assert listed["title"] == "关于2019年12月人才计划完成情况的通报"
    (event,) = announced(ranked.database, BulletinPublished)
    assert (str(event.bulletin_id), event.sha256, event.as_of) == (whole["id"], whole["sha256"], date(2019, 12, 31))


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"edition": "2119-12"}, "/edition", "edition"),
        ({"edition": "2019-13"}, "/edition", "edition"),
        ({"edition": "2099-12"}, "/edition", "unfinished"),
        ({"edition": "2019-12", "issued_on": "2019-12-31"}, "/issued_on", "out_of_time"),
        ({"edition": "2019-12", "number": "=cmd"}, "/number", "official_number"),
        ({"edition": "2019-12", "kind": "annual_report"}, "/edition", "not_a_year"),
        ({"edition": "2019-12", "colour": "red"}, "/colour", "extra_forbidden"),
    ],
)
def test_what_cannot_be_published_is_refused_by_name(site: Site, body: Any, pointer: str, code: str) -> None:
    answer = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/bulletins", body)
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]
    before = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/bulletins", {"edition": "1999-12"})
    assert (before.status_code, before.json()["type"]) == (409, "/problems/nothing-begun")


def test_it_takes_as_many_statements_for_many_units_as_for_one(ranked: Site) -> None:
    """What is asked of the database does not grow with units, programmes or what is restated."""

    def statements() -> int:
        wanted: list[str] = []

        def note(*about: Any) -> None:
            wanted.append(about[2])

        listen(ranked.database.engine, "before_cursor_execute", note)
        content(ranked, "2019-12")
        remove(ranked.database.engine, "before_cursor_execute", note)
        return len(wanted)

    content(ranked, "2019-12")
    few = statements()
    for unit in ("anyi", "jinxian", "xinjian", "honggutan", "jingkai-zone", "city"):
        define(ranked.database, programme="youth-intake", unit=unit, amount=9, period=SPAN)
        deliver(ranked.database, *(head((unit, "more", n), unit) for n in range(9)))
    assert statements() == few


def test_a_dry_run_shows_and_keeps_nothing(ranked: Site) -> None:
    tried = ranked.ask(Role.BUREAU_OFFICER, "POST", "/v1/bulletins?dry_run=true", {"edition": "2019"})
    assert (tried.status_code, tried.json()["dry_run"]) == (200, True)
    assert "产业紧缺急需人才" in tried.json()["text"]
    assert ranked.get("/v1/bulletins").json()["items"] == []
    assert announced(ranked.database, BulletinPublished) == []


def test_no_statement_changes_a_bulletin_and_verification_sees_who_got_around_it(ranked: Site) -> None:
    made = publish(ranked, "2019-12").json()
    for statement in ("UPDATE bulletin SET number = 'x'", "DELETE FROM bulletin"):
        with pytest.raises(DatabaseError, match="never changes"), ranked.database.writing() as session:
            session.execute(text(statement))
    checked = ranked.ask(Role.AUDITOR, "POST", "/v1/verify", {}).json()
    assert (checked["checked"]["bulletins"], checked["adrift"]["bulletins"], checked["in_order"]) == (1, 0, True)
    with ranked.database.writing() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ALTER TABLE bulletin DISABLE TRIGGER bulletin_is_frozen"))
        else:
            session.execute(text("DROP TRIGGER bulletin_is_frozen_UPDATE"))
        session.execute(text("UPDATE bulletin SET content = replace(content, '产业', '农业')"))
    checked = ranked.ask(Role.AUDITOR, "POST", "/v1/verify", {}).json()
    assert (checked["adrift"]["bulletins"], checked["in_order"]) == (1, False)
    assert read(ranked, made, "json").json()["sha256"] == made["sha256"]
