"""Loading a demo year into a running registry: all of it, once, whatever happens on the way."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import uvicorn
from rich.progress import Progress, TaskID
from sqlalchemy import delete

from services.registry.main import service
from shared.cli.demo import Loaded, load_demo_year
from shared.config import Settings
from shared.migrations import migrate
from shared.policy import read_pack
from shared.service import Context
from shared.service_tables import idempotency_key

PACK = Path(__file__).parents[2] / "deploy" / "policy" / "nanchang-2018-39.toml"
PLAN = """
seed = 7
year = 2019
published_on_day = 5
decided_on_day = 25
decision_no = "演人社字〔{year}〕{n}号"
impact_assessment_ref = "演评估〔2019〕1号"
surnames = "柏卞岑"
given = "澄川丹帆"
organisations = "澄泽 霁川 云岫"
uscc = { bureau = "11", company = "91" }

[[institutions]]
code = "one"
kind = "bureau"
unit = "donghu"
name = "东湖区人才登记处"

[[institutions]]
code = "two"
kind = "company"
unit = "gaoxin-zone"
name = "澄光电子有限公司"

[[programmes]]
code = "youth-intake"
posted_by = ["bureau", "company"]
ages = [22, 27]
fact_in_month = true
months = { donghu = [0, 0, 3, 0, 0, 0, 9, 0, 0, 0, 0, 0], gaoxin-zone = [0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0] }
details.engagement = ["employed"]

[[programmes]]
code = "industry-urgent-talent"
posted_by = ["company"]
ages = [30, 40]
same_people = { youth-intake = 2 }
months = { gaoxin-zone = [0, 0, 4, 0, 0, 2, 0, 0, 0, 0, 0, 0] }

[[programmes]]
code = "skill-master-studios"
posted_by = ["company"]
suffix = "技能大师工作室"
december_before = { gaoxin-zone = 2 }
months = { gaoxin-zone = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0] }

[[exceptions]]
programme = "youth-intake"
month = 3
count = 1
then = "exit"
in_month = 11
reason = "离开本市"

[[exceptions]]
programme = "industry-urgent-talent"
month = 3
count = 1
then = "revoke"
in_month = 6
reason = "申报材料不实"

[[exceptions]]
programme = "industry-urgent-talent"
month = 6
count = 1
before = "pass_city"
"""
EXPECTED = {
    ("youth-intake", "recognised"): 17,
    ("youth-intake", "exited"): 1,
    ("industry-urgent-talent", "recognised"): 4,
    ("industry-urgent-talent", "revoked"): 1,
    ("industry-urgent-talent", "district_passed"): 1,
    ("skill-master-studios", "recognised"): 4,
}


class Registry:
    """A registry that runs, with the pack in force."""

    def __init__(self, url: str, context: Context, plan: Path) -> None:
        self.url, self.context, self.plan = url, context, plan
        self.credentials = json.loads(context.settings.credentials_path.read_text())
        with self.client_for("bureau") as bureau:
            pack = read_pack(PACK).model_dump(mode="json")
            bureau.put("/v1/policy", json=pack, timeout=30).raise_for_status()

    def client_for(self, name: str) -> httpx.Client:
        shown = self.credentials[name]["client_id"], self.credentials[name]["client_secret"]
        form = {"grant_type": "client_credentials"}
        token = httpx.post(f"{self.url}/oauth/token", data=form, auth=shown).raise_for_status().json()["access_token"]
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"})

    def load(self, progress: Progress | None = None) -> Loaded:
        with ExitStack() as opened:
            return load_demo_year(
                lambda name: opened.enter_context(self.client_for(name)), self.plan, progress or Progress(disable=True)
            )

    def states(self) -> Counter[tuple[str, str]]:
        with self.client_for("bureau") as bureau:
            items = bureau.get("/v1/registrations", params={"limit": 200}).json()["items"]
        return Counter((each["programme"], each["state"]) for each in items)


@pytest.fixture
def registry(chosen: Settings, tmp_path: Path) -> Iterator[Registry]:
    context = Context.of("registry")
    migrate("registry", context.database.engine)
    for prepare in service.on_start:
        prepare(context)
    server = uvicorn.Server(uvicorn.Config(service.app(context), host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Registry(f"http://127.0.0.1:{port}", context, plan)
    server.should_exit = True
    thread.join()
    context.close()


class Interrupted(Progress):
    """A loading that is stopped after so many registrations and steps."""

    def __init__(self, after: int) -> None:
        super().__init__(disable=True)
        self.left = after

    def advance(self, task_id: TaskID, advance: float = 1) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


def test_everything_the_plan_asks_for_is_there(registry: Registry) -> None:
    loaded = registry.load()
    assert registry.states() == EXPECTED
    assert (loaded.registered, loaded.refused) == (28, {})


def test_a_recognition_is_dated_by_its_decision_or_its_fact(registry: Registry) -> None:
    registry.load()
    with registry.client_for("bureau") as bureau:
        query = {"programme": "skill-master-studios"}
        studios = bureau.get("/v1/registrations", params=query).json()["items"]
        graduates = bureau.get("/v1/registrations", params={"programme": "youth-intake"}).json()["items"]
    assert Counter(each["counted_on"] for each in studios) == {"2018-12-25": 2, "2019-10-25": 1, "2019-11-25": 1}
    assert all(each["counted_on"] == each["fact_date"] for each in graduates)


def test_a_second_loading_adds_nothing(registry: Registry) -> None:
    registry.load()
    assert registry.load() == (0, 0, {})
    assert registry.states() == EXPECTED


def test_a_loading_long_after_the_keys_were_forgotten_adds_nothing(registry: Registry) -> None:
    registry.load()
    with registry.context.database.writing() as session:
        session.execute(delete(idempotency_key))
    assert registry.load().registered == 0
    assert registry.states() == EXPECTED


@pytest.mark.parametrize("after", [1, 3, 17, 40])
def test_an_interrupted_loading_goes_on_where_it_stopped(registry: Registry, after: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        registry.load(Interrupted(after))
    assert registry.load().refused == {}
    assert registry.states() == EXPECTED


def test_an_institution_that_is_there_already_is_not_admitted_again(registry: Registry) -> None:
    registry.load()
    with registry.client_for("bureau") as bureau:
        before = len(bureau.get("/v1/institutions").json()["items"])
    others = PLAN.partition("[[exceptions]]")[0].replace("seed = 7", "seed = 8\nexceptions = []")
    registry.plan.write_text(others, encoding="utf-8")
    assert registry.load().registered > 0
    with registry.client_for("bureau") as bureau:
        assert len(bureau.get("/v1/institutions").json()["items"]) == before
