"""Transitions (办理) of a batch: load → decide → change → announce.

What many request is loaded together; then each transition in turn is decided on and carried out, so that it sees what
those before it changed, whoever requested them; and all of it is stored and announced together.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.registrations import queries
from services.registry.registrations.commands.approvals import as_read
from services.registry.registrations.commands.seats import lapse
from services.registry.registrations.commands.stated import settle_names, subjects
from services.registry.registrations.commands.submitting import SubmittedDraft, submit_drafts
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import fact
from services.registry.registrations.rules import ACTORS
from services.registry.registrations.schemas import ApprovalRead, SubjectRead
from services.registry.subjects.queries.people import lock_identities
from services.registry.transitions.commands.changing import await_second_officer, carry_out
from services.registry.transitions.commands.context import (
    Evaluation,
    GrantedTransition,
    RequestedTransition,
    TransitionContext,
    load_context,
)
from services.registry.transitions.commands.deciding import decide
from services.registry.transitions.commands.notices import publish_entries
from services.registry.transitions.commands.seats import unused_seats
from services.registry.transitions.rules.announcements import event_of
from shared.contracts.policy import Programme
from shared.contracts.registration import RegistrationState
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import NotFound, Refusal


class TransitionOutcome(NamedTuple):
    """What a granted transition is answered with: the registration afterwards, its subject masked, its programme."""

    registration: Registration
    subject: SubjectRead
    programme: Programme
    awaiting: bool
    approval: ApprovalRead | None = None

    def effect(self) -> Effect:
        """What the audit trail keeps of it."""
        result = "awaiting" if self.awaiting else "done"
        return Effect(self.registration.id, self.registration.version, result)


@operation(
    lambda requested: requested.transition.action,
    roles=ACTORS,
    target=lambda requested: requested.id,
    effect=TransitionOutcome.effect,
)
def transition(session: Session, calls: Sequence[Call[RequestedTransition]]) -> list[TransitionOutcome | Refusal]:
    """Carry out transitions (办理), of many callers, each on its own and in order.

    Locks the registrations, in everybody's order. Writes registrations (with what awaits a second officer), history
    entries and lapsed seats. Announces the event of each action (see `EVENT_OF`), and behind those SeatLapsed for
    places that nothing will come of. Refuses with NotFound what the caller may not see, and otherwise as `decide` does.
    """
    if any(call.item.transition.action == "submit" for call in calls):
        lock_identities(session, changing=False)  # before any row, as whoever registers does
    registrations = queries.locked_for(session, [(call.caller, call.item.id) for call in calls])
    actors = {call.caller.actor for call in calls}
    context = load_context(session, [call.item for call in calls], [each for each in registrations if each], actors)
    evaluations = [
        Evaluation(registration, call.item, call.caller, context, call.traceparent) if registration else None
        for call, registration in zip(calls, registrations, strict=True)
    ]
    again = _named_again(calls)
    _admit_drafts(session, [each for each in evaluations if each], context)
    results = [_decided_and_changed(session, one, again) if one else NotFound() for one in evaluations]
    session.flush()
    announce(session, *(each.event for each in results if isinstance(each, GrantedTransition) and each.event))
    carried_out = [
        one
        for one, each in zip(evaluations, results, strict=True)
        if one and isinstance(each, GrantedTransition) and not each.awaiting
    ]
    settle_names(session, [one.registration for one in carried_out if _is_recognised(one)])
    publish_entries(session, [one.registration for one in carried_out if one.transition.action == "publish"])
    lapse(session, unused_seats([(one, each) for one, each in zip(evaluations, results, strict=True) if one]))
    return _outcomes(session, results, context)


def _admit_drafts(session: Session, evaluations: Sequence[Evaluation], context: TransitionContext) -> None:
    """Look at the drafts that would be submitted, all together, as if they were posted now."""
    drafts = {
        one.registration.id: SubmittedDraft(one.registration, one.caller)
        for one in evaluations
        if one.transition.action == "submit"
        and one.registration.state == RegistrationState.DRAFT
        and not isinstance(decide(one), Refusal)
    }
    context.not_admitted.update(submit_drafts(session, list(drafts.values())))


def _is_recognised(one: Evaluation) -> bool:
    """Whether the transition was a recognition: only then does what is stated become what is known."""
    submitted = one.transition.action == "submit" and one.registration.state == RegistrationState.RECOGNISED
    return submitted or one.transition.action == "recognise"


def _decided_and_changed(session: Session, one: Evaluation, again: Collection[UUID]) -> GrantedTransition | Refusal:
    grant = decide(one)
    if isinstance(grant, Refusal):
        return grant
    event = None
    if grant.awaiting:
        await_second_officer(one)
    else:
        carry_out(session, one, grant)
        kind = event_of(one.transition.action, one.registration.state)
        cause, place = one.requested.cause, one.traceparent
        event = fact(kind, one.registration, one.programme, cause=cause, traceparent=place) if kind else None
    approval = as_read(one.registration, one.seen) if grant.awaiting else None
    standing = _copied(one.registration) if one.registration.id in again else one.registration
    return GrantedTransition(standing, grant.awaiting, event, approval)


def _named_again(calls: Sequence[Call[RequestedTransition]]) -> set[UUID]:
    """The registrations of which more than one transition is requested: each is answered with what it led to itself."""
    return {each for each, times in Counter(call.item.id for call in calls).items() if times > 1}


def _copied(registration: Registration) -> Registration:
    return Registration(**registration.model_dump())


def _outcomes(
    session: Session, results: Sequence[GrantedTransition | Refusal], context: TransitionContext
) -> list[TransitionOutcome | Refusal]:
    known = subjects(session, [each.registration for each in results if isinstance(each, GrantedTransition)])
    return [
        each
        if isinstance(each, Refusal)
        else TransitionOutcome(
            each.registration,
            known[each.registration.id],
            context.programmes[each.registration.programme],
            each.awaiting,
            each.approval,
        )
        for each in results
    ]
