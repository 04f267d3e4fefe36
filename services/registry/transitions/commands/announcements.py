from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.transitions.models import Announcement
from services.registry.transitions.queries import announcements
from services.registry.transitions.schemas.announcements import NewAnnouncement
from shared import clock
from shared.auth import Caller, Role
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import Refusal


class AnnouncementOutcome(NamedTuple):
    """An announcement, and the registrations of which there was nothing to announce."""

    announcement: Announcement
    passed_over: list[UUID]


@operation("announce_again", roles=(Role.OPERATOR,), effect=lambda outcome: Effect(outcome.announcement.id))
def announce_again(session: Session, calls: Sequence[Call[NewAnnouncement]]) -> list[AnnouncementOutcome | Refusal]:
    """Announce once more what registrations count as (再次告知), as history: no milestone comes of it.

    Locks the registrations; they stay as they are, with their versions: whoever knows that version already changes
    nothing. Writes an announcement for each call. Announces RegistrationCorrected, marked as replay. Refuses nothing.
    """
    return [_announce_again(session, call.item, call.caller) for call in calls]


def _announce_again(session: Session, wanted: NewAnnouncement, caller: Caller) -> AnnouncementOutcome:
    facts = announcements.locked_facts(session, wanted.ids)
    announce(session, *facts)
    announced = {each.registration_id for each in facts}
    announcement = Announcement(
        by=caller.actor, reason=wanted.reason, registrations=sorted(map(str, announced)), at=clock.now()
    )
    session.add(announcement)
    session.flush()
    return AnnouncementOutcome(announcement, sorted(set(wanted.ids) - announced))
