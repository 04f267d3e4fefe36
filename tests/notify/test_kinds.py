"""Kinds of alerts and what alerts are about: one more kind is one entry, and a subject need not be a quota."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar
from uuid import uuid4

import httpx
import pytest
from sqlmodel import col, select

from services.notify.alerts import commands as alerts
from services.notify.alerts.models import Alert
from services.notify.alerts.rules import EVERY_KIND, KINDS, AlertContent, AlertKind, Severity, SubjectKind
from services.notify.main import service
from shared.auth import Role
from shared.contracts.quota import MilestoneFallenBack, QuotaEvent
from shared.db import Database
from shared.problems import Said
from shared.service import Context
from tests import described
from tests.notify.conftest import STUDIOS_2018, consume, milestone, reached

As = Callable[..., dict[str, str]]


class PlaqueHung(QuotaEvent):
    """A plaque was hung."""

    type: ClassVar[str] = "quota.plaque.hung.v1"

    value: int


@pytest.fixture
def plaques(monkeypatch: pytest.MonkeyPatch) -> AlertKind:
    """One more kind of alerts."""
    title, body = Said("{subject}挂牌", "{subject}: a plaque was hung"), Said("现有{value}。", "There are {value}.")
    kind = AlertKind("plaque_hung", PlaqueHung, title, body, severity=Severity.WARNING)
    monkeypatch.setitem(KINDS, kind.code, kind)
    monkeypatch.setattr(described, "_known", {})  # what was described before has one kind less
    return kind


def hung() -> PlaqueHung:
    about = {"quota_id": STUDIOS_2018, "code": "T08", "programme": "skill-master-studios", "period_label": "2018"}
    return PlaqueHung.model_validate(about | {"amount": 5, "measure_word": "家", "value": 3})


def content(**changes: Any) -> AlertContent:
    return replace(alerts.content_of(reached(100, 5), KINDS["milestone_reached"], {}), cause=uuid4(), **changes)


def test_one_more_kind_is_heard_by_whoever_hears_of_everything(
    client: httpx.Client, city: Database, as_: As, plaques: AlertKind
) -> None:
    me = as_("o", Role.OPERATOR)
    own = {"recipient": "donghu-leader", "kinds": ["plaque_hung", "correction"]}
    assert client.post("/v1/subscriptions", headers=me, json=own).status_code == 201
    consume(city, hung())
    (item,) = client.get("/v1/alerts", headers=as_("leader"), params={"kind": "plaque_hung"}).json()["items"]
    assert (item["title"], item["body"]) == ("市级技能大师工作室（2018年）挂牌", "现有3家。")
    assert (item["severity"], item["recipient"]) == ("warning", "city-leader")
    kept = client.get("/v1/subscriptions", headers=me, params={"recipient": "city-leader"}).json()["items"]
    assert kept[0]["kinds"] == list(KINDS)


def test_one_more_kind_is_in_the_document_of_the_interface(context: Context, plaques: AlertKind) -> None:
    shown = service.app(context).openapi()["components"]["schemas"]
    assert shown["AlertRead"]["properties"]["kind"]["enum"] == list(EVERY_KIND)
    assert shown["NewSubscription"]["properties"]["kinds"]["maxItems"] == len(KINDS) == 10


def test_a_kind_that_is_not_known_is_refused_and_not_repeated(client: httpx.Client, as_: As) -> None:
    me = as_("b", Role.BUREAU_OFFICER)
    for params in ({"kind": "plaque_hung"}, {"kind": "MILESTONE_REACHED"}):
        answer = client.get("/v1/alerts", headers=me, params=params)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "enum")
    for kinds, code in ((["plaque_hung"], "enum"), ([5], "enum"), ("correction", "list_type"), (None, "list_type")):
        body = {"recipient": "city-leader", "kinds": kinds}
        answer = client.post("/v1/subscriptions", headers=me, json=body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
        assert "plaque" not in answer.text
    more = {"recipient": "city-leader", "kinds": [*KINDS, "correction"]}
    assert client.post("/v1/subscriptions", headers=me, json=more).json()["errors"][0]["code"] == "too_long"


@pytest.mark.parametrize("kind", list(SubjectKind))
def test_an_alert_is_about_a_subject_of_any_kind(
    client: httpx.Client, city: Database, as_: As, kind: SubjectKind
) -> None:
    with city.writing() as session:
        about = content(subject_kind=kind, subject_ref="x-1")
        (raised,) = alerts.raise_alerts(session, [(about, ["city-leader"])])
        assert (raised.recipient, raised.causes) == ("city-leader", (about.cause,))
    item = client.get(f"/v1/alerts/{raised.id}", headers=as_("leader")).json()
    assert (item["subject_kind"], item["subject_ref"]) == (kind, "x-1")


def test_what_replaces_looks_at_subjects_of_its_own_kind_alone(city: Database) -> None:
    consume(city, reached(100, 5))
    with city.writing() as session:
        elsewhere = content(subject_kind=SubjectKind.INSTITUTION, subject_ref=str(STUDIOS_2018))
        alerts.raise_alerts(session, [(elsewhere, ["city-leader"])])
    consume(city, milestone(MilestoneFallenBack, 100, 4))
    with city.reading() as session:
        first, _, fallen = session.exec(select(Alert).order_by(col(Alert.position)))
    assert fallen.supersedes == first.id
