"""Whether a requested transition is granted (办理条件); nothing is changed here."""

from datetime import date
from typing import NamedTuple

from services.registry.accounts.errors import HadAHand
from services.registry.institutions.errors import InstitutionBarred
from services.registry.programmes.rules.calendar import last_notice_day
from services.registry.registrations.commands.approvals import is_void
from services.registry.registrations.commands.standing import already
from services.registry.registrations.rules import INACTIVE, place_refusal
from services.registry.subjects.errors import SubjectRestricted
from services.registry.transitions.commands.context import Evaluation
from services.registry.transitions.commands.transfers import transfer_faults
from services.registry.transitions.errors import FourEyes, TransitionNotAllowed
from services.registry.transitions.rules.requests import request_faults
from services.registry.transitions.rules.revocations import too_late
from services.registry.transitions.rules.workflow import (
    RECOGNISING,
    WRITING,
    TransitionRule,
    confirms,
    may_ever,
    needs_second_officer,
    open_actions,
    rule_for,
)
from shared import clock
from shared.contracts.registration import ENDED
from shared.problems import Fault, Forbidden, InvalidBody, Refusal
from shared.two_officers import OneOfficer


class Grant(NamedTuple):
    """A transition that is granted, by a row of the workflow's table.

    `awaiting`: not before a second officer requests the same. `first_officer`: who requested it before, where two did.
    """

    rule: TransitionRule
    awaiting: bool = False
    first_officer: str | None = None


def decide(one: Evaluation) -> Grant | Refusal:
    """Whether a transition is granted, at once or with a second officer.

    Refused with Forbidden, TransitionNotAllowed, SubjectRestricted, FourEyes, HadAHand, InstitutionBarred, InvalidBody,
    AlreadyRegistered, OneOfficer; and where it needs a place that it has not got, with PlacesUnknown, PlaceLapsed or
    QuotaFull.
    """
    rule = _rule(one)
    if isinstance(rule, Refusal):
        return rule
    if refusal := _refused_to_caller(one) or _refused_as_stated(one, rule) or _refused_beside_another(one):
        return refusal
    first_officer = None
    if needs_second_officer(rule, override=one.transition.override_reason is not None):
        confirmed_by = _confirmed_by(one)
        if isinstance(confirmed_by, Refusal):
            return confirmed_by
        first_officer = confirmed_by
        if first_officer is None:
            return Grant(rule, awaiting=True)
    return _refused_without_place(one, by_two=first_officer is not None) or Grant(rule, first_officer=first_officer)


def last_day_on_notice(one: Evaluation) -> date | Fault | None:
    """Until when the publication that is requested would run (公示截止日); None for another transition."""
    first_day = one.transition.effective_on
    if one.transition.action != "publish" or first_day is None:
        return None
    return last_notice_day(one.context.years, first_day, one.programme.notice_working_days or 0)


def _rule(one: Evaluation) -> TransitionRule | Refusal:
    action, role, registration = one.transition.action, one.caller.role, one.registration
    if not may_ever(action, role):
        return Forbidden()
    state, workflow, status = registration.state, one.programme.workflow, registration.revocation_status
    rule = rule_for(action, state, workflow, status)
    if rule is None or role not in rule.roles:
        return TransitionNotAllowed(state, open_actions(state, workflow, role, status))
    return rule


def _refused_to_caller(one: Evaluation) -> Refusal | None:
    action, registration = one.transition.action, one.registration
    if registration.restricted:
        return SubjectRestricted()
    if action == "endorse" and one.caller.actor in one.context.writers.get(registration.id, ()):
        return FourEyes()
    if action not in WRITING and _wrote_with_hand(one):
        return HadAHand()
    if action == "submit" and (until := one.context.barred.get(registration.institution_id)):
        return InstitutionBarred(until)
    return None


def _wrote_with_hand(one: Evaluation) -> bool:
    """Whether it was written with a credential in which this caller had a hand (经手凭据)."""
    had = one.context.hands.get(one.caller.actor, ())
    return not one.context.writers.get(one.registration.id, set()).isdisjoint(had)


def _refused_as_stated(one: Evaluation, rule: TransitionRule) -> Refusal | None:
    transition, registration = one.transition, one.registration
    faults = request_faults(rule, transition.model_dump(), transition.dates_with(registration), clock.today())
    faults += transfer_faults(transition, registration, one.context.destinations)
    if transition.effective_on:
        served_on, until = registration.revocation_served_on, registration.contest_until
        faults += too_late(rule.action, transition.effective_on, served_on, until, one.context.years)
    if isinstance(last_day := last_day_on_notice(one), Fault):
        faults.append(last_day)
    return InvalidBody(*faults) if faults else None


def _refused_beside_another(one: Evaluation) -> Refusal | None:
    """Who comes back or is submitted is not active beside another registration of the same subject there."""
    if refusal := one.context.not_admitted.get(one.registration.id):
        return refusal
    if not _becomes_active(one):
        return None
    standing = one.context.active.get((one.registration.programme, one.registration.record_ref))
    return already(standing, one.caller) if standing and standing.state not in INACTIVE else None


def _becomes_active(one: Evaluation) -> bool:
    if one.transition.action == "overturn_revocation":
        return one.context.states_before[one.registration.id] not in ENDED
    return one.transition.action == "readmit"


def _confirmed_by(one: Evaluation) -> str | Refusal | None:
    """The officer who requested the same before this one did, of the registration as it stands now."""
    first = one.registration.awaiting
    if not first or is_void(one.registration, one.seen):
        return None
    content = one.transition.model_dump(mode="json")
    if not confirms(content, one.caller.actor, first["wanted"], first["by"]):
        return None
    return OneOfficer() if first["by"] in one.context.one_officer.get(one.caller.actor, ()) else str(first["by"])


def _refused_without_place(one: Evaluation, *, by_two: bool) -> Refusal | None:
    if one.transition.action not in RECOGNISING or not one.needs_place:
        return None
    return place_refusal(one.requested.place, one.registration.version, one.context.lapsed, by_two=by_two)
