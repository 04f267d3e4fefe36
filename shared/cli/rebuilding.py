"""Rebuilding quota from the registry alone (重建): a shadow filled page by page, compared, and swapped in if wanted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from shared.cli.client import ApiClient, body_of
from shared.cli.comparing import pages_of_facts
from shared.cli.verification import TIMEOUT, drained
from shared.problems import Said

VERIFY = Said("核对：talent verify", "verify: talent verify")
RESTORE = Said(
    "登记库缺少计数此前已知的内容，未作任何改动：请恢复登记库较新的备份，再重新运行",
    "the registry lacks what quota knew before; nothing was changed: restore a newer backup of it, then run this again",
)


@dataclass
class Rebuilding:
    """One rebuild, from its beginning until it is swapped in or dropped."""

    quota: httpx.Client
    path: str
    unpublished: int
    shown: dict[str, Any]

    @property
    def comparison(self) -> dict[str, Any]:
        """What it would change, or has changed."""
        found: dict[str, Any] = self.shown["comparison"]
        return found

    @property
    def behind(self) -> bool:
        """Whether the registry has lost something, so that nothing can be swapped."""
        return bool(self.comparison["registrations"]["behind"])

    @property
    def settled(self) -> bool:
        """Whether quota is now as the registry has it."""
        return bool(self.comparison["in_order"] and not self.behind) or self.shown["state"] == "swapped"

    def swap(self) -> None:
        """Let it replace what stands."""
        self.shown = body_of(self.quota.post(f"{self.path}/swap", timeout=TIMEOUT))

    def next_actions(self) -> list[Said]:
        """What to do now."""
        if self.behind:
            return [RESTORE]
        return [VERIFY] if self.shown["state"] == "swapped" else []

    def report(self) -> dict[str, Any]:
        """Everything, for machines."""
        return self.shown | {
            "unpublished": self.unpublished,
            "next": [each._asdict() for each in self.next_actions()],
        }


@contextmanager
def rebuilding(client: ApiClient, reason: str, advance: Callable[[int], object]) -> Iterator[Rebuilding]:
    """A rebuild that is filled and compared; it is dropped in the end unless it was swapped in.

    What the registry has not published yet is waited for, as long as it moves.
    """
    _, waiting = drained(client, ["registry"])
    with client.client("registry") as registry, client.client("quota") as quota:
        path = f"/v1/rebuilds/{body_of(quota.post('/v1/rebuilds', json={'reason': reason}, timeout=TIMEOUT))['id']}"
        try:
            _fill(quota, path, registry, advance)
            shown = body_of(quota.get(path, timeout=TIMEOUT))
            yield Rebuilding(quota, path, waiting.get("registry", 0), shown)
        finally:
            quota.delete(path, timeout=TIMEOUT)  # one that was swapped in is over, and stays so


def _fill(quota: httpx.Client, path: str, registry: httpx.Client, advance: Callable[[int], object]) -> None:
    registrations = 0
    for page in pages_of_facts(registry):
        if facts := page["items"]:
            body_of(quota.post(f"{path}/facts", json={"facts": facts, "signature": page["signature"]}))
            registrations += len(facts)
            advance(len(facts))
    body_of(quota.post(f"{path}/filled", json={"registrations": registrations}, timeout=TIMEOUT))
