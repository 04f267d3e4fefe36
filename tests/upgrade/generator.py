"""Makes data with the code of the landed version: a story over HTTP, and work that its processes left undone."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import inspect, text

from shared.db import Database
from tests.city import City, eventually
from tests.upgrade import story, targets
from tests.upgrade.answers import Answer, Question, recorded, unread
from tests.upgrade.landed import Site
from tests.upgrade.story import BUREAU, LEADER, OPERATOR, YOUTH, Kept, ok, posted

PACK = "deploy/policy/nanchang-2018-39.toml"
SERVICES = ("registry", "quota", "notify")
SIGNING_IN = (BUREAU, LEADER, OPERATOR, "institution-a-clerk")
REACHED = (25, 50, 75, 100)  # of the goal of four, by one graduate each; a fifth comes after
TOPICS = ("talent.registry.v1", "talent.quota.v1")
EMPTY = {"quota silence"}  # nobody owes a report before the month is over in which its amount was laid down
PARKED = "INSERT INTO log (topic, key, body) VALUES (?, 'stranger', ?)"


@dataclass
class Landed:
    """Data as the landed version left it, with all that it answered."""

    folder: Path
    tree: Path
    databases: dict[str, str]
    kept: Kept = field(default_factory=Kept)
    answers: dict[Question, Answer] = field(default_factory=dict)


def landed_data(folder: Path, tree: Path, databases: dict[str, str]) -> Landed:
    """The data folder of an installation, its processes stopped in the middle of their work.

    `databases` are the settings that name servers; without them the data are files in the folder.
    """
    made = Landed(folder, tree, databases)
    site = Site(folder, databases, tree)
    folder.mkdir(parents=True)
    site.make_keys()
    try:
        site.begin("registry serve", "quota serve", "notify serve")
        _everything_done(site, made.kept)
        _work_left_undone(site)
        made.kept.tokens = {name: _token(site, name) for name in SIGNING_IN}
        made.kept.checkpoint = site.client(OPERATOR).get("/v1/audit/checkpoint").text
        made.answers = recorded(site, made.kept)
        _assert_complete(site, made)
    finally:
        site.stop()
    assert "Traceback" not in site.log(), site.log()
    return made


def _everything_done(site: Site, kept: Kept) -> None:
    status, said = site.talent("policy", "apply", str(site.tree / PACK))
    assert status == 0, said
    targets.quotas(site, kept)
    story.registrations(site, kept)
    targets.places(site, kept)
    targets.bulletins(site, kept)
    targets.repaired(site)
    targets.rebuilt(site, kept)
    _graduate(site, 0, counted=True)
    assert eventually(lambda: percentages(site), bool) == [25]
    targets.alerted(site, kept)
    status, said = site.talent("verify")
    assert status == 0, said


def _work_left_undone(site: Site) -> None:
    """Each service stops before what another one said, and before it said all of its own."""
    _letters_parked(site)
    site.end("notify serve")
    _graduate(site, 1, counted=True)
    assert eventually(lambda: unpublished(site, "quota"), lambda count: count == 0) == 0
    site.end("quota serve")
    site.begin("quota serve --alone", "quota consume")
    _graduate(site, 2, counted=True)
    site.end("quota consume")
    _graduate(site, 3)
    assert eventually(lambda: unpublished(site, "registry"), lambda count: count == 0) == 0
    site.end("registry serve")
    site.begin("registry serve --alone", "notify serve --alone")
    _graduate(site, 4)
    alerts = ok(site.client(LEADER, "notify").get("/v1/alerts"))["items"]
    posted(site, LEADER, f"/v1/alerts/{alerts[0]['id']}/acknowledge", None, "notify")
    assert all(unpublished(site, service) for service in SERVICES)
    goal_of(site, 3)
    assert percentages(site) == [25]


def _letters_parked(site: Site) -> None:
    """Something on the bus that no consumer understands."""
    with closing(sqlite3.connect(site.folder / "bus.db")) as bus, bus:
        bus.executemany(PARKED, [(topic, b"{") for topic in TOPICS])

    def parked() -> list[bool]:
        return [bool(ok(site.client(OPERATOR, each).get("/v1/dead-letters"))["items"]) for each in SERVICES]

    assert eventually(parked, all) == [True] * len(SERVICES)


def _graduate(site: Site, number: int, *, counted: bool = False) -> None:
    targets.one_more(site, 700 + number)
    if counted:
        goal_of(site, number + 1)


def goal_of(city: City, value: int) -> None:
    """Wait until so many count towards the goal of four."""

    def found() -> list[int]:
        wanted = {"programme": YOUTH, "unit": targets.GOAL_UNIT}
        items = ok(city.client(LEADER, "quota").get("/v1/progress", params=wanted))["items"]
        return [row["value"] for row in items if row["amount"] == len(REACHED)]

    assert eventually(found, lambda values: values == [value]) == [value]


def percentages(city: City) -> list[int]:
    """The milestones of the goal of four of which the leader has alerts."""
    items = ok(city.client(LEADER, "notify").get("/v1/alerts", params={"unit": targets.GOAL_UNIT}))["items"]
    reached = [alert["facts"] for alert in items if alert["kind"] == "milestone_reached"]
    return sorted(percent for facts in reached for percent in facts.get("percents") or [facts["percent"]])


def unpublished(city: City, service: str) -> int:
    """How many events of a service wait for the bus."""
    return int(ok(city.client(OPERATOR, service).get("/v1/flow"))["unpublished"])


def _token(site: Site, name: str) -> str:
    held = site.credentials(name)
    form, basic = {"grant_type": "client_credentials"}, (held["client_id"], held["client_secret"])
    answer = httpx.post(
        f"{site.url('registry')}/oauth/token", data=form, auth=basic, trust_env=False, verify=False, timeout=60
    )
    return str(ok(answer)["access_token"])


def _assert_complete(site: Site, made: Landed) -> None:
    """Nothing of the landed version is left out: no table without a row, no state, no reading route."""
    routes = unread(site, made.answers)
    assert not routes, routes
    refused = [question for question, answer in made.answers.items() if answer.status not in (200, 404)]
    assert not refused, refused
    empty = {f"{service} {name}" for service in SERVICES for name in _empty_tables(site.database_url(service))}
    assert empty == EMPTY, empty


def _empty_tables(url: str) -> list[str]:
    database = Database(url)
    with database.reading() as session:
        names = inspect(database.engine).get_table_names()
        found = [name for name in names if session.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first() is None]
    database.close()
    return found
