"""The audit trail of notify: acts and refusals stand on it, in a chain; what is only read does not."""

from collections.abc import Callable

import httpx

from shared.auth import Role
from shared.db import Database
from tests.notify.test_connections import NEW
from tests.trails import check_a_change_shows, every_entry, in_short, read

As = Callable[..., dict[str, str]]


def test_acts_and_refusals_stand_on_the_trail_and_what_is_read_does_not(
    client: httpx.Client, city: Database, as_: As
) -> None:
    auditor = as_("shen", Role.AUDITOR)
    me, leader = as_("o", Role.OPERATOR), as_("lin", Role.LEADER)
    assert [*read(client, auditor)] == []
    path = "/v1/channels/gov-mail"
    answers = [
        client.post("/v1/channels", headers=me, json=NEW),
        client.post("/v1/channels", headers=me, json=NEW),
        client.patch(path, headers=leader | {"If-Match": '"1"'}, json={"name": "x"}),
        client.patch(path, headers=me | {"If-Match": '"7"'}, json={"name": "x"}),
        client.patch(path, headers=me | {"If-Match": '"1"'}, json={"name": "邮箱"}),
        client.patch("/v1/channels/360101199001010011", headers=me | {"If-Match": '"1"'}, json={"name": "x"}),
    ]
    assert [answer.status_code for answer in answers] == [201, 409, 403, 412, 200, 404]
    for read_only in ("/v1/channels", path, "/v1/recipients", "/v1/alerts"):
        assert client.get(read_only, headers=as_("bureau", Role.BUREAU_OFFICER)).status_code == 200
    entries = [*read(client, auditor)]
    assert in_short(entries) == [
        ("o", "operator", "connect_channel", "gov-mail", "done"),
        ("o", "operator", "connect_channel", "gov-mail", "channel-exists"),
        ("lin", "leader", "change_channel", None, "forbidden"),
        ("o", "operator", "change_channel", "gov-mail", "precondition-failed"),
        ("o", "operator", "change_channel", "gov-mail", "done"),
        ("o", "operator", "change_channel", None, "not-found"),
    ]
    assert [str(each.request) for each in entries] == [answer.headers["x-request-id"] for answer in answers]
    assert [*read(client, auditor, by="lin")] == entries[2:3]
    with city.reading() as session:
        kept = repr(every_entry(session))
    assert not [said for said in ("not-to-be-shown", "360101199001010011", "政务邮箱", "127.0.0.1") if said in kept]


def test_whoever_changes_an_entry_is_found(client: httpx.Client, city: Database, as_: As) -> None:
    me = as_("o", Role.OPERATOR)
    for _ in range(2):
        client.post("/v1/channels", headers=me, json=NEW)
    with city.writing() as session:
        check_a_change_shows(session)
