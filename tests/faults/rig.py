"""The fault rig: registrations come in while things break; an independent ledger knows what must be true afterwards.

Every choice is drawn from one seed, which the report names: the same seed breaks the same things in the same order.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import count
from random import Random

from tests.faults.kinds.events import late
from tests.faults.kinds.processes import mines
from tests.faults.oracle import PERCENTS, PROGRAMME, Findings, Oracle
from tests.faults.scene import Ledger, Scene
from tests.faults.speaker import Speaker
from tests.faults.town import Town, eventually
from tests.fixtures import person

CLIENTS = 8
AMOUNT = 500  # of the quota; the run goes on until it is filled
THINKING = 0.8  # seconds at most that a clerk rests between two registrations
BETWEEN = 20  # answers between two faults
REVOKED = 0.05  # of all

Kind = Callable[[Scene], None]


@dataclass
class Report:
    """What a run did and what it found."""

    town: str
    seed: int
    faults: Counter[str]
    ledger: Ledger
    findings: Findings
    seconds: float

    def __str__(self) -> str:
        faults = ", ".join(f"{name} {times}" for name, times in sorted(self.faults.items()))
        tries = ", ".join(f"{why} {times}" for why, times in sorted(self.ledger.tries.items()))
        found = self.findings
        return (
            f"{self.town}, seed {self.seed}: faults injected {self.faults.total()} ({faults}); "
            f"registrations sent {len(self.ledger.registered)}, revoked {len(self.ledger.revoked)}; "
            f"asked again after: {tries}; lost {found.lost}, double {found.double}, "
            f"milestones told twice {found.announced_twice}, wrong: {found.wrong or 'nothing'}; {self.seconds:.0f} s"
        )


class Rig:
    """One run against one town."""

    def __init__(self, town: Town, seed: int, kinds: Sequence[Kind]) -> None:
        self.scene = Scene(town, Random(seed))
        self._seed = seed
        self._kinds = self.scene.lots.sample(kinds, len(kinds))
        self._faults: Counter[str] = Counter()
        self._serials = count()
        self._over = threading.Event()
        self._tasks: list[Future[None]] = []
        self._started = time.monotonic()

    def run(self) -> Report:
        """Break things while a quota fills, let some events come late, and audit the books."""
        scene, oracle = self.scene, Oracle(self.scene)
        with ThreadPoolExecutor(CLIENTS) as clients:
            self._define_quota()
            self._tasks = [clients.submit(self._register, Random(f"{self._seed} {n}")) for n in range(CLIENTS)]
            try:
                self._wait_for(CLIENTS * BETWEEN)
                oracle.look_at_first()
                self._break_things()
            finally:
                self._over.set()
            for task in self._tasks:
                task.result()
        self._cause(late)
        found = oracle.audit()
        return Report(scene.town.name, self._seed, self._faults, scene.ledger, found, self._seconds)

    def _break_things(self) -> None:
        """One fault after another while registrations come in, until all have been and the quota is filled."""
        for kind in [mines, *self._kinds]:
            self._cause(kind)
            self._wait_for(BETWEEN)
        while self.scene.ledger.standing < AMOUNT + CLIENTS:  # whoever is still at it may revoke one more
            self._wait_for(1)
        self._faults |= self._exploded()  # quota has published by now: every milestone was crossed

    def _cause(self, kind: Kind) -> None:
        name, answers = kind.__name__, len(self.scene.ledger.registered)
        print(f"{self.scene.town.name} {self._seed}: {self._seconds:3.0f} s, {answers} answers, {name}")
        kind(self.scene)
        self._faults[name] += 1

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._started

    def _define_quota(self) -> None:
        wanted = {
            "programme": PROGRAMME,
            "unit": "donghu",
            "kind": "goal",
            "comparison": "at_least",
            "amount": AMOUNT,
            "measure": "net_cumulative",
            "period": {"start": "2019-01-01", "end": "2019-12-31", "basis": "operator_set", "label": "2019"},
            "milestones": PERCENTS,
        }
        with closing(Speaker(self.scene.town, "bureau", self.scene.ledger.tries)) as bureau:
            bureau.post("quota", "/v1/quotas", wanted, "rig-quota").raise_for_status()

    def _wait_for(self, answers: int) -> None:
        """Let so many more registrations be answered; a clerk that was refused, or never answered, ends the run."""
        wanted = len(self.scene.ledger.registered) + answers
        while len(self.scene.ledger.registered) < wanted:
            for task in self._tasks:
                if task.done():
                    task.result()
            time.sleep(0.02)

    def _exploded(self) -> Counter[str]:
        """Each mine has killed its process, and the supervisor has started it again."""
        mines = self.scene.mines
        left = eventually(
            lambda: [each for each in mines if (self.scene.town.orders / each).exists()], lambda left: not left
        )
        assert not left, left
        return Counter(f"killed {each.rpartition(' ')[2]} a commit" for each in mines)

    def _register(self, lots: Random) -> None:
        """One clerk, with the two officers who revoke some of what was registered."""
        scene = self.scene
        with ExitStack() as held:
            clerk, *officers = (
                held.enter_context(closing(Speaker(scene.town, name, scene.ledger.tries)))
                for name in ("institution-a-clerk", "bureau", "bureau-2")
            )
            while not self._over.is_set():
                time.sleep(lots.uniform(0, THINKING))
                serial = next(self._serials)
                key = f"rig-{serial}"
                answer = clerk.post(
                    "registry", "/v1/registrations", person(serial, PROGRAMME, fact_date="2019-07-01"), key
                )
                assert answer.status_code == 201, answer.text
                scene.ledger.registered[serial] = answer.json()["id"]
                if lots.random() < REVOKED:
                    self._revoke(officers, answer.json()["id"], key)
                scene.ledger.settled.append(key)

    def _revoke(self, officers: Sequence[Speaker], registration: str, key: str) -> None:
        path, wanted = f"/v1/registrations/{registration}/transitions", {"action": "revoke", "reason": "故障演练"}
        for officer, status in zip(officers, (202, 200), strict=True):
            answer = officer.post("registry", path, wanted, f"{key}-revoke-{status}")
            assert answer.status_code == status, answer.text
        self.scene.ledger.revoked.add(registration)
