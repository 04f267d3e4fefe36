"""Verifying the whole chain (核对): told, on the bus, taken in, counted; and putting right what is not."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from shared.cli.client import ApiClient, body_of
from shared.cli.comparing import ANNOUNCE_AGAIN, Comparison, compare, compare_again, in_blocks
from shared.contracts.facts import Verdict
from shared.contracts.flow import Flow
from shared.problems import Said

SERVICES = ("registry", "quota", "notify")
PAUSE = 1.0  # seconds between two looks
STILL = 3  # looks without any change after which what is missing will not come by itself
LOOKS = 60
AT_ONCE = 1_000  # registrations told again by one request
REPAIRED = ("counters", "ledger", "memberships", "milestones")  # what quota can put right by itself
TIMEOUT = 900.0  # seconds; a long ledger takes its time

T = TypeVar("T")


@dataclass(frozen=True)
class Verified:
    """What was found: the flow of each service, how registrations compare, and quota's figures against one another."""

    flows: Mapping[str, Flow]
    stuck: Mapping[str, int]
    registrations: Comparison
    figures: Mapping[str, Any]

    @property
    def in_order(self) -> bool:
        """Whether everything told is counted, once, and nothing waits or is parked."""
        parked = any(flow.parked for flow in self.flows.values())
        return not (self.stuck or parked or self.registrations.differences) and bool(self.figures["in_order"])

    def count(self, *verdicts: Verdict) -> int:
        """How many registrations differ in one of these ways."""
        return sum(each.verdict in verdicts for each in self.registrations.differences)

    def next_actions(self) -> list[Said]:
        """What to do about what is not in order."""
        actions = [
            Said(
                f"{name} 有 {count} 个事件发不出去：检查其 relay 和总线",
                f"{name} cannot publish {count} events: look at its relay and the bus",
            )
            for name, count in self.stuck.items()
        ]
        actions += [
            Said(
                f"{name} 有 {flow.parked} 个事件滞留：talent letter list {name} 查看，排除原因后重放",
                f"{name} parked {flow.parked} events: see talent letter list {name}, mend the cause, replay them",
            )
            for name, flow in self.flows.items()
            if flow.parked
        ]
        if self.figures["adrift"]["bulletins"]:
            actions.append(
                Said(
                    "有通报与发布时不符：从备份取回该期；修正不会改动通报",
                    "a bulletin is not what was published: bring it back from a backup; no repair changes one",
                )
            )
        if self.count(*ANNOUNCE_AGAIN) or any(self.figures["adrift"][layer] for layer in REPAIRED):
            actions.append(
                Said('修正：talent verify --repair --reason "…"', 'put it right: talent verify --repair --reason "…"')
            )
        if self.count(Verdict.NEWER, Verdict.SURPLUS):
            actions.append(
                Said(
                    "登记库比计数旧：请恢复更新的登记库备份；修正不会删去计数中的登记",
                    "the registry is behind quota: restore a newer backup of it; a repair takes nothing away",
                )
            )
        return actions

    def report(self) -> dict[str, Any]:
        """Everything, for machines."""
        return {
            "in_order": self.in_order,
            "flow": {
                name: flow.model_dump(mode="json") | {"stuck": self.stuck.get(name, 0)}
                for name, flow in self.flows.items()
            },
            "registrations": {
                "told": self.registrations.announced,
                "counted": self.registrations.counted,
                **{verdict.value: self.count(verdict) for verdict in Verdict},
                "differences": [
                    {
                        "registration_id": str(each.registration_id),
                        "verdict": each.verdict,
                        "told": each.announced,
                        "counted": each.counted,
                    }
                    for each in self.registrations.differences
                ],
            },
            "figures": dict(self.figures),
            "next": [action._asdict() for action in self.next_actions()],
        }


def verify(client: ApiClient) -> Verified:
    """Look at everything, once what is under way has had time to arrive."""
    flows, stuck = drained(client, SERVICES)
    with client.client("registry") as registry, client.client("quota") as quota:
        registrations = compare(registry, quota)
        registrations.differences = settled(
            registrations.differences, lambda before: compare_again(registry, quota, before)
        )
        figures = body_of(quota.post("/v1/verify", json={}, timeout=TIMEOUT))
    return Verified(flows, stuck, registrations, figures)


def repair(client: ApiClient, found: Verified, reason: str) -> None:
    """Let the registry tell again what quota lost, then let quota put its figures right. Nobody is alerted by it."""
    lost = [each for each in found.registrations.differences if each.verdict in ANNOUNCE_AGAIN]
    with client.client("registry") as registry, client.client("quota") as quota:
        for some in in_blocks([each for each in lost if each.verdict == Verdict.DIFFERENT], AT_ONCE):
            _ask(quota, "/v1/facts/doubts", [str(each.registration_id) for each in some], reason)
        for some in in_blocks(lost, AT_ONCE):
            _ask(registry, "/v1/facts/announcements", [str(each.registration_id) for each in some], reason)
        settled(lost, lambda before: compare_again(registry, quota, before))
        body_of(quota.post("/v1/verify", json={"repair": True, "reason": reason}, timeout=TIMEOUT))


def settled(now: T, look: Callable[[T], T]) -> T:
    """Look again while something is left and still moves; what is left then will not come by itself."""
    still = 0
    for _ in range(LOOKS):
        if not now or still == STILL:
            break
        time.sleep(PAUSE)
        before, now = now, look(now)
        still = still + 1 if now == before else 0
    return now


def _ask(service: httpx.Client, path: str, ids: list[str], reason: str) -> None:
    body_of(service.post(path, json={"ids": ids, "reason": reason}, timeout=TIMEOUT))


def drained(client: ApiClient, services: Sequence[str]) -> tuple[dict[str, Flow], dict[str, int]]:
    """The flows once they stand still, and of each how many events wait if any has waited since we first asked."""
    now = first = _flows(client, services)

    def stuck() -> dict[str, int]:
        return {
            name: flow.unpublished
            for name, flow in now.items()
            if flow.oldest_unpublished_at and flow.oldest_unpublished_at <= first[name].as_of
        }

    def look(_: dict[str, int]) -> dict[str, int]:
        nonlocal now
        now = _flows(client, services)
        return stuck()

    waiting = settled(stuck(), look)
    return now, waiting


def _flows(client: ApiClient, services: Sequence[str]) -> dict[str, Flow]:
    flows = {}
    for name in services:
        with client.client(name) as service:
            flows[name] = Flow.model_validate(body_of(service.get("/v1/flow")))
    return flows
