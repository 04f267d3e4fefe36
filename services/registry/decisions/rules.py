"""The workflows (办理流程) as a table: which act leads from which state to which, who may do it, and what it needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from shared.problems import Fault, Said

Action = Literal[
    "submit",
    "endorse",
    "pass_district",
    "pass_city",
    "propose",
    "publish",
    "object",
    "dismiss_objection",
    "uphold_objection",
    "recognise",
    "return",
    "not_accept",
    "reject",
    "withdraw",
    "suspend",
    "resume",
    "exit",
    "cancel",
    "revoke",
    "overturn_revocation",
    "transfer",
]
ACTIONS: tuple[Action, ...] = get_args(Action)

CLERK = "institution_clerk"
REVIEWER = "institution_reviewer"
DISTRICT = "district_officer"
BUREAU = "bureau_officer"

PASSED_ON = ("submitted", "endorsed", "district_passed", "city_passed")


@dataclass(frozen=True)
class Move:
    """One act: from these states to that one, by these roles, with these fields; `two` asks for a second officer."""

    action: Action
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    needs: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ("direct", "review", "notice")
    two: bool = False


MOVES: tuple[Move, ...] = (
    Move("submit", ("draft", "returned"), "submitted", (CLERK, BUREAU)),
    Move("endorse", ("submitted",), "endorsed", (REVIEWER, BUREAU), workflows=("review", "notice")),
    Move("pass_district", ("endorsed",), "district_passed", (DISTRICT, BUREAU), workflows=("review", "notice")),
    Move("pass_city", ("district_passed",), "city_passed", (BUREAU,), workflows=("review", "notice")),
    Move("propose", ("city_passed",), "proposed", (BUREAU,), workflows=("notice",)),
    Move("publish", ("proposed",), "on_notice", (BUREAU,), ("effective_on",), workflows=("notice",)),
    Move("object", ("on_notice",), "objected", (BUREAU,), ("reason",), workflows=("notice",)),
    Move("dismiss_objection", ("objected",), "on_notice", (BUREAU,), ("reason",), workflows=("notice",)),
    Move("uphold_objection", ("objected",), "rejected", (BUREAU,), ("reason",), workflows=("notice",)),
    Move("recognise", ("submitted",), "recognised", (BUREAU,), ("reason",), workflows=("direct",)),
    Move("recognise", ("city_passed",), "recognised", (BUREAU,), ("decision_no", "decision_date"), ("review",)),
    Move("recognise", ("on_notice",), "recognised", (BUREAU,), ("decision_no", "decision_date"), ("notice",)),
    Move("return", PASSED_ON, "returned", (REVIEWER, DISTRICT, BUREAU), ("reason",)),
    Move("not_accept", ("submitted", "endorsed"), "not_accepted", (DISTRICT, BUREAU), ("reason",)),
    Move("reject", (*PASSED_ON, "proposed", "on_notice"), "rejected", (BUREAU,), ("reason",)),
    Move("withdraw", ("draft", "returned", *PASSED_ON), "withdrawn", (CLERK, BUREAU)),
    Move("suspend", ("recognised",), "suspended", (BUREAU,), ("reason",)),
    Move("resume", ("suspended",), "recognised", (BUREAU,)),
    Move("exit", ("recognised", "suspended"), "exited", (BUREAU,), ("reason", "effective_on")),
    Move("cancel", ("recognised", "suspended"), "cancelled", (BUREAU,), ("reason", "effective_on")),
    Move("revoke", ("recognised", "suspended", "exited", "cancelled", "expired"), "revoked", (BUREAU,), ("reason",),
         two=True),
    Move("overturn_revocation", ("revoked",), "recognised", (BUREAU,), ("reason",)),
    Move("transfer", ("recognised",), "recognised", (BUREAU,), ("to", "reason", "effective_on")),
    Move("transfer", ("suspended",), "suspended", (BUREAU,), ("to", "reason", "effective_on")),
)  # fmt: skip


RECOGNISING = frozenset({"recognise", "overturn_revocation"})  # from here on it counts, so that it needs a place


def takes_two(move: Move, *, override: bool) -> bool:
    """Whether a second officer is needed: for some acts always, and for an override (突破名额)."""
    return move.two or override


def counts_from(
    action: str, counting_date: str, fact_date: date, decision_date: date | None, counted_on: date | None
) -> date:
    """The day a recognition counts from: the fact's or the decision's; restored, the day it counted from before."""
    if action == "overturn_revocation" and counted_on:
        return counted_on
    return fact_date if counting_date == "fact" or decision_date is None else decision_date


def move_of(action: str, state: str, workflow: str) -> Move | None:
    """The move an act makes from a state; None where the workflow has no such move."""
    return next((m for m in MOVES if m.action == action and state in m.sources and workflow in m.workflows), None)


def open_moves(state: str, workflow: str, role: str) -> list[str]:
    """What this role may do next, in the order of the workflow."""
    return [m.action for m in MOVES if state in m.sources and workflow in m.workflows and role in m.roles]


def override_faults(action: str, override_reason: str | None) -> list[Fault]:
    """A reason to override (突破名额) is given where somebody is recognised, and nowhere else."""
    if override_reason is None or action in RECOGNISING:
        return []
    said = Said("只有认定可以突破名额", "only a recognition can go beyond the places of a cap")
    return [Fault("/override_reason", "not_for_this_action", said)]


def may_ever(action: str, role: str) -> bool:
    """Whether a role may do this act at all."""
    return any(m.action == action and role in m.roles for m in MOVES)


def missing(needs: Iterable[str], given: dict[str, object]) -> list[Fault]:
    """The fields an act needs and did not get."""
    return [
        Fault(f"/{name}", "needed", Said("办理此事必须填写", "is needed for this action"))
        for name in needs
        if given.get(name) in (None, "")
    ]


def date_faults(
    action: str,
    today: date,
    *,
    decision_date: date | None,
    effective_on: date | None,
    counted_on: date | None,
    notice_last_day: date | None,
) -> list[Fault]:
    """Dates that cannot be: decisions and exits in the future, exits before the count, decisions during the notice."""
    faults = []
    if decision_date and decision_date > today:
        faults.append(Fault("/decision_date", "in_future", Said("决定日期不能晚于今天", "cannot lie after today")))
    if action == "recognise" and decision_date and notice_last_day and decision_date <= notice_last_day:
        faults.append(
            Fault(
                "/decision_date",
                "notice_running",
                Said(
                    f"公示至 {notice_last_day} 届满，决定日期须在其后",
                    f"The public notice runs to the end of {notice_last_day}; decide after that",
                ),
            )
        )
    if action in ("exit", "cancel") and effective_on:
        if effective_on > today:
            faults.append(Fault("/effective_on", "in_future", Said("生效日期不能晚于今天", "cannot lie after today")))
        if counted_on and effective_on < counted_on:
            faults.append(
                Fault(
                    "/effective_on",
                    "before_counting",
                    Said("生效日期不能早于认定计数日期", "cannot lie before the day it was counted on"),
                )
            )
    return faults
