"""What the workflow says over HTTP: the states, and what one role may do in them."""

from typing import Self

from pydantic import BaseModel, Field

from services.registry.registrations.rules import amendable
from services.registry.transitions.errors import STATE_NAMES
from services.registry.transitions.rules.requests import EXIT_REASONS
from services.registry.transitions.rules.workflow import LEAVING, TRANSITION_RULES, TransitionRule
from shared.actions import ACTION_NAMES
from shared.auth import Role


class NamedCode(BaseModel):
    """A code with what people call it."""

    code: str
    zh: str
    en: str


class WorkflowAction(NamedCode):
    """A row of the workflow: from these states, in these workflows, to that one; `needs` has to be stated with it."""

    sources: list[str]
    target: str
    workflows: list[str]
    statuses: list[str] = Field(description="of a revocation, where it is open in some of them only; else empty")
    needs: list[str]
    optional: list[str] = Field(description="what may be stated with it besides")
    second_officer: bool

    @classmethod
    def by_rule(cls, rule: TransitionRule) -> Self:
        """A row as shown."""
        name = ACTION_NAMES[rule.action]
        return cls(
            code=rule.action,
            zh=name.zh,
            en=name.en,
            sources=list(rule.sources),
            target=rule.target,
            workflows=list(rule.workflows),
            statuses=list(rule.statuses),
            needs=list(rule.needs),
            optional=["exit_reason"] if rule.action in LEAVING else [],
            second_officer=rule.second_officer,
        )


class WorkflowRead(BaseModel):
    """Every state, what the caller's role may do in it in the order of the workflow, and the reasons to leave.

    `amendable`: the states in which the caller's role may amend what is registered (可修改).
    """

    states: list[NamedCode]
    actions: list[WorkflowAction]
    exit_reasons: list[NamedCode]
    amendable: list[str]

    @classmethod
    def of(cls, role: Role) -> Self:
        """As one role may use it."""
        return cls(
            states=[NamedCode(code=code, zh=said.zh, en=said.en) for code, said in STATE_NAMES.items()],
            actions=[WorkflowAction.by_rule(rule) for rule in TRANSITION_RULES if role in rule.roles],
            exit_reasons=[NamedCode(code=code, zh=said.zh, en=said.en) for code, said in EXIT_REASONS.items()],
            amendable=list(amendable(role)),
        )
