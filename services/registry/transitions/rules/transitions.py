"""The workflows (办理流程) as a table: which act leads from which state to which, who may do it, and what it needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, get_args

from services.registry.transitions.rules.revocations import STATUS_AFTER
from services.registry.written import NOT_YET, written_day
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
    "readmit",
    "cancel",
    "revoke",
    "request_review",
    "file_suit",
    "uphold_revocation",
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
    """One act: from these states to that one, by these roles, with these fields; `two` asks for a second officer.

    `statuses`: of a revocation, where it is open in some of them only.
    """

    action: Action
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    needs: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ("direct", "review", "notice")
    two: bool = False
    statuses: tuple[str, ...] = ()

    def is_open(self, state: str, workflow: str, status: str | None) -> bool:
        """Whether it leads on from here."""
        return state in self.sources and workflow in self.workflows and (not self.statuses or status in self.statuses)


MOVES: tuple[Move, ...] = (
    Move("submit", ("draft", "returned"), "submitted", (CLERK, BUREAU)),
    Move("endorse", ("submitted",), "endorsed", (REVIEWER, BUREAU), workflows=("review", "notice")),
    Move("pass_district", ("endorsed",), "district_passed", (DISTRICT, BUREAU), workflows=("review", "notice")),
    Move("pass_city", ("district_passed",), "city_passed", (BUREAU,), workflows=("review", "notice")),
    Move("propose", ("city_passed",), "proposed", (BUREAU,), workflows=("notice",)),
    Move("publish", ("proposed",), "on_notice", (BUREAU,), ("effective_on", "impact_assessment_ref"), ("notice",),
         two=True),
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
    Move("readmit", ("exited",), "recognised", (BUREAU,), ("reason", "effective_on")),
    Move("cancel", ("recognised", "suspended"), "cancelled", (BUREAU,), ("reason", "effective_on")),
    Move("revoke", ("recognised", "suspended", "exited", "cancelled", "expired"), "revoked", (BUREAU,), ("reason",),
         two=True),
    Move("request_review", ("revoked",), "revoked", (BUREAU,), ("reason", "effective_on"), statuses=("decided",)),
    Move("file_suit", ("revoked",), "revoked", (BUREAU,), ("reason", "effective_on"), statuses=("decided",)),
    Move("uphold_revocation", ("revoked",), "revoked", (BUREAU,), ("reason", "effective_on"),
         statuses=("under_review",)),
    Move("overturn_revocation", ("revoked",), "recognised", (BUREAU,), ("reason",)),
    Move("transfer", ("recognised",), "recognised", (BUREAU,), ("to", "reason", "effective_on")),
    Move("transfer", ("suspended",), "suspended", (BUREAU,), ("to", "reason", "effective_on")),
)  # fmt: skip


RETURNING = frozenset({"readmit", "overturn_revocation"})
# From here on it counts, so that it needs a place.
RECOGNISING = RETURNING | {"recognise"}

EXIT_REASONS: Mapping[str, Said] = {
    "left_city": Said("离昌", "left the city"),
    "left_employer": Said("离职", "left the employer"),
    "retired": Said("退休", "retired"),
    "died": Said("死亡", "died"),
    "unit_closed": Said("单位撤销", "the unit was closed"),
    "base_withdrew": Said("基地退出", "the base withdrew"),
    "not_retained": Said("考核不合格", "failed the assessment"),
    "other": Said("其他", "other"),
}
ExitReason = Literal[
    "left_city", "left_employer", "retired", "died", "unit_closed", "base_withdrew", "not_retained", "other"
]
LEAVING = ("exit", "cancel")


def takes_two(move: Move, *, override: bool) -> bool:
    """Whether a second officer is needed: for some acts always, and for an override (突破名额)."""
    return move.two or override


def counts_from(
    action: str, counting_date: str, fact_date: date, decision_date: date | None, counted_on: date | None
) -> date:
    """The day a recognition counts from: the fact's or the decision's; restored, the day it counted from before."""
    if action in RETURNING and counted_on:
        return counted_on
    return fact_date if counting_date == "fact" or decision_date is None else decision_date


def move_of(action: str, state: str, workflow: str, status: str | None = None) -> Move | None:
    """The move an act makes from a state, and a revocation's status; None where the workflow has no such move."""
    return next((m for m in MOVES if m.action == action and m.is_open(state, workflow, status)), None)


def open_moves(state: str, workflow: str, role: str, status: str | None = None) -> list[str]:
    """What this role may do next, in the order of the workflow."""
    return [m.action for m in MOVES if m.is_open(state, workflow, status) and role in m.roles]


def exit_reason_of(action: str, chosen: str | None, reason: str | None) -> str | None:
    """Why it left, by the list: as chosen, or what the stated reason says in the very words of the list."""
    if action not in LEAVING or chosen:
        return chosen
    return next((code for code, said in EXIT_REASONS.items() if reason and reason.strip() in (said.zh, said.en)), None)


def misplaced(action: str, override_reason: str | None, exit_reason: str | None) -> list[Fault]:
    """What is given where it says nothing: an override (突破名额) of no recognition, a reason to leave of who stays."""
    faults = []
    if override_reason is not None and action not in RECOGNISING:
        said = Said("只有认定可以突破名额", "only a recognition can go beyond the places of a cap")
        faults.append(Fault("/override_reason", "not_for_this_action", said))
    if exit_reason is not None and action not in LEAVING:
        said = Said("只有退出、注销才填写退出原因", "only what leaves has a reason to leave")
        faults.append(Fault("/exit_reason", "not_for_this_action", said))
    return faults


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


class Dates(NamedTuple):
    """The days an act names, and those of the registration that it must fit."""

    decision: date | None
    effective: date | None
    counted_on: date | None = None
    ended_on: date | None = None
    notice_last_day: date | None = None
    last_act: date | None = None


def date_faults(action: str, today: date, dates: Dates) -> list[Fault]:
    """Days that cannot be: in the future, before what they must follow, while the notice runs or when it is over."""
    faults = []
    if dates.decision and dates.decision > today:
        faults.append(Fault("/decision_date", "in_future", Said("决定日期不能晚于今天", "cannot lie after today")))
    if action == "recognise" and dates.decision and dates.notice_last_day and dates.decision <= dates.notice_last_day:
        day = dates.notice_last_day
        said = Said(
            f"公示至{written_day(day)}届满，决定日期须在其后",
            f"The public notice runs to the end of {day}; decide after that",
        )
        faults.append(Fault("/decision_date", "notice_running", said))
    if dates.effective and action in (*LEAVING, "readmit", "object", *STATUS_AFTER) and dates.effective > today:
        faults.append(NOT_YET)
    faults += _too_early(action, dates)
    if action == "object":
        faults += _objection_faults(today, dates)
    return faults


def _too_early(action: str, dates: Dates) -> list[Fault]:
    """Days before what they must follow: an end or a revocation before it counted, a return before the exit."""
    if action in (*LEAVING, "revoke"):
        first, code = dates.counted_on, "before_counting"
        said = Said("不能早于认定计数日期", "cannot lie before the day it was counted on")
    elif action == "readmit":
        first, code = dates.ended_on, "before_exit"
        said = Said("返回日期不能早于退出日期", "cannot lie before the day it left")
    else:
        return []
    named = {"/effective_on": dates.effective, "/decision_date": dates.decision if action == "revoke" else None}
    return [Fault(pointer, code, said) for pointer, day in named.items() if first and day and day < first]


def _objection_faults(today: date, dates: Dates) -> list[Fault]:
    """An objection (异议) comes while the notice runs, to the end of its last day.

    Without a day it came today; of a notice that was entered when it was over (补录), the clock says nothing.
    """
    over = dates.notice_last_day
    late_entry = over is None or (dates.last_act or today) > over
    received = dates.effective or (None if late_entry else today)
    if over is None or received is None or received <= over:
        return []
    said = Said(
        f"公示已于{written_day(over)}届满；期内收到的异议请填写收到日期",
        f"the notice ended with {over}; of an objection that came in time, state the day it came",
    )
    return [Fault("/effective_on", "notice_over", said)]
