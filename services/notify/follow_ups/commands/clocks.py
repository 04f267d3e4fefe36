"""The clock of a follow-up: when the present term ends, in working time."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, select

from services.notify.calendar import queries as calendar
from services.notify.calendar.rules import IsWorking, end_of_term, worked_between
from services.notify.follow_ups.models import FollowUp
from services.notify.follow_ups.rules.states import UNANSWERED, FollowUpState
from services.notify.follow_ups.rules.terms import TermSettings
from shared import clock

MINUTE = timedelta(minutes=1)


class TermClock:
    """Sets and stops the clocks of follow-ups, by the settings and the calendar in force."""

    def __init__(self, session: Session) -> None:
        self.terms = TermSettings()
        self._is_working: IsWorking = calendar.working_days(session)

    def start(self, follow_up: FollowUp, term: timedelta, at: datetime) -> None:
        """Let a term begin, at an instant or when a pause ends."""
        begins = max(at, clock.first_instant(follow_up.paused_until)) if follow_up.paused_until else at
        follow_up.clock_from, follow_up.clock_minutes = begins, round(term / MINUTE)
        self.reckon([follow_up])

    def go_on(self, follow_up: FollowUp) -> None:
        """Let the term that runs go on for an open one, whoever signed for it before."""
        start, term = clock.local(follow_up.clock_from), follow_up.clock_minutes * MINUTE
        follow_up.climbs_at = end_of_term(start, term, self.terms.hours, self._is_working).astimezone(UTC)
        self.reckon([follow_up])

    def stop(self, follow_up: FollowUp) -> None:
        """End every term: there is nothing to wait for."""
        follow_up.due_at = follow_up.climbs_at = follow_up.paused_until = None

    def pause(self, follow_up: FollowUp, until: date | None, at: datetime) -> None:
        """Let what is left of the term go on from the beginning of a day, or (None) from now."""
        spent = worked_between(clock.local(follow_up.clock_from), clock.local(at), self.terms.hours, self._is_working)
        left = max(timedelta(), follow_up.clock_minutes * MINUTE - spent)
        follow_up.paused_until = until
        self.start(follow_up, left, at)

    def reckon(self, follow_ups: Iterable[FollowUp]) -> None:
        """Say anew when terms end; above the first rung the owner's own term stays the one that was missed."""
        for each in follow_ups:
            start, term = clock.local(each.clock_from), each.clock_minutes * MINUTE
            ends = end_of_term(start, term, self.terms.hours, self._is_working).astimezone(UTC)
            is_open = each.state == FollowUpState.OPEN
            each.climbs_at = ends if is_open and not has_climbed_out(each) else None
            if not is_open or each.level == 0:
                each.due_at = ends


def has_climbed_out(follow_up: FollowUp) -> bool:
    """Whether nobody stands above the last post that heard: it was carried up, and climbs no more."""
    return follow_up.level > 0 and follow_up.climbs_at is None


def reckon_anew(session: Session) -> None:
    """Say anew when terms end, because a year's working days were moved (放假安排). Locks and writes follow-ups."""
    chosen = select(FollowUp).where(col(FollowUp.state).in_(UNANSWERED)).order_by(col(FollowUp.id))
    TermClock(session).reckon(session.exec(chosen.with_for_update()).all())
    session.flush()
