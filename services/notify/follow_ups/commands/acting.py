"""What people do with follow-ups: sign, answer, close, return, assign, pause and resume."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlmodel import Session

from services.notify.alerts import commands as alerts
from services.notify.alerts import queries as alert_queries
from services.notify.alerts.rules.kinds import ANSWERED, ASSIGNED, RETURNED
from services.notify.follow_ups import errors
from services.notify.follow_ups.commands.clocks import TermClock
from services.notify.follow_ups.commands.opening import end
from services.notify.follow_ups.commands.raising import keep_entry, raise_own
from services.notify.follow_ups.commands.signing import acknowledge_now
from services.notify.follow_ups.models import FollowUp
from services.notify.follow_ups.queries import follow_ups as queries
from services.notify.follow_ups.queries.views import FollowUpView, view_of
from services.notify.follow_ups.rules import duties
from services.notify.follow_ups.rules.states import POSSIBLE, FollowUpAct, FollowUpEntryKind, FollowUpState
from services.notify.follow_ups.rules.terms import MOST_PAUSED
from services.notify.recipients.errors import narrower, unknown_recipient
from services.notify.recipients.rules import may_see
from shared import clock
from shared.auth import Caller, Role
from shared.operations import Call, Effect, operation
from shared.problems import InvalidBody, NotFound, Refusal

JUDGES = (Role.LEADER, Role.BUREAU_OFFICER)


class NewAnswer(NamedTuple):
    """What is said of a follow-up, by its id or that of one of its alerts."""

    id: UUID
    said: str | None


class Assignment(NamedTuple):
    """The post that a follow-up is given to, and why."""

    id: UUID
    to: str
    said: str | None


class NewPause(NamedTuple):
    """Until when the clock of a follow-up stands still, and why."""

    id: UUID
    until: date
    said: str


@dataclass(frozen=True)
class HeldFollowUp:
    """A follow-up whose row is locked, with who acts, the posts that are theirs today, and who has a part in it."""

    follow_up: FollowUp
    caller: Caller
    held: frozenset[str]
    posts: duties.Posts
    parts: duties.FollowUpParts

    @property
    def is_own(self) -> bool:
        """Whether the owner's post is theirs."""
        return self.parts.owner in self.held

    @property
    def bureau(self) -> bool:
        """Whether the bureau acts."""
        return self.caller.role is Role.BUREAU_OFFICER


Item = TypeVar("Item")
Doing = Callable[[HeldFollowUp, Item], Refusal | None]


def _effect(view: FollowUpView) -> Effect:
    return Effect(view.record.follow_up.id, view.record.follow_up.version)


def _each(
    session: Session, calls: Sequence[Call[Item]], act: FollowUpAct, id_of: Callable[[Item], UUID], do: Doing[Item]
) -> list[FollowUpView | Refusal]:
    """Do something with each follow-up that the caller may see, in a state in which that is possible."""
    outcomes: list[FollowUpView | Refusal] = []
    for call in calls:
        found = queries.held(session, call.caller, id_of(call.item))
        if found is None:
            outcomes.append(NotFound())
            continue
        held, posts = queries.held_by(session, call.caller.actor)
        there = HeldFollowUp(found, call.caller, held, posts, queries.parts_of(session, found))
        possible = FollowUpState(found.state) in POSSIBLE[act]
        refusal = do(there, call.item) if possible else errors.FollowUpNotOpen()
        session.flush()
        outcomes.append(refusal or view_of(session, call.caller, found))
    return outcomes


@operation("acknowledge_follow_up", roles=(Role.LEADER,), target=lambda id_: id_, effect=_effect)
def acknowledge(session: Session, calls: Sequence[Call[UUID]]) -> list[FollowUpView | Refusal]:
    """Sign for follow-ups (签收), with the caller's own alerts of them; the ladder ends there.

    Locks each; announces AlertAcknowledged for the alerts. Again it changes nothing. Refuses NotFound for one the
    caller may not see, NotResponsible to whoever neither owns it nor heard of it by escalation, FollowUpNotOpen.
    """

    def do(there: HeldFollowUp, _: UUID) -> Refusal | None:
        if not duties.may_sign(there.held, there.parts):
            return errors.NotResponsible()
        acknowledge_now(session, there.follow_up, there.held, there.caller.actor)
        return None

    return _each(session, calls, FollowUpAct.ACKNOWLEDGE, lambda id_: id_, do)


@operation("answer_follow_up", roles=(Role.LEADER,), target=lambda item: item.id, effect=_effect)
def answer(session: Session, calls: Sequence[Call[NewAnswer]]) -> list[FollowUpView | Refusal]:
    """Answer follow-ups (反馈): the owner alone, or who acts for it; what was not signed for is signed for by that.

    Locks each and stops its clock; alerts that were signed for are in progress, and the post above hears
    (AlertRaised). Refuses NotFound, NotResponsible, FollowUpNotOpen.
    """

    def do(there: HeldFollowUp, item: NewAnswer) -> Refusal | None:
        found, actor = there.follow_up, there.caller.actor
        if not there.is_own:
            return errors.NotResponsible()
        acknowledge_now(session, found, there.held, actor)
        found.state, found.answered_at = FollowUpState.ANSWERED, clock.now()
        TermClock(session).stop(found)
        entry = keep_entry(session, found, FollowUpEntryKind.ANSWERED, actor, found.owner, item.said)
        ids = [each.alert_id for each in queries.alerts_of(session, found)]
        alerts.show_in_progress(session, alert_queries.held(session, ids))
        raise_own(session, found, ANSWERED, duties.rungs(found.owner, there.posts)[:1], entry)
        return None

    return _each(session, calls, FollowUpAct.ANSWER, lambda item: item.id, do)


@operation("close_follow_up", roles=JUDGES, target=lambda item: item.id, effect=_effect)
def close(session: Session, calls: Sequence[Call[NewAnswer]]) -> list[FollowUpView | Refusal]:
    """Close follow-ups that were answered (销号), with their alerts: a post above the owner, or the bureau.

    Locks each; announces AlertClosed. Refuses NotFound, NotResponsible, OwnAnswer to whoever answered at any time or
    holds a post whose it was at any time, FollowUpNotOpen.
    """

    def do(there: HeldFollowUp, item: NewAnswer) -> Refusal | None:
        if refusal := _no_judge(there):
            return refusal
        end(session, there.follow_up, FollowUpEntryKind.CLOSED, TermClock(session), there.caller.actor, item.said)
        return None

    return _each(session, calls, FollowUpAct.CLOSE, lambda item: item.id, do)


@operation("return_follow_up", roles=JUDGES, target=lambda item: item.id, effect=_effect)
def return_(session: Session, calls: Sequence[Call[NewAnswer]]) -> list[FollowUpView | Refusal]:
    """Return follow-ups whose answer does not satisfy (退回), with the reason; the owner has another term to answer.

    Locks each; the owner hears (AlertRaised). Refuses as closing does.
    """

    def do(there: HeldFollowUp, item: NewAnswer) -> Refusal | None:
        if refusal := _no_judge(there):
            return refusal
        found, term_clock = there.follow_up, TermClock(session)
        found.state = FollowUpState.RETURNED
        term_clock.start(found, term_clock.terms.to_answer(found.severity), clock.now())
        entry = keep_entry(session, found, FollowUpEntryKind.RETURNED, there.caller.actor, found.owner, item.said)
        raise_own(session, found, RETURNED, [found.owner], entry)
        return None

    return _each(session, calls, FollowUpAct.RETURN, lambda item: item.id, do)


@operation("assign_follow_up", roles=JUDGES, target=lambda item: item.id, effect=_effect)
def assign(session: Session, calls: Sequence[Call[Assignment]]) -> list[FollowUpView | Refusal]:
    """Give follow-ups to another post (交办), which has a term to sign anew: the bureau, a post above, or downwards.

    Locks each; the ladder begins at its foot, unless the term goes on, and the post hears (AlertRaised). Refuses
    NotFound, InvalidBody for a post that does not exist, may not see the unit, or owns it already, NotResponsible,
    FollowUpNotOpen.
    """

    def do(there: HeldFollowUp, item: Assignment) -> Refusal | None:
        found, term_clock = there.follow_up, TermClock(session)
        if item.to not in there.posts:
            return InvalidBody(unknown_recipient("/to"))
        if item.to == found.owner:
            return InvalidBody(errors.same_owner("/to"))
        if not may_see(there.posts[item.to], found.unit):
            return InvalidBody(narrower("/to"))
        if not duties.may_assign(there.held, there.parts, item.to, there.posts, bureau=there.bureau):
            return errors.NotResponsible()
        _give(session, there, item.to, term_clock)
        entry = keep_entry(session, found, FollowUpEntryKind.ASSIGNED, there.caller.actor, item.to, item.said)
        raise_own(session, found, ASSIGNED, [item.to], entry)
        return None

    return _each(session, calls, FollowUpAct.ASSIGN, lambda item: item.id, do)


@operation("pause_follow_up", roles=(Role.BUREAU_OFFICER,), target=lambda item: item.id, effect=_effect)
def pause(session: Session, calls: Sequence[Call[NewPause]]) -> list[FollowUpView | Refusal]:
    """Stop the clocks of follow-ups until a day (暂停), with a reason; what is left of a term goes on by itself then.

    Locks each. Refuses NotFound, InvalidBody for a day that is not to come or lies far off, NotResponsible to whoever
    holds a post whose it was at any time, FollowUpNotOpen.
    """

    def do(there: HeldFollowUp, item: NewPause) -> Refusal | None:
        found, today = there.follow_up, clock.today()
        if item.until <= today:
            return InvalidBody(errors.not_later("/until"))
        if item.until > today + timedelta(days=MOST_PAUSED):
            return InvalidBody(errors.too_late("/until", MOST_PAUSED))
        if duties.is_owners(there.held, there.parts):
            return errors.NotResponsible()
        TermClock(session).pause(found, item.until, clock.now())
        keep_entry(
            session, found, FollowUpEntryKind.PAUSED, there.caller.actor, said=item.said, paused_until=item.until
        )
        return None

    return _each(session, calls, FollowUpAct.PAUSE, lambda item: item.id, do)


@operation("resume_follow_up", roles=(Role.BUREAU_OFFICER,), target=lambda id_: id_, effect=_effect)
def resume(session: Session, calls: Sequence[Call[UUID]]) -> list[FollowUpView | Refusal]:
    """Let the clocks of follow-ups go on before their pause ends (恢复计时). Locks each; refuses as pausing does.

    Nothing changes where there is no pause.
    """

    def do(there: HeldFollowUp, _: UUID) -> Refusal | None:
        found = there.follow_up
        if duties.is_owners(there.held, there.parts):
            return errors.NotResponsible()
        if found.paused_until and found.paused_until > clock.today():
            TermClock(session).pause(found, None, clock.now())
            keep_entry(session, found, FollowUpEntryKind.RESUMED, there.caller.actor)
        return None

    return _each(session, calls, FollowUpAct.RESUME, lambda id_: id_, do)


def _give(session: Session, there: HeldFollowUp, to: str, term_clock: TermClock) -> None:
    """Let a post have it, with a term to sign, or (see `duties.goes_on`) what is left of the one that runs."""
    found, parts = there.follow_up, there.parts
    found.owner, found.state, found.level, found.acknowledged_by = to, FollowUpState.OPEN, 0, None
    found.acknowledged_at = found.climbs_at = None
    if duties.goes_on(there.held, parts, to, bureau=there.bureau):
        found.level = duties.rungs_heard(to, parts, there.posts)
        term_clock.go_on(found)
        return
    for each in queries.alerts_of(session, found):
        each.level = 0
    term_clock.start(found, term_clock.terms.to_sign(found.severity), clock.now())


def _no_judge(there: HeldFollowUp) -> Refusal | None:
    if duties.is_own_answer(there.caller.actor, there.held, there.parts):
        return errors.OwnAnswer()
    if not duties.may_judge(there.held, there.parts, there.posts, bureau=there.bureau):
        return errors.NotResponsible()
    return None
