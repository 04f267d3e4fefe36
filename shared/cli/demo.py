"""Loads the demo year (演示年) through the public interface, as partners and officers would, in few large calls."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import httpx
from rich.progress import Progress

from shared.cli import demo_following
from shared.cli.demo_clients import PartnersClients, Showing
from shared.cli.demo_year import Drawing, Plan, Planned, PlannedInstitution, read_plan

DEMO_PLAN = Path(__file__).parents[2] / "deploy" / "demo" / "2019.toml"

ACTIONS: dict[str, tuple[str, ...]] = {
    "direct": (),
    "review": ("endorse", "pass_district", "pass_city", "recognise"),
    "notice": ("endorse", "pass_district", "pass_city", "propose", "publish", "recognise"),
}
ENDS = {"exit": "exited", "revoke": "revoked", "return": "returned", "reject": "rejected"}
TWO_OFFICERS = frozenset({"publish", "revoke"})
LARGEST_BATCH = 1000
AT_ONCE = 8  # institutions that write at the same time, whose writes share a commit
TIMEOUT = 60.0  # seconds; a batch of a thousand takes longer than one registration
TITLE = "演示年 · demo year"

S = TypeVar("S")
T = TypeVar("T")
Rest = Callable[[], None]  # what is left to do of a month


def nothing() -> None:
    """There is nothing left to do of a month."""


class Loaded(NamedTuple):
    """What came of it: registrations posted, steps taken, and what was refused, by type of problem."""

    registered: int
    moved: int
    refused: Counter[str]


def load_demo_year(
    client_for: Callable[[str], httpx.Client],
    plan_path: Path,
    progress: Progress,
    after_month: Callable[[date], Rest] = lambda month: nothing,
) -> Loaded:
    """Load the year that the plan describes. The clients `bureau` and `bureau-2` are two officers who
    decide; `operator` and `bureau-3` issue and approve the credentials of partners.

    `after_month` is called when a month is loaded, and what it returns when the registrations of the next one are
    posted: meanwhile others have taken in what the month has brought.

    Every call has an Idempotency-Key made from the plan, so that a loading after an interruption goes on where the
    first one stopped; a year that was loaded to its end is left alone. Raises httpx.HTTPStatusError where a call as a
    whole is refused.
    """
    return _Loading(client_for, plan_path, progress, after_month).run()


class Posted(NamedTuple):
    """A registration that the registry has taken."""

    id: str
    planned: Planned


class _Loading:
    """One loading of a plan."""

    def __init__(
        self,
        client_for: Callable[[str], httpx.Client],
        plan_path: Path,
        progress: Progress,
        after_month: Callable[[date], Rest],
    ) -> None:
        self.bureau, self.second = client_for("bureau"), client_for("bureau-2")
        self.partners = PartnersClients(self._call, client_for("operator"), client_for("bureau-3"))
        self.progress, self.after_month = progress, after_month
        self.plan: Plan = read_plan(plan_path)
        self.mark = sha256(plan_path.read_bytes()).hexdigest()[:16]
        self.drawing = Drawing(self.plan)
        self.registrations = self.drawing.registrations()
        self.registered = self.moved = 0
        self.decisions: Counter[int] = Counter()
        self.refused: Counter[str] = Counter()
        self.workflows = {each["code"]: each["workflow"] for each in self._all("/v1/programmes")}
        total = sum(1 + len(ACTIONS[self.workflows[each.programme]]) for each in self.registrations)
        self.task = progress.add_task(TITLE, total=total)
        self.clerks: dict[str, Showing] = {}
        self.reviewers: dict[str, Showing] = {}

    def run(self) -> Loaded:
        """Everything, month by month, as it would have come; nothing when it is there already."""
        if self._is_loaded():
            return Loaded(0, 0, self.refused)
        self._admit_institutions()
        pending: list[Posted] = []
        every: list[Posted] = []
        rest: Rest = nothing
        for month, planned in groupby(self.registrations, attrgetter("month")):
            posted = list(self._post(month, list(planned)))
            rest()
            for action in ACTIONS["notice"]:
                self._transition_all(month, action, [each for each in posted if self._is_planned(action, each.planned)])
            pending += [each for each in posted if each.planned.exception and each.planned.exception.then]
            every += posted
            if month == self.registrations[-1].month:
                self._follow(every)
            self._exceptions(month, [each for each in pending if self._turns_in(each.planned) == month])
            rest = self.after_month(month)
        rest()
        self.progress.update(self.task, completed=self.progress.tasks[self.task].total)
        return Loaded(self.registered, self.moved, self.refused)

    def _is_loaded(self) -> bool:
        """Whether the very last act of the plan was done; keys are kept for days only, so they alone cannot tell."""
        leaving = [(each, each.exception) for each in self.registrations if each.exception and each.exception.then]
        if not leaving:
            return False
        last, exception = max(leaving, key=lambda pair: (self._turns_in(pair[0]), pair[1].then, pair[1].reason))
        found = self.bureau.get("/v1/registrations", params={"q": last.body["external_ref"]}, timeout=TIMEOUT)
        states = {each["state"] for each in found.raise_for_status().json()["items"]}
        return ENDS[exception.then or ""] in states

    def _admit_institutions(self) -> None:
        """The partners and, for each, a client that writes and one that endorses."""
        known = {each["uscc"]: each["id"] for each in self._all("/v1/institutions")}

        def admit(each: PlannedInstitution) -> None:
            code = self.drawing.codes[each.code]
            body = {"name": each.name, "uscc": code, "reporting_unit": each.unit}
            found = known.get(code) or self._call("/v1/institutions", body, f"admit-{each.code}")["id"]
            self.clerks[each.code] = self.partners.token_of(found, "institution_clerk", "经办")
            self.reviewers[each.code] = self.partners.token_of(found, "institution_reviewer", "审核")

        for _ in _at_once(admit, self.plan.institutions):
            pass

    def _post(self, month: date, planned: Sequence[Planned]) -> Iterator[Posted]:
        """A month's registrations, each institution's in batches of its own."""

        def post(of: tuple[str, list[Planned]]) -> list[dict[str, Any]]:
            code, batch = of
            body = {"items": [each.body for each in batch]}
            answer = self._call("/v1/registrations/batch", body, f"post-{month:%Y%m}", auth=self.clerks[code])
            return list(answer["items"])

        batches = list(_batches(planned, attrgetter("institution")))
        for (_, batch), items in zip(batches, _at_once(post, batches), strict=True):
            for each, item in zip(batch, items, strict=True):
                if self._went_well(item):
                    self.registered += 1
                    yield Posted(item["registration"]["id"], each)

    def _is_planned(self, action: str, planned: Planned) -> bool:
        """Whether the registration's workflow has the step, and the plan lets it come so far."""
        actions = ACTIONS[self.workflows[planned.programme]]
        before = planned.exception.before if planned.exception else None
        return action in actions[: actions.index(before) if before else None]

    def _transition_all(self, month: date, action: str, due: Sequence[Posted]) -> None:
        """One step of the workflows for all of a month that take it."""
        if action == "endorse":
            self._endorse(due)
            return
        decided = action == "recognise"
        for _, batch in _batches(due, attrgetter("planned.programme") if decided else lambda each: ""):
            more = self._publication(month) if action == "publish" else {}
            more = self._decision(month) if decided else more
            self._move(batch, {"action": action} | more)
            if action in TWO_OFFICERS:
                self._move(batch, {"action": action} | more, client=self.second)

    def _endorse(self, due: Sequence[Posted]) -> None:
        """Each institution's own, by its reviewer."""

        def endorse(of: tuple[str, list[Posted]]) -> list[dict[str, Any]]:
            code, batch = of
            return self._outcomes(batch, {"action": "endorse"}, auth=self.reviewers[code])

        for items in _at_once(endorse, list(_batches(due, attrgetter("planned.institution")))):
            self.moved += sum(map(self._went_well, items))

    def _exceptions(self, month: date, due: Sequence[Posted]) -> None:
        """What is returned, leaves or is revoked at the end of a month; a revocation takes two officers."""
        for (action, reason), batch in _batches(due, attrgetter("planned.exception.then", "planned.exception.reason")):
            wanted = {"action": action, "reason": reason}
            if action == "exit":
                wanted["effective_on"] = self._day(month, self.plan.decided_on_day)
            if action in TWO_OFFICERS:
                wanted |= self._decision(month)
            self._move(batch, wanted)
            if action in TWO_OFFICERS:
                self._move(batch, wanted, client=self.second)

    def _follow(self, registered: Sequence[Posted]) -> None:
        """What follows recognitions, and who is placed at bases; before the last act, so that it is not forgotten."""
        for path, bodies in (
            ("/v1/registrations/facts", demo_following.facts(self.drawing, registered)),
            ("/v1/placements/batch", demo_following.placements(self.drawing, registered)),
        ):
            items = list(bodies)
            if items:
                found = self._call(path, {"items": items}, "follow")["items"]
                self.refused.update(each["problem"]["type"] for each in found if each["problem"])

    def _turns_in(self, planned: Planned) -> date:
        exception = planned.exception
        return planned.month.replace(month=(exception and exception.in_month) or planned.month.month)

    def _day(self, month: date, day: int) -> str:
        return month.replace(day=day).isoformat()

    def _publication(self, month: date) -> dict[str, str]:
        first_day = self._day(month, self.plan.published_on_day)
        return {"effective_on": first_day, "impact_assessment_ref": self.plan.impact_assessment_ref}

    def _decision(self, month: date) -> dict[str, str]:
        self.decisions[month.year] += 1
        number = self.plan.decision_no.format(year=month.year, n=self.decisions[month.year])
        return {"decision_no": number, "decision_date": self._day(month, self.plan.decided_on_day)}

    def _move(self, batch: Sequence[Posted], wanted: dict[str, Any], client: httpx.Client | None = None) -> None:
        self.moved += sum(map(self._went_well, self._outcomes(batch, wanted, client)))

    def _outcomes(
        self, batch: Sequence[Posted], wanted: dict[str, Any], client: httpx.Client | None = None, auth: Any = None
    ) -> list[dict[str, Any]]:
        body = wanted | {"ids": [each.id for each in batch]}
        return list(self._call("/v1/registrations/transitions", body, "move", client, auth)["items"])

    def _went_well(self, item: dict[str, Any]) -> bool:
        self.progress.advance(self.task)
        if item["status"] < 400:
            return True
        self.refused[item["problem"]["type"]] += 1
        return False

    def _call(
        self, path: str, body: dict[str, Any], action: str, client: httpx.Client | None = None, auth: Any = None
    ) -> dict[str, Any]:
        """One call under a key that is the same whenever the plan asks the same thing."""
        query = sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
        headers = {"Idempotency-Key": f"demo-{self.mark}-{action}-{query}"}
        chosen = client or self.bureau
        auth = auth or httpx.USE_CLIENT_DEFAULT
        answer = chosen.post(path, json=body, headers=headers, auth=auth, timeout=TIMEOUT)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def _all(self, path: str) -> Iterator[dict[str, Any]]:
        """Every item of a list, page after page."""
        query: dict[str, str | int] = {"limit": 200}
        while True:
            page = self.bureau.get(path, params=query, timeout=TIMEOUT).raise_for_status().json()
            yield from page["items"]
            if not page.get("next"):
                return
            query["cursor"] = page["next"]


def _at_once(ask: Callable[[S], T], items: Sequence[S]) -> Iterator[T]:
    """Ask for several at the same time; the answers in the order of the items."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(ask, items)


def _batches(items: Iterable[T], of: Callable[[T], Any]) -> Iterator[tuple[Any, list[T]]]:
    """Items of one kind together, a thousand at most."""
    for kind, group in groupby(sorted(items, key=of), key=of):
        alike = list(group)
        for start in range(0, len(alike), LARGEST_BATCH):
            yield kind, alike[start : start + LARGEST_BATCH]
