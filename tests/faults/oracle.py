"""The oracle: it trusts nothing but the answers in its ledger, and compares everybody's books with them at the end."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests import warm
from tests.faults.scene import Scene
from tests.faults.speaker import Speaker
from tests.faults.town import SERVICES, TIMEOUT

PROGRAMME = "youth-intake"
PERCENTS = list(range(5, 101, 5))
WITHIN = 120.0  # seconds until the books must agree after the last fault
MORE_THREADS, MORE_FILES = 8, 24  # than at the start: a pool that has filled, a request under way


@dataclass
class Findings:
    """What does not agree; all zero and nothing said when every promise held."""

    lost: int = 0
    double: int = 0
    announced_twice: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether anything was found."""
        return bool(self.lost or self.double or self.announced_twice or self.wrong)


class Oracle:
    """Asks as those would who may: bureau, leader, operator."""

    def __init__(self, scene: Scene) -> None:
        self._town, self._ledger = scene.town, scene.ledger
        names = ("bureau", "leader", "operator")
        self._bureau, self._leader, self._operator = (Speaker(scene.town, name, Counter()) for name in names)
        self._at_first: dict[str, tuple[int, int]] = {}

    def look_at_first(self) -> None:
        """Remember how large each process is in ordinary work."""
        self._findings()
        self._at_first = self._town.usage()

    def audit(self) -> Findings:
        """What does not agree once everything had its time."""
        until = time.monotonic() + WITHIN
        while (found := self._findings()).any and time.monotonic() < until:
            time.sleep(0.5)
        found.wrong += self._trail()
        for each in (self._bureau, self._leader, self._operator):
            each.close()
        return found

    def _findings(self) -> Findings:
        found = Findings()
        for check in CHECKS:
            found.wrong += check(self, found)
        return found

    def _trail(self) -> list[str]:
        """Promise 13: what an auditor's own check of the trail and its checkpoints finds."""
        command = [sys.executable, "-m", "shared.cli", "audit", "verify"]
        output = warm.run(command, env=os.environ | self._town.environment, timeout=TIMEOUT)
        return [f"audit verify: {output.stdout}{output.stderr}"] if output.returncode else []

    def registry_has_what_was_answered(self, found: Findings) -> Iterator[str]:
        """Promise 1: a registration answered with 2xx is never lost; and none is there twice."""
        there = {each["id"]: each["state"] for each in self._bureau.all("registry", "/v1/registrations")}
        answered = set(self._ledger.registered.values())
        found.lost += len(answered - set(there))
        found.double += len(set(there) - answered) + len(self._ledger.registered) - len(answered)
        if {id_ for id_, state in there.items() if state == "revoked"} != self._ledger.revoked:
            yield "registry: other revocations than were granted"

    def quota_counts_each_once(self, found: Findings) -> Iterator[str]:
        """Promise 2: every event changes every count exactly once."""
        rows = self._leader.all("quota", "/v1/progress", programme=PROGRAMME)
        for row in rows:
            counted = (row["gross"], row["revoked"], row["net"])
            wanted = (len(self._ledger.registered), len(self._ledger.revoked), self._ledger.standing)
            if row["unit"] in (None, "donghu") and counted != wanted:
                yield f"quota: {row['unit'] or 'city'} counts {counted} instead of {wanted}"

    def dead_letters_are_the_garbage(self, found: Findings) -> Iterator[str]:
        """What could not be understood is kept, and nothing else is parked."""
        parked = Counter(
            {name: len(list(self._operator.all(name, "/v1/dead-letters"))) for name in ("quota", "notify")}
        )
        wanted = dict.fromkeys(("quota", "notify"), self._ledger.garbage)  # both read the registry's topic
        if parked != Counter(wanted):
            yield f"dead letters: {dict(parked)} instead of {wanted}"

    def milestones_are_announced_once(self, found: Findings) -> Iterator[str]:
        """Promise 4: every crossing once per episode; each reached once, and regained as often as it fell back."""
        crossings = list(self._leader.all("quota", "/v1/milestones", programme=PROGRAMME))
        output = Counter((each["percent"], each["kind"], each["episode"]) for each in crossings)
        found.announced_twice += sum(times - 1 for times in output.values())
        kinds = Counter((each["percent"], each["kind"]) for each in crossings)
        for percent in PERCENTS:
            reached, fallen, regained = (kinds[percent, kind] for kind in ("reached", "fallen_back", "regained"))
            if (reached, fallen) != (1, regained):
                yield f"milestone {percent}: reached {reached}, fell back {fallen}, regained {regained} times"
        alerts = Counter(
            (percent, each["kind"].removeprefix("milestone_"))
            for each in self._leader.all("notify", "/v1/alerts", programme=PROGRAMME)
            for percent in each["facts"]["percents"] or [None]
        )
        found.announced_twice += (alerts - kinds).total()
        if missing := kinds - alerts:
            yield f"notify: no alert for {dict(missing)}"

    def processes_stay_small(self, found: Findings) -> Iterator[str]:
        """No thread and no descriptor is left behind."""
        for name, (threads, files) in self._town.usage().items():
            first = self._at_first.get(name, (threads, files))
            if threads > first[0] + MORE_THREADS or files > first[1] + MORE_FILES:
                yield f"{name}: {threads} threads and {files} descriptors, at first {first}"

    def everybody_is_ready(self, found: Findings) -> Iterator[str]:
        """All have recovered by themselves."""
        yield from (f"{name} is not ready" for name in (*SERVICES, "portal") if not self._town.is_ready(name))


CHECKS: tuple[Callable[[Oracle, Findings], Iterator[str]], ...] = (
    Oracle.registry_has_what_was_answered,
    Oracle.quota_counts_each_once,
    Oracle.dead_letters_are_the_garbage,
    Oracle.milestones_are_announced_once,
    Oracle.processes_stay_small,
    Oracle.everybody_is_ready,
)
