"""What a request for a transition has to state, and what it may not (办理要件). Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from services.registry.transitions.rules.dates import TransitionDates, date_faults
from services.registry.transitions.rules.workflow import LEAVING, RECOGNISING, TransitionRule
from shared.problems import Fault, Said

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


def request_faults(rule: TransitionRule, stated: Mapping[str, Any], dates: TransitionDates, today: date) -> list[Fault]:
    """What is wrong with a request as it is made: fields that are missing or say nothing, days that cannot be."""
    faults = _missing(rule.needs, stated)
    faults += _misplaced(rule.action, stated["override_reason"], stated["exit_reason"])
    if stated["received_at"] is not None and rule.action != "object":
        said = Said("只有异议才填写收到时间", "only an objection has the moment it came")
        faults.append(Fault("/received_at", "not_for_this_action", said))
    return faults + date_faults(rule.action, today, dates)


def exit_reason_of(action: str, chosen: str | None, reason: str | None) -> str | None:
    """Why it left, by the list: as chosen, or what the stated reason says in the very words of the list."""
    if action not in LEAVING or chosen:
        return chosen
    return next((code for code, said in EXIT_REASONS.items() if reason and reason.strip() in (said.zh, said.en)), None)


def _missing(needs: Iterable[str], stated: Mapping[str, Any]) -> list[Fault]:
    return [
        Fault(f"/{name}", "needed", Said("办理此事必须填写", "is needed for this action"))
        for name in needs
        if stated.get(name) in (None, "")
    ]


def _misplaced(action: str, override_reason: str | None, exit_reason: str | None) -> list[Fault]:
    """What is given where it says nothing: an override (突破名额) of no recognition, a reason to leave of who stays."""
    faults = []
    if override_reason is not None and action not in RECOGNISING:
        said = Said("只有认定可以突破名额", "only a recognition can go beyond the places of a cap")
        faults.append(Fault("/override_reason", "not_for_this_action", said))
    if exit_reason is not None and action not in LEAVING:
        said = Said("只有退出、注销才填写退出原因", "only what leaves has a reason to leave")
        faults.append(Fault("/exit_reason", "not_for_this_action", said))
    return faults
