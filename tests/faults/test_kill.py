"""kill -9 of every process while registrations come in: what was answered is kept, and everything counts once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx

from tests.city import City, eventually
from tests.fixtures import person

REGISTRATIONS = 800
CLIENTS = 8
PROGRAMME = "youth-intake"


def register(clerk: httpx.Client, serial: int) -> None:
    """Post one registration until it is answered; the same key makes every try the same request."""
    headers = {"Idempotency-Key": f"kill-{serial}"}
    body = person(serial, PROGRAMME, fact_date="2019-07-01")
    while True:
        try:
            answer = clerk.post("/v1/registrations", json=body, headers=headers)
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        assert answer.status_code == 201, answer.text
        return


def test_nothing_answered_is_lost_and_nothing_counts_twice(city: City) -> None:
    quota = city.client("bureau", "quota").post(
        "/v1/quotas",
        json={
            "programme": PROGRAMME,
            "unit": "donghu",
            "kind": "goal",
            "comparison": "at_least",
            "amount": REGISTRATIONS,
            "measure": "net_cumulative",
            "period": {"start": "2019-01-01", "end": "2019-12-31", "basis": "operator_set", "label": "2019"},
            "milestones": [25, 50, 75, 90, 100],
        },
    )
    assert quota.status_code == 201, quota.text
    clerk = city.client("institution-a-clerk")
    answered = threading.Semaphore(0)

    def one(serial: int) -> None:
        register(clerk, serial)
        answered.release()

    killed: list[str] = []
    with ThreadPoolExecutor(CLIENTS) as clients:
        tasks = [clients.submit(one, serial) for serial in range(REGISTRATIONS)]
        for service in ("registry", "quota", "notify", "portal", "registry", "quota"):
            for _ in range(REGISTRATIONS // 8):  # by progress, not by the clock
                answered.acquire()
            city.kill(service)
            killed.append(service)
        for task in tasks:
            task.result()
    assert len(killed) == 6
    assert eventually(lambda: city.log().count("意外退出"), lambda count: count == 6) == 6

    for name in ("registry", "quota", "notify"):
        assert eventually(partial(city.is_ready, name), bool)
    row = eventually(lambda: city.progress(PROGRAMME), lambda row: bool(row["value"] >= REGISTRATIONS))
    assert (row["value"], row["gross"], row["parked"]) == (REGISTRATIONS, REGISTRATIONS, 0)
    reached = city.alerts(PROGRAMME, 5)
    assert sorted(reached) == [("milestone_reached", percent) for percent in (25, 50, 75, 90, 100)]
