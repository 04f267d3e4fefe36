"""A running notify over a fresh database, callers of every role, and the events that quota would tell."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

import httpx
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from sqlmodel import Session, delete

from services.notify.alerts.models import Alert
from services.notify.channels.protocol import Channel
from services.notify.consumers import alert_recipients
from services.notify.deliveries import commands as deliveries
from services.notify.deliveries.models import Attempt, Delivery
from services.notify.deliveries.workers import send
from services.notify.main import service
from services.notify.messages.models import Message, MessageAlert
from services.notify.policy import commands as policy
from services.notify.policy.commands import PackProposal
from shared import clock
from shared.auth import Caller, Role
from shared.config import Settings
from shared.contracts.policy import PolicyPack
from shared.contracts.quota import CapEvent, MilestoneEvent, MilestoneReached, PaceEvent, QuotaEvent, QuotaRevised
from shared.db import Database
from shared.operations import Call
from shared.service import Context
from tests.conftest import Migrated
from tests.rights import Issuer

BUREAU = Caller("bureau", Role.BUREAU_OFFICER, person="bureau")
KEY = ec.generate_private_key(ec.SECP256R1())
STUDIOS_2018 = uuid5(UUID(int=0), "T08 2018")

M = TypeVar("M", bound=MilestoneEvent)
At = Callable[[str], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Makes it a time that the clocks of the bureau show."""

    def becomes(local: str) -> None:
        instant = datetime.fromisoformat(f"{local}:00+08:00").astimezone(UTC)
        monkeypatch.setattr(clock, "now", lambda: instant)

    return becomes


@pytest.fixture
def context(migrated: Migrated) -> Iterator[Context]:
    """What a running notify holds; its database is migrated."""
    migrated("notify")
    held = Context.of("notify")
    yield held
    held.close()


@pytest.fixture
def database(context: Context) -> Database:
    """Notify's own database."""
    return context.database


@pytest.fixture
def issuer(chosen: Settings) -> Issuer:
    """Who signs the tokens that notify takes here."""
    return Issuer(chosen, KEY, "test")


@pytest.fixture
def client(context: Context, city: Database, issuer: Issuer) -> Iterator[httpx.Client]:
    """Notify over HTTP, on a free port of this machine."""
    app = replace(service, key_for=lambda _: issuer.key_for, asks_who_stands=False).app(context)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, name="notify")
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, verify=False, timeout=60) as client:
        yield client
    server.should_exit = True
    thread.join()


@pytest.fixture
def as_(issuer: Issuer) -> Callable[..., dict[str, str]]:
    """Headers of a caller, by login and role."""

    def headers(login: str, role: Role = Role.LEADER, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {issuer.token(role, sub=login, person=login)}"} | more

    return headers


def pack(**changes: Any) -> PolicyPack:
    """A small city's policy: one programme of five studios a year, a leader of the city and one of a district."""
    given: dict[str, Any] = {
        "document": {
            "number": "洪府发〔2018〕39号",
            "title_zh": "实施方案",
            "title_en": "Plan",
            "issuer_zh": "某市人民政府",
            "issuer_en": "Municipal People's Government",
            "issued_on": "2018-12-18",
        },
        "reporting_units": [
            {"code": code, "name_zh": zh, "name_en": en, "kind": "district", "valid_from": "2000-01-01"}
            for code, zh, en in (("donghu", "东湖区", "Donghu District"), ("xihu", "西湖区", "Xihu District"))
        ],
        "programmes": [
            {
                "code": code,
                "name_zh": zh,
                "name_en": en,
                "clause": "二(七)18",
                "subject_kind": "organisation",
                "workflow": "direct",
                "counting_date": "decision",
            }
            for code, zh, en in (
                ("skill-master-studios", "市级技能大师工作室", "Skill master studios"),
                ("skill-training-bases", "高技能人才培养示范基地", "Training bases"),
            )
        ],
        "quotas": [
            {
                "code": "T08",
                "programmes": ["skill-master-studios"],
                "comparison": "at_least",
                "amount": 5,
                "measure": "net_cumulative",
                "measure_word_zh": "家",
                "measure_word_en": "studios",
                "clause": "二(七)18",
                "wording_zh": "每年建设5家市级技能大师工作室",
                "wording_en": "five municipal skill master studios a year",
                "period": {"kind": "annual", "first_year": 2018, "last_year": 2030, "basis": "seed_text"},
            }
        ],
        "recipients": [
            {
                "code": "city-leader",
                "post_zh": "分管市领导",
                "post_en": "City leader",
                "login": "leader",
                "email": "leader@example.org",
            },
            {
                "code": "donghu-leader",
                "post_zh": "东湖区分管领导",
                "post_en": "Donghu leader",
                "login": "leader-donghu",
                "unit": "donghu",
            },
        ],
    }
    return PolicyPack.model_validate(given | changes)


@pytest.fixture
def city(database: Database) -> Database:
    """The database of a city whose policy is in force."""
    with database.writing() as session:
        policy.apply(session, [Call(PackProposal(pack(), dry_run=False), BUREAU)])
    return database


def milestone(kind: type[M], percent: int, value: int, *, unit: str | None = None, episode: int = 1) -> M:
    """A milestone of the five studios of 2018, or of a unit's share of them."""
    return kind(
        quota_id=uuid5(STUDIOS_2018, unit) if unit else STUDIOS_2018,
        code="T08",
        programme="skill-master-studios",
        unit=unit,
        period_label="2018",
        amount=5,
        measure_word="家",
        percent=percent,
        generation=1,
        value=value,
        counted_on=date(2018, 12, 7),
        episode=episode,
    )


def reached(percent: int, value: int, **more: Any) -> MilestoneReached:
    """The milestone is reached for the first time."""
    return milestone(MilestoneReached, percent, value, **more)


def of_another(event: M) -> M:
    """The same of another quota, of which nothing said here takes the place."""
    return event.model_copy(update={"quota_id": uuid5(event.quota_id, str(event.percent))})


def revised(amount: int, before: int, value: int, rebased: list[int]) -> QuotaRevised:
    """The target of the studios is revised."""
    return QuotaRevised(
        quota_id=STUDIOS_2018,
        code="T08",
        programme="skill-master-studios",
        period_label="2018",
        amount=amount,
        measure_word="家",
        amount_before=before,
        effective_on=date(2019, 3, 1),
        document_no="洪人社字〔2019〕5号",
        value=value,
        rebased=rebased,
    )


def cap(kind: type[CapEvent], value: int) -> CapEvent:
    """The five places of the studios of 2018 are all taken, or more."""
    about = {"quota_id": STUDIOS_2018, "code": "T08", "programme": "skill-master-studios", "period_label": "2018"}
    return kind.model_validate(about | {"amount": 5, "measure_word": "家", "places": 5, "value": value})


def pace(kind: type[PaceEvent], ahead_points: str) -> PaceEvent:
    """The five studios of 2018 against time."""
    about = {"quota_id": STUDIOS_2018, "code": "T08", "programme": "skill-master-studios", "period_label": "2018"}
    figures = {"amount": 5, "measure_word": "家", "value": 1, "expected_percent": "50.00", "catch_up": 2}
    shown = {"ahead_points": ahead_points, "lamp": "red", "counted_on": date(2018, 6, 30)}
    return kind.model_validate(about | figures | shown)


def consume(database: Database, *events: QuotaEvent) -> None:
    """Let notify consume events in one batch."""
    with database.writing() as session:
        alert_recipients(session, events)


def forget_what_was_said(database: Database) -> None:
    """Forget the alerts there are, with what carries them: posts that a test makes or changes are told of it."""
    with database.writing() as session:
        for model in (Attempt, Delivery, MessageAlert, Message, Alert):
            session.execute(delete(model))


def consume_singly(database: Database, *events: QuotaEvent) -> None:
    """Let notify consume events each in a batch of its own, so that each is an alert of its own."""
    for event in events:
        consume(database, event)


def send_next(database: Database, channel: Channel, portal: str, code: str | None = None) -> int:
    """Send one message that is due by a channel and wait for its outcome; how many were sent."""
    with database.writing() as session:
        deliveries.release(session, code or channel.name)
        claims = deliveries.claim(session, code or channel.name, 1, channel.limits.per_minute)
    for claimed in claims:
        outcome, duration_ms = send(channel, claimed, portal)
        with database.writing() as session:
            deliveries.record_outcomes(session, [(claimed, outcome, duration_ms)])
    return len(claims)


def all_of(session: Session, model: type[Any]) -> list[Any]:
    """Every row of a table."""
    return list(session.query(model).all())
