"""Both keys are rotated while two processes register: nobody is lost, and nobody is there twice (轮换).

`ROTATION_STORY_PEOPLE=100000 TALENT_TOKEN_MINUTES=60 pytest -s -k postgres …` measures it, and prints what it took.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from services.registry.main import service
from services.registry.subjects.models.people import IdentityDocument, Person, PersonKey
from services.registry.subjects.queries.people import people_by_number
from shared.db import table_of
from shared.resealing import ANSWERS
from tests.city import TIMEOUT, eventually
from tests.fixtures import person, resident_number
from tests.process import Running, running
from tests.registry.conftest import Registry
from tests.registry.test_resealing import sealed_by_others

PEOPLE = int(os.environ.get("ROTATION_STORY_PEOPLE", "300"))
MOST = 500  # of a batch
A = "institution-a-clerk"


def body(serial: int) -> dict[str, Any]:
    """A registration of the n-th person, on a day when all of them are old enough."""
    return person(serial, "youth-intake", fact_date="2023-06-01")


@dataclass
class Posting:
    """Posts to two processes the same new people, and again some who are known; until it is told to stop."""

    token: str
    stop: threading.Event = field(default_factory=threading.Event)
    entered: Counter[int] = field(default_factory=Counter)  # how often somebody was, by their number
    others: Counter[int] = field(default_factory=Counter)  # answers that are neither 201 nor 409
    seconds: list[float] = field(default_factory=list)

    def post(self, url: str) -> None:
        """To one process: somebody new, whom the other posts at the same time, and somebody known."""
        lots = random.Random(url)
        headers = {"Authorization": f"Bearer {self.token}"}
        with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=10 * TIMEOUT) as http:
            for serial in range(PEOPLE, 10 * PEOPLE + 10_000):
                if self.stop.is_set():
                    return
                for each in (serial, lots.randrange(serial)):
                    began = time.monotonic()
                    status = http.post("/v1/registrations", json=body(each)).status_code
                    self.seconds.append(time.monotonic() - began)
                    self.entered[each] += status == 201
                    self.others[status] += status not in (201, 409)


def said(*words: str) -> str:
    """What a command says, which comes to a good end."""
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def filled(registry: Registry) -> None:
    for first in range(0, PEOPLE, MOST):
        items = [body(serial) for serial in range(first, min(first + MOST, PEOPLE))]
        answer = registry.post(A, "/v1/registrations/batch", {"items": items})
        assert {each["status"] for each in answer.json()["items"]} == {201}


def rotated(keys: Path) -> dict[str, float]:
    """Rotate both keys, and renew what they made; how many seconds each command took."""
    for ring in ("sealing", "index"):
        said("shared.cli", "rotate-key", str(keys), f"registry/{ring}")

    def renewed(command: str) -> float:
        began = time.monotonic()
        print(said("services.registry", command))
        return time.monotonic() - began

    with ThreadPoolExecutor() as threads:
        renewing = {command: threads.submit(renewed, command) for command in ("reseal", "reindex")}
    return {command: each.result() for command, each in renewing.items()}


@pytest.mark.timeout(900 + PEOPLE // 20)
def test_both_keys_are_rotated_while_two_processes_register(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(registry)
    settings = registry.context.settings
    posting = Posting(registry.token(A))
    with (
        running("registry", settings.data_dir, "--alone") as one,
        running("registry", settings.data_dir, "--alone") as two,
    ):
        with ThreadPoolExecutor() as threads:
            posters = [threads.submit(posting.post, ready(each)) for each in (one, two)]
            try:
                took = rotated(settings.keys_path)
                time.sleep(2)  # what is posted now is so by the new keys alone
            finally:
                posting.stop.set()
        for each in posters:
            each.result()
    newcomers = {serial for serial, count in posting.entered.items() if count}
    show(took, posting, len(newcomers))
    assert posting.others.total() == 0, posting.others
    assert max(posting.entered.values()) == 1
    nobody_is_lost_or_twice(registry, PEOPLE + len(newcomers))


def ready(process: Running) -> str:
    assert eventually(process.is_fit, bool), process.said()
    return process.url


def nobody_is_lost_or_twice(registry: Registry, count: int) -> None:
    """Everybody has one record, is found by their number, and is kept by the new keys alone."""
    numbers = [resident_number(serial) for serial in range(count)]
    with registry.context.database.reading() as session:
        held = [
            session.execute(select(func.count()).select_from(each)).scalar_one() for each in (Person, IdentityDocument)
        ]
        assert held == [count, count]
        assert {len(found) for found in people_by_number(session, numbers).values()} == {1}
        assert len(people_by_number(session, numbers)) == count
        documents, keys = table_of(IdentityDocument).c, table_of(PersonKey).c
        columns = select(func.count(documents.number_index), func.count(documents.number_index_b))
        assert tuple(session.execute(columns).one()) == (0, count)
        kept = select(keys.slot, func.count(keys.person_id.distinct())).group_by(keys.slot)
        assert [tuple(each) for each in session.execute(kept)] == [("b", count)]
    assert {sealed_by_others(registry, each) for each in (*service.sealed, ANSWERS)} == {0}


def show(took: dict[str, float], posting: Posting, newcomers: int) -> None:
    """The figures of a run."""
    slowest = quantiles(posting.seconds, n=100)
    for command, seconds in took.items():
        print(
            f"{command}: {seconds:.1f} s for {PEOPLE + newcomers} people, {(PEOPLE + newcomers) / seconds:.0f} a second"
        )
    print(f"posts meanwhile: {len(posting.seconds)}, of whom new: {newcomers}")
    print(
        f"p50 {slowest[49]:.3f} s, p95 {slowest[94]:.3f} s, p99 {slowest[98]:.3f} s, max {max(posting.seconds):.3f} s"
    )
