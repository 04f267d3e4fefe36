"""Hundreds ask at once for fifty places while registry and quota are killed: never 51, and no place is lost."""

import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from typing import Any

import httpx
import pytest

from tests.city import City, eventually
from tests.fixtures import person

PROGRAMME = "dual-qualified-teachers"
PLACES = 50
ASKING = int(os.environ.get("FAULT_ASKING", "300"))  # a thousand with make faults
CLIENTS = 16
OFTEN, SELDOM = 0.02, 0.3  # seconds between two looks at the places
DECIDED = {"action": "recognise", "decision_no": "测人社字〔2019〕1号", "decision_date": "2019-12-25"}
TRY_AGAIN = ("seats-unavailable", "seat-lapsed", "unavailable", "idempotency-key-in-use")
WITHIN = 180.0  # seconds in which places that serve nothing must be free again; asked after half a minute, and again


def lay_down(city: City, amount: int) -> str:
    """A cap of the bureau's own, of which the registry has heard."""
    body = {
        "programme": PROGRAMME,
        "kind": "cap",
        "comparison": "at_least",
        "amount": amount,
        "period": {"start": "2019-01-01", "end": "2019-12-31"},
    }
    quota_id = str(city.client("bureau", "quota").post("/v1/quotas", json=body).raise_for_status().json()["id"])
    programme = partial(city.client("bureau").get, f"/v1/programmes/{PROGRAMME}")
    assert eventually(lambda: programme().json()["capped"], bool)
    return quota_id


def to_be_recognised(city: City, count: int) -> list[str]:
    """Registrations that have only to be recognised."""
    ids = city.register(*(person(n, PROGRAMME, fact_date="2019-07-01") for n in range(count)))
    for name, action in (
        ("institution-a-reviewer", "endorse"),
        ("district-donghu", "pass_district"),
        ("bureau", "pass_city"),
    ):
        city.act(name, action, ids)
    return ids


def places(city: City, quota_id: str) -> dict[str, Any]:
    """How the places are used, as soon as quota says so."""
    while True:
        try:
            answer = city.client("leader", "quota").get(f"/v1/quotas/{quota_id}/seats", params={"limit": 1})
        except httpx.HTTPError:
            time.sleep(0.05)
            continue
        if answer.is_success:
            found: dict[str, Any] = answer.json()
            return found
        time.sleep(0.05)


def recognise(officer: httpx.Client, registration: str) -> str:
    """Ask until the answer is a decision; the same key makes every try the same request."""
    path = f"/v1/registrations/{registration}/transitions"
    while True:
        try:
            answer = officer.post(path, json=DECIDED, headers={"Idempotency-Key": f"seat-{registration}"})
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        if answer.status_code == 200:
            return "recognised"
        problem = str(answer.json()["type"])
        if problem == "/problems/quota-full":
            return problem
        assert problem.removeprefix("/problems/") in TRY_AGAIN, answer.text
        time.sleep(0.05)


class Watch:
    """Looks at the cap all the time; seldom while nobody asks for a place."""

    def __init__(self, city: City, quota_id: str) -> None:
        self.most = 0
        self.every = OFTEN
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(city, quota_id))
        self._thread.start()

    def _look(self, city: City, quota_id: str) -> None:
        while not self._over.wait(self.every):
            seen = places(city, quota_id)
            self.most = max(self.most, seen["held"] + seen["taken"])

    def close(self) -> None:
        self._over.set()
        self._thread.join()


def all_at_once(city: City, ids: Sequence[str], kills: Sequence[str]) -> Counter[str]:
    """What every officer was answered, while processes are killed as the answers come in."""
    officers = [city.client(name) for name in ("bureau", "bureau-2")]
    answered = threading.Semaphore(0)

    def one(serial: int) -> str:
        said = recognise(officers[serial % 2], ids[serial])
        answered.release()
        return said

    with ThreadPoolExecutor(CLIENTS) as clients:
        tasks = [clients.submit(one, serial) for serial in range(len(ids))]
        for service in kills:
            for _ in range(10):  # by progress, not by the clock
                answered.acquire()
            city.kill(service)
        return Counter(task.result() for task in tasks)


def recognised(city: City) -> int:
    """How many the registry has recognised."""
    query = {"programme": PROGRAMME, "state": "recognised", "limit": "200"}
    return len(city.client("bureau").get("/v1/registrations", params=query).raise_for_status().json()["items"])


def settled(city: City, quota_id: str, watch: Watch) -> dict[str, Any]:
    """The places once none is held."""
    until, watch.every = time.monotonic() + WITHIN, SELDOM
    while (seen := places(city, quota_id))["held"] and time.monotonic() < until:
        time.sleep(SELDOM)
    watch.every = OFTEN
    return seen


@pytest.mark.timeout(600)
def test_hundreds_at_once_for_fifty_places_while_registry_and_quota_are_killed(city: City) -> None:
    ids = to_be_recognised(city, ASKING)
    quota_id = lay_down(city, PLACES)
    with closing(Watch(city, quota_id)) as watch:
        outcomes = all_at_once(city, ids, ["registry", "quota", "registry", "quota"])
        first = settled(city, quota_id, watch)
        assert outcomes["recognised"] == recognised(city) == first["taken"] <= PLACES
        assert (first["held"], outcomes.total()) == (0, ASKING)

        # What was held for a recognition that a kill cut short is free again, so that the next in line fills it.
        query = {"programme": PROGRAMME, "state": "city_passed", "limit": "100"}
        waiting = [each["id"] for each in listed(city, query)]
        again = all_at_once(city, waiting, [])
        last = settled(city, quota_id, watch)
    assert outcomes["recognised"] + again["recognised"] == recognised(city) == PLACES
    assert (last["held"], last["taken"], last["over_committed"], watch.most) == (0, PLACES, False, PLACES)
    row = city.progress(PROGRAMME, "2019")
    assert (row["value"], row["parked"], row["completion_percent"]) == (PLACES, 0, "100.0")
    assert sum(city.log().count(f"{service} 意外退出") for service in ("registry", "quota")) == 4


def listed(city: City, query: dict[str, str]) -> list[dict[str, Any]]:
    """A page of registrations, asked for again while the registry comes back."""

    def page() -> list[dict[str, Any]] | None:
        try:
            answer = city.client("bureau").get("/v1/registrations", params=query)
        except httpx.TransportError:  # the connection was to one that is gone
            return None
        return list(answer.json()["items"]) if answer.is_success else None

    found = eventually(page, lambda items: items is not None)
    assert found is not None
    return found


DIRECT = "youth-intake"
YOUNG = int(os.environ.get("FAULT_ASKING", "300")) // 4
FEW = 12


def registered(clerk: httpx.Client, n: int) -> str:
    """Register until there is an answer; the same key makes every try the same request. The state it answers."""
    body = person(5_000 + n, DIRECT, fact_date="2019-07-01", reporting_unit="donghu" if n % 3 else "xihu")
    while True:
        try:
            answer = clerk.post("/v1/registrations", json=body, headers={"Idempotency-Key": f"direct-{n}"})
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        if answer.status_code == 201:
            return str(answer.json()["state"])
        assert answer.json()["type"].removeprefix("/problems/") in TRY_AGAIN, answer.text
        time.sleep(0.05)


def direct(city: City) -> list[dict[str, Any]]:
    """Every registration of the direct programme, as it stands."""
    return listed(city, {"programme": DIRECT, "limit": "200"})


def place_needed(each: dict[str, Any]) -> bool:
    return any(note["code"] == "place_needed" for note in each["warnings"])


@pytest.mark.timeout(600)
def test_v01_who_recognises_itself_is_never_beyond_the_places_while_registry_and_quota_are_killed(city: City) -> None:
    """Covered by the limit: a seat each or the waiting list; beyond its unit: recognised, whatever is away."""
    body = {"programme": DIRECT, "unit": "donghu", "kind": "cap", "amount": FEW, "period": {"start": "2019-01-01"}}
    quota_id = str(city.client("bureau", "quota").post("/v1/quotas", json=body).raise_for_status().json()["id"])
    assert eventually(lambda: city.client("bureau").get(f"/v1/programmes/{DIRECT}").json()["capped"], bool)
    clerk = city.client("institution-a-clerk")
    with closing(Watch(city, quota_id)) as watch:
        with ThreadPoolExecutor(CLIENTS) as clients:
            tasks = [clients.submit(registered, clerk, n) for n in range(YOUNG)]
            for service in ("registry", "quota", "registry"):
                time.sleep(1)
                city.kill(service)
            answered = [task.result() for task in tasks]
        assert {answered[n] for n in range(0, YOUNG, 3)} == {"recognised"}
        until = time.monotonic() + WITHIN
        while any(map(place_needed, direct(city))) and time.monotonic() < until:
            time.sleep(1)
        last = settled(city, quota_id, watch)
    standing = direct(city)
    covered = [each for each in standing if each["reporting_unit"] == "donghu"]
    assert (len(standing), [place_needed(each) for each in standing].count(True)) == (YOUNG, 0)
    assert [each["state"] for each in covered].count("recognised") == FEW == last["taken"] == watch.most
    assert (last["held"], last["over_committed"]) == (0, False)
