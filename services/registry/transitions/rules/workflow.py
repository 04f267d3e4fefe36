"""The workflows (办理流程) as a table: which transition leads from which state where, who may, and what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from shared.auth import Role
from shared.contracts.registration import IN_REVIEW, IN_STOCK, STANDING
from shared.contracts.registration import RegistrationState as State

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

WRITING = frozenset[Action]({"submit", "withdraw"})  # whoever wrote it does these; all others decide on it
LEAVING: tuple[Action, ...] = ("exit", "cancel")
RETURNING = frozenset[Action]({"readmit", "overturn_revocation"})
# From here on it counts, so that it needs a place.
RECOGNISING = RETURNING | {"recognise"}

CLERK = Role.INSTITUTION_CLERK
REVIEWER = Role.INSTITUTION_REVIEWER
DISTRICT = Role.DISTRICT_OFFICER
BUREAU = Role.BUREAU_OFFICER


@dataclass(frozen=True)
class TransitionRule:
    """A row of the table: the action leads from these states to that one, for these roles, with these fields.

    `second_officer`: another officer has to request the same (双人复核). `statuses`: of a revocation, where it is open
    in some of them only.
    """

    action: Action
    sources: tuple[str, ...]
    target: str
    roles: tuple[Role, ...]
    needs: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ("direct", "review", "notice")
    second_officer: bool = False
    statuses: tuple[str, ...] = ()

    def is_open(self, state: str, workflow: str, status: str | None) -> bool:
        """Whether it leads on from here."""
        return state in self.sources and workflow in self.workflows and (not self.statuses or status in self.statuses)


_REVIEWED = ("review", "notice")
_NOTICED = ("notice",)
_EXPLAINED = ("reason",)
_DATED = ("reason", "effective_on")
_DECIDED = ("decision_no", "decision_date")

TRANSITION_RULES: tuple[TransitionRule, ...] = (
    TransitionRule("submit", (State.DRAFT, State.RETURNED), State.SUBMITTED, (CLERK, BUREAU)),
    TransitionRule("endorse", (State.SUBMITTED,), State.ENDORSED, (REVIEWER, BUREAU), workflows=_REVIEWED),
    TransitionRule("pass_district", (State.ENDORSED,), State.DISTRICT_PASSED, (DISTRICT, BUREAU), workflows=_REVIEWED),
    TransitionRule("pass_city", (State.DISTRICT_PASSED,), State.CITY_PASSED, (BUREAU,), workflows=_REVIEWED),
    TransitionRule("propose", (State.CITY_PASSED,), State.PROPOSED, (BUREAU,), workflows=_NOTICED),
    TransitionRule("publish", (State.PROPOSED,), State.ON_NOTICE, (BUREAU,), ("effective_on", "impact_assessment_ref"),
         _NOTICED, second_officer=True),
    TransitionRule("object", (State.ON_NOTICE,), State.OBJECTED, (BUREAU,), _EXPLAINED, _NOTICED),
    TransitionRule("dismiss_objection", (State.OBJECTED,), State.ON_NOTICE, (BUREAU,), _EXPLAINED, _NOTICED),
    TransitionRule("uphold_objection", (State.OBJECTED,), State.REJECTED, (BUREAU,), _EXPLAINED, _NOTICED),
    TransitionRule("recognise", (State.SUBMITTED,), State.RECOGNISED, (BUREAU,), _EXPLAINED, ("direct",)),
    TransitionRule("recognise", (State.CITY_PASSED,), State.RECOGNISED, (BUREAU,), _DECIDED, ("review",)),
    TransitionRule("recognise", (State.ON_NOTICE,), State.RECOGNISED, (BUREAU,), _DECIDED, _NOTICED),
    TransitionRule("return", IN_REVIEW, State.RETURNED, (REVIEWER, DISTRICT, BUREAU), _EXPLAINED),
    TransitionRule("not_accept", (State.SUBMITTED, State.ENDORSED), State.NOT_ACCEPTED, (DISTRICT, BUREAU), _EXPLAINED),
    TransitionRule("reject", (*IN_REVIEW, State.PROPOSED, State.ON_NOTICE), State.REJECTED, (BUREAU,), _EXPLAINED),
    TransitionRule("withdraw", (State.DRAFT, State.RETURNED, *IN_REVIEW), State.WITHDRAWN, (CLERK, BUREAU)),
    TransitionRule("suspend", (State.RECOGNISED,), State.SUSPENDED, (BUREAU,), _EXPLAINED),
    TransitionRule("resume", (State.SUSPENDED,), State.RECOGNISED, (BUREAU,)),
    TransitionRule("exit", IN_STOCK, State.EXITED, (BUREAU,), _DATED),
    TransitionRule("readmit", (State.EXITED,), State.RECOGNISED, (BUREAU,), _DATED),
    TransitionRule("cancel", IN_STOCK, State.CANCELLED, (BUREAU,), _DATED),
    TransitionRule("revoke", STANDING, State.REVOKED, (BUREAU,), _EXPLAINED, second_officer=True),
    TransitionRule("request_review", (State.REVOKED,), State.REVOKED, (BUREAU,), _DATED, statuses=("decided",)),
    TransitionRule("file_suit", (State.REVOKED,), State.REVOKED, (BUREAU,), _DATED, statuses=("decided",)),
    TransitionRule("uphold_revocation", (State.REVOKED,), State.REVOKED, (BUREAU,), _DATED, statuses=("under_review",)),
    TransitionRule("overturn_revocation", (State.REVOKED,), State.RECOGNISED, (BUREAU,), _EXPLAINED),
    TransitionRule("transfer", (State.RECOGNISED,), State.RECOGNISED, (BUREAU,), ("to", *_DATED)),
    TransitionRule("transfer", (State.SUSPENDED,), State.SUSPENDED, (BUREAU,), ("to", *_DATED)),
)  # fmt: skip


BY_TWO_OFFICERS = frozenset(rule.action for rule in TRANSITION_RULES if rule.second_officer)


def rule_for(action: str, state: str, workflow: str, status: str | None = None) -> TransitionRule | None:
    """The row of an action in a state, and a revocation's status; None where the workflow has no such transition."""
    return next(
        (rule for rule in TRANSITION_RULES if rule.action == action and rule.is_open(state, workflow, status)), None
    )


def open_actions(state: str, workflow: str, role: str, status: str | None = None) -> list[Action]:
    """What this role may do next, in the order of the workflow."""
    return [rule.action for rule in TRANSITION_RULES if rule.is_open(state, workflow, status) and role in rule.roles]


def may_ever(action: str, role: str) -> bool:
    """Whether a role may request this action at all."""
    return any(rule.action == action and role in rule.roles for rule in TRANSITION_RULES)


def needs_second_officer(rule: TransitionRule, *, override: bool) -> bool:
    """Whether a second officer has to request the same: of some actions always, and of an override (突破名额)."""
    return rule.second_officer or override


def confirms(content: Mapping[str, Any], by: str, first_content: Mapping[str, Any], first_by: str) -> bool:
    """Whether this officer requests the same as another one did before (双人复核).

    What is not stated makes no difference: the first request may have been kept before a field of today was known.
    """
    stated, first = (
        {name: value for name, value in each.items() if value is not None} for each in (content, first_content)
    )
    return stated == first and by != first_by
