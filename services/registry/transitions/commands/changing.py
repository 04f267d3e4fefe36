"""What a granted transition changes (办理结果): the registration, its history, and what awaits a second officer."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlmodel import Session

from services.registry.programmes.rules.terms import service_until
from services.registry.registrations.commands.approvals import is_void, request
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.commands.seats import recognise_itself, want_seats
from services.registry.registrations.commands.terms import reckon_term
from services.registry.registrations.rules import (
    ABOUT_PLACE,
    BEGUN_WITH,
    BEYOND_AMOUNT,
    Place,
    stored_notes,
    without_place_notes,
)
from services.registry.transitions.commands.context import Evaluation
from services.registry.transitions.commands.deciding import Grant, last_day_on_notice
from services.registry.transitions.commands.transfers import transfer
from services.registry.transitions.errors import IN_SERVICE
from services.registry.transitions.rules.requests import exit_reason_of
from services.registry.transitions.rules.revocations import STATUS_AFTER, contested_until
from services.registry.transitions.rules.workflow import LEAVING, TransitionRule
from shared import clock
from shared.contracts.registration import RegistrationState

# What the history has of a transition as it was requested.
KEPT = {
    "reason",
    "decision_no",
    "decision_date",
    "effective_on",
    "impact_assessment_ref",
    "override_reason",
    "received_at",
}


def await_second_officer(one: Evaluation) -> None:
    """Leave it to a second officer, who requests the same (待第二人); another content or state replaces it."""
    waiting, now = one.registration.awaiting, one.seen
    wanted = one.transition.model_dump(mode="json")
    if not waiting or waiting["wanted"] != wanted or is_void(one.registration, now):
        request(one.registration, wanted, one.caller, now)


def carry_out(session: Session, one: Evaluation, grant: Grant) -> None:
    """Change a registration as the transition says, and enter it into its history, as its next version."""
    registration, transition = one.registration, one.transition
    if grant.first_officer:
        registration.awaiting = None
    if registration.state == RegistrationState.DRAFT:
        registration.began_with = one.programme.model_dump(include=BEGUN_WITH)
    state = _state_after(one, grant.rule)
    if effect := _EFFECTS.get(transition.action):
        effect(one)
    registration.state = state
    if transition.action == "submit":
        recognise_itself(registration, one.programme, one.context.limits)
        want_seats(session, [registration])
    _follow_revocation(one)
    reckon_term(registration, one.programme)
    registration.version += 1
    registration.updated_at = clock.now()
    entry = history_entry(
        registration,
        transition.action,
        one.caller,
        second_by=one.caller.actor if grant.first_officer else None,
        exit_reason=registration.exit_reason if transition.action in LEAVING else None,
        moved_to=transition.to,
        **transition.model_dump(include=KEPT),
    )
    entry.by = grant.first_officer or one.caller.actor
    session.add(entry)


def _state_after(one: Evaluation, rule: TransitionRule) -> str:
    """The state the workflow names; but what had ended before stays ended."""
    if rule.action == "overturn_revocation":  # 自始无效的撤销不留痕
        return one.context.states_before[one.registration.id]
    return rule.target


def _submit(one: Evaluation) -> None:
    one.context.writers.setdefault(one.registration.id, set()).add(one.caller.actor)


def _publish(one: Evaluation) -> None:
    last_day = last_day_on_notice(one)
    if isinstance(last_day, date):
        one.registration.notice_first_day, one.registration.notice_last_day = one.transition.effective_on, last_day


def _recognise(one: Evaluation) -> None:
    registration, transition = one.registration, one.transition
    registration.decision_no, registration.decision_date = transition.decision_no, transition.decision_date
    registration.counted_on = one.counting_day
    beyond = isinstance(one.requested.place, Place) and one.requested.place.beyond_amount
    notes = stored_notes(ABOUT_PLACE, [BEYOND_AMOUNT] if beyond else [])
    registration.warnings = without_place_notes(registration.warnings) + notes


def _leave(one: Evaluation) -> None:
    registration, transition = one.registration, one.transition
    registration.ended_on = transition.effective_on
    registration.exit_reason = exit_reason_of(transition.action, transition.exit_reason, transition.reason)
    until = service_until(one.programme.aftercare, registration.counted_on)
    if until and transition.effective_on and transition.effective_on <= until:
        registration.warnings = registration.warnings + stored_notes("service", [IN_SERVICE])


def _readmit(one: Evaluation) -> None:
    one.registration.ended_on = one.registration.exit_reason = None
    _stand_again(one)


def _stand_again(one: Evaluation) -> None:
    one.context.active[one.registration.programme, one.registration.record_ref] = one.registration


def _transfer(one: Evaluation) -> None:
    transfer(one.registration, one.transition)


def _revoke(one: Evaluation) -> None:
    one.context.states_before[one.registration.id] = one.registration.state


_EFFECTS: Mapping[str, Callable[[Evaluation], None]] = {
    "submit": _submit,
    "publish": _publish,
    "recognise": _recognise,
    "exit": _leave,
    "cancel": _leave,
    "readmit": _readmit,
    "transfer": _transfer,
    "revoke": _revoke,
    "overturn_revocation": _stand_again,
}


def _follow_revocation(one: Evaluation) -> None:
    """How a revocation stands afterwards, and until when it can be contested (可复议、可诉讼期限)."""
    registration, transition = one.registration, one.transition
    if transition.action not in STATUS_AFTER:
        return
    registration.revocation_status = STATUS_AFTER[transition.action]
    day = transition.effective_on or transition.decision_date or clock.today()
    if transition.action == "revoke":
        registration.revocation_served_on = day
    registration.contest_until = contested_until(transition.action, day)
