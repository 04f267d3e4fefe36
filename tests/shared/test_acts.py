"""Every act of administration has a command, which is given what its route takes; what has none says why."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from shared.asyncapi import SERVICES
from shared.cli import app
from shared.cli.acts.commands import PLACE, fields_of
from shared.cli.acts.shapes import ANY, Act
from shared.cli.acts.table import ACTS
from shared.cli.client import ApiClient

# Acts with a command of its own, by the name of it.
COMMANDS = {
    "policy apply": {"PUT /v1/policy"},
    "token": {"POST /oauth/token"},
    "retention": {"POST /v1/retention"},
    "export": {"POST /v1/registrations/exports"},
    "bulletin": {"POST /v1/bulletins"},
    "import": {"POST /v1/imports", "POST /v1/imports/{}/commit"},
    "verify": {"POST /v1/verify", "POST /v1/facts/doubts", "POST /v1/facts/announcements"},
    "rebuild": {
        "POST /v1/rebuilds", "POST /v1/rebuilds/{}/facts", "POST /v1/rebuilds/{}/filled", "POST /v1/rebuilds/{}/swap",
        "DELETE /v1/rebuilds/{}",
    },
}  # fmt: skip
NOT_HERE = {
    "one's own: people sign in and set up their second factor in the portal": {
        "POST /v1/sessions", "DELETE /v1/sessions", "POST /v1/sessions/refresh", "DELETE /v1/sessions/current",
        "POST /v1/sessions/end", "POST /v1/sessions/issuer", "POST /v1/sessions/issuer/return",
        "POST /v1/accounts/{}/second-factor",
    },
    "institutions' programs register by the client in deploy/clients": {
        "POST /v1/registrations", "POST /v1/registrations/batch", "PATCH /v1/registrations/{}",
        "POST /v1/programmes/{}/check", "POST /v1/registrations/{}/check", "POST /v1/placements",
        "POST /v1/placements/batch", "PATCH /v1/placements/{}", "POST /v1/nil-returns",
    },
    "an officer decides on a case before its documents, in the portal; lists of decisions are imported": {
        "POST /v1/registrations/{}/transitions", "POST /v1/registrations/transitions", "POST /v1/aftercare",
        "POST /v1/registrations/{}/facts", "POST /v1/registrations/facts",
        "POST /v1/registrations/{}/facts/{}/withdraw", "POST /v1/duplicates", "POST /v1/duplicates/{}/decision",
        "POST /v1/duplicates/{}/undo", "POST /v1/people/{}/documents", "POST /v1/people/{}/documents/{}/corrections",
        "PUT /v1/organisations/{}/parent", "POST /v1/reorganisations", "POST /v1/reorganisations/{}/undo",
        "POST /v1/boundary-changes",
    },
    "what shows or changes a person's data is done before a screen and not left in a shell's history": {
        "POST /v1/registrations/search", "POST /v1/registrations/{}/unmask",
        "POST /v1/subjects/{}/restrict", "POST /v1/subjects/{}/lift",
        "POST /v1/subject-requests", "POST /v1/subject-requests/{}/answer", "POST /v1/subject-requests/{}/disclosure",
    },
    "whoever is responsible signs for it and answers, in the portal or by the link of a mail": {
        "POST /v1/alerts/{}/acknowledge", "POST /v1/alerts/{}/assign", "POST /v1/alerts/{}/answer",
        "POST /v1/alerts/{}/close", "POST /v1/sign-links/{}",
        *(f"POST /v1/follow-ups/{{}}/{verb}" for verb in
          ("acknowledge", "answer", "close", "return", "assign", "pause", "resume")),
    },
    "columns of a file are named where it is seen": {"POST /v1/imports/{}/columns", "DELETE /v1/column-wordings/{}"},
    "between services": {"POST /v1/seats", "POST /v1/seats/claims"},
}  # fmt: skip


def route_of(act: Act) -> str:
    return f"{act.method} {PLACE.sub('{}', act.path)}"


def test_every_act_has_a_command_or_a_reason_why_not(documents_now: dict[str, Any]) -> None:
    """Adding a route that changes something: add a line to the table of acts, or say above why it has no command."""
    there = {
        f"{method.upper()} {PLACE.sub('{}', path)}"
        for name in SERVICES
        for path, methods in documents_now[name]["paths"].items()
        for method in methods
        if method != "get"
    }
    commanded = {route_of(act) for act in ACTS if act.method != "GET"}
    elsewhere = set().union(*COMMANDS.values(), *NOT_HERE.values())
    assert there == commanded | elsewhere
    assert not commanded & elsewhere


@pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act.noun.name} {act.verb.name}")
def test_a_command_is_given_what_its_route_takes(act: Act, documents_now: dict[str, Any]) -> None:
    for service in SERVICES if act.noun.service == ANY else (act.noun.service,):
        document = documents_now[service]
        paths = {PLACE.sub("{}", path): methods for path, methods in document["paths"].items()}
        operation = paths[PLACE.sub("{}", act.path)][act.method.lower()]
        parameters = {(each["in"], each["name"]): each for each in operation.get("parameters", ())}
        assert act.of_a_version == (("header", "If-Match") in parameters)
        query = {name for where, name in parameters if where == "query"} - {"limit", "cursor"}
        assert {each.name for each in fields_of(act) if each.in_query} == query
        body = _body(document, operation) if "requestBody" in operation else {}
        given = [each for each in fields_of(act) if not each.in_query]
        assert {each.name for each in given} == {*body.get("properties", ())}
        assert {each.name for each in given if each.needed} == {*body.get("required", ())}


def _body(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """The schema of a body; one that may be left out has no fields."""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    if "$ref" not in schema:
        return {}
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


class Sent:
    """What the command line sends, and what it is answered."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: list[httpx.Response] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answers.pop(0)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    made = Sent()
    monkeypatch.setattr(ApiClient, "chosen", classmethod(lambda cls, name: cls(name, "")))
    transport = httpx.MockTransport(made)
    monkeypatch.setattr(
        ApiClient, "client", lambda self, service: httpx.Client(base_url=f"http://{service}", transport=transport)
    )
    return made


def test_an_act_is_sent_as_it_was_said(sent: Sent, tmp_path: Path) -> None:
    """Of the version that was seen, with texts out of files; what was not said is left out."""
    (tmp_path / "settings.json").write_text('{"url": "https://hooks.example/1"}')
    sent.answers = [httpx.Response(200, json={"code": "robot", "version": 4})]
    settings = f"@{tmp_path / 'settings.json'}"
    words = ["channel", "change", "robot", "--version", "3", "--settings", settings, "--no-enabled", "--json"]
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, json.loads(done.output)) == (0, {"code": "robot", "version": 4}), done.output
    (request,) = sent.requests
    assert (request.method, str(request.url)) == ("PATCH", "http://notify/v1/channels/robot")
    assert request.headers["If-Match"] == '"3"'
    assert json.loads(request.content) == {"settings": {"url": "https://hooks.example/1"}, "enabled": False}


def test_a_list_goes_through_all_pages_and_what_waits_says_so(sent: Sent) -> None:
    sent.answers = [
        httpx.Response(200, json={"items": [{"id": "1", "reason": "not signed"}], "next": "more"}),
        httpx.Response(200, json={"items": [{"id": "2", "reason": None}], "next": None}),
        httpx.Response(202, json={"id": "q1"}),
    ]
    listed = CliRunner().invoke(app, ["letter", "list", "quota"])
    assert [request.url.host for request in sent.requests] == ["quota", "quota"]
    assert all(text in listed.output for text in ("not signed", "2"))
    revised = [
        "quota",
        "revise",
        "q1",
        "--amount",
        "5",
        "--effective-on",
        "2019-01-01",
        "--document-no",
        "测〔2019〕1号",
    ]
    assert "awaits a second officer" in CliRunner().invoke(app, revised).output


def test_what_is_refused_or_no_json_ends_with_a_sentence(sent: Sent) -> None:
    sent.answers = [httpx.Response(403, json={"title": "无权限 · Forbidden", "detail": "仅经办人"})]
    refused = CliRunner().invoke(app, ["account", "approve", "a1"])
    assert (refused.exit_code, str(refused.exception)) == (1, "无权限 · Forbidden: 仅经办人")
    broken = CliRunner().invoke(app, ["quota", "split", "q1", "--shares", "{"])
    assert (broken.exit_code, len(sent.requests)) == (1, 1)
    assert str(broken.exception) == "--shares: 不是JSON · no JSON"
