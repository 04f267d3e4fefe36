"""What acts look at beside the registration itself, read once for all that are asked for together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from services.registry.institutions.queries import barred
from services.registry.programmes.queries import calendar, capped
from services.registry.programmes.rules.calendar import YearOf
from services.registry.registrations import queries
from services.registry.registrations.models import Awaiting, Registration
from services.registry.registrations.queries import lapsed
from services.registry.transitions.commands.transfers import Destinations, destinations
from services.registry.transitions.queries.transitions import awaiting
from services.registry.transitions.rules.transitions import RETURNING, Action
from services.registry.transitions.schemas import Transition
from shared import clock

Title = tuple[str, UUID]  # a programme, and the record that is registered in it


@dataclass
class Around:
    """Who wrote them, who may not submit, what waits for a second officer, places, the calendar, where transfers go.

    `before` is the state that a revocation ended, `active` what stands in the way of who comes back. An act keeps here
    what it changes, for those of the same call that come after it.
    """

    writers: Mapping[UUID, set[str]]
    barred: Mapping[UUID, date]
    waiting: dict[UUID, Awaiting]
    limited: Collection[str]
    gone: set[UUID]
    years: YearOf
    destinations: Destinations | None
    before: dict[UUID, str]
    active: dict[Title, Registration]


def around(
    session: Session, wanted: Sequence[Transition], seats: Sequence[UUID], held: Mapping[UUID, Registration]
) -> Around:
    """What the acts look at, each kind of it read only where one of them does."""
    actions: set[Action] = {each.action for each in wanted}
    institutions = {each.institution_id for each in held.values()}
    back = {each.subject_ref for each in held.values()} if actions & RETURNING else set()
    return Around(
        writers=queries.writers(session, held) if "endorse" in actions else {},
        barred=barred(session, institutions, clock.today()) if "submit" in actions else {},
        waiting=awaiting(session, held),
        limited=capped(session),
        gone=lapsed(session, seats),
        years=calendar(session),
        destinations=destinations(session, wanted) if "transfer" in actions else None,
        before=queries.states_before(session, held, "revoke") if "overturn_revocation" in actions else {},
        active={(each.programme, each.record_ref): each for each in queries.active(session, back)},
    )
