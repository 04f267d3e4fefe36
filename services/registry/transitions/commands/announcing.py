from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.transitions.models import Announcement
from services.registry.transitions.queries import announcements
from services.registry.transitions.schemas import NewAnnouncement
from shared import clock
from shared.auth import Caller
from shared.outbox import announce
from shared.problems import Refusal


class Announced(NamedTuple):
    """An announcement, and the registrations of which there was nothing to tell."""

    announcement: Announcement
    passed_over: list[UUID]


def announce_again(session: Session, wanted: Sequence[NewAnnouncement], caller: Caller) -> list[Announced | Refusal]:
    """Tell once more what registrations count as (再次告知), as history: no milestone is told because of it.

    The registrations stay as they are, with their versions: whoever knows that version already changes nothing.
    """
    return [_announce_again(session, each, caller) for each in wanted]


def _announce_again(session: Session, wanted: NewAnnouncement, caller: Caller) -> Announced:
    facts = announcements.held_facts(session, wanted.ids)
    announce(session, *facts)
    told = {each.registration_id for each in facts}
    announcement = Announcement(
        by=caller.sub, reason=wanted.reason, registrations=sorted(map(str, told)), at=clock.now()
    )
    session.add(announcement)
    session.flush()
    return Announced(announcement, sorted(set(wanted.ids) - told))
