"""Carrying up the ladder what nobody signed for, and giving what waits to whoever acts for a post on leave."""

from sqlmodel import Session

from services.notify.alerts import commands as alerts
from services.notify.alerts.models import Alert
from services.notify.alerts.rules.kinds import ASSIGNED, ESCALATED
from services.notify.follow_ups.commands.clocks import TermClock
from services.notify.follow_ups.commands.raising import keep_entry, raise_own
from services.notify.follow_ups.models import FollowUp
from services.notify.follow_ups.queries import follow_ups as queries
from services.notify.follow_ups.queries.leave import undelegated
from services.notify.follow_ups.rules.duties import Posts, rungs
from services.notify.follow_ups.rules.states import FollowUpEntryKind
from services.notify.recipients import queries as recipients
from shared import clock

AT_ONCE = 50  # follow-ups in one transaction


def escalate(session: Session) -> int:
    """Carry up by one rung each follow-up that nobody signed for in time (逾期升级); how many.

    Once for each rung, whoever else is at it, after a crash, and whatever the clock does: the row is locked, or passed
    over where another has it, and its next instant is of the same commit. Locks and writes follow-ups; the post above
    hears, with whoever acts for it, and AlertEscalated is announced. Where nobody stands above, it climbs no more.
    """
    now, posts, term_clock = clock.now(), recipients.posts(session), TermClock(session)
    found = queries.climbing(session, now, AT_ONCE)
    for each in found:
        _carry_up(session, each, posts, term_clock)
    session.flush()
    return len(found)


def delegate(session: Session) -> int:
    """Give what waits for posts on leave to whoever acts for them today (休假代办); how many.

    Once for each follow-up and who acts. Locks and writes follow-ups, and raises alerts.
    """
    found = undelegated(session, clock.today(), AT_ONCE, lock=True)
    for follow_up, acting in found:
        entry = keep_entry(session, follow_up, FollowUpEntryKind.DELEGATED, recipient=acting)
        raise_own(session, follow_up, ASSIGNED, [acting], entry)
    session.flush()
    return len(found)


def _carry_up(session: Session, follow_up: FollowUp, posts: Posts, term_clock: TermClock) -> None:
    above = rungs(follow_up.owner, posts)
    if follow_up.level >= len(above):
        follow_up.climbs_at = None
        return
    to = above[follow_up.level]
    follow_up.level += 1
    entry = keep_entry(session, follow_up, FollowUpEntryKind.ESCALATED, recipient=to)
    term_clock.start(follow_up, term_clock.terms.to_sign(follow_up.severity), clock.now())
    raise_own(session, follow_up, ESCALATED, [to], entry, follow_up.level)
    own = session.get_one(Alert, follow_up.alert_id)
    alerts.announce_escalation(session, own, to, follow_up.level)
