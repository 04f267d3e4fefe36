"""What transitions look at beside the registrations themselves, read once for all of a batch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.accounts.queries.hands import had_hands, one_with
from services.registry.institutions.queries import barred
from services.registry.programmes.queries import calendar, limits, programmes
from services.registry.programmes.rules.limits import KnownLimits
from services.registry.registrations import queries
from services.registry.registrations.commands.approvals import Sight, seen, sights
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import classes
from services.registry.registrations.rules import Place, as_it_began
from services.registry.registrations.schemas import ApprovalRead
from services.registry.transitions.commands.transfers import Destinations, destinations
from services.registry.transitions.rules.dates import counts_from
from services.registry.transitions.rules.workflow import BY_TWO_OFFICERS, RETURNING, WRITING
from services.registry.transitions.schemas.transitions import Transition
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.policy import Programme
from shared.contracts.registration import RegistrationEvent, RegistrationState
from shared.problems import Refusal
from shared.working_days import YearOf

Title = tuple[str, UUID]  # a programme, and the record that is registered in it


@dataclass(frozen=True)
class RequestedTransition:
    """A transition requested of one registration; `place` is what quota answered, if it was asked for one.

    `cause` is the import whose row it was.
    """

    id: UUID
    transition: Transition
    place: Place | Refusal | None = None
    cause: UUID | None = None

    @property
    def seat_id(self) -> UUID | None:
        """The seat that quota holds for it, if any."""
        return self.place.seat_id if isinstance(self.place, Place) else None


@dataclass(frozen=True)
class TransitionContext:
    """Programmes, who wrote, in which credentials callers had a hand, with whom they are one officer, who is barred,
    places, calendar, where transfers may go, what subjects look like.

    `states_before` a revocation is what it ended, `active` what stands in the way of who comes back, `not_admitted` why
    a draft cannot be submitted as things stand. A transition keeps here what it changes, for those of the same batch
    that come after it, whoever requests them.
    """

    programmes: Mapping[str, Programme]
    writers: dict[UUID, set[str]]
    hands: Mapping[str, Collection[str]]
    one_officer: Mapping[str, Collection[str]]
    barred: Mapping[UUID, date]
    limits: KnownLimits
    lapsed: Collection[UUID]
    years: YearOf
    destinations: Destinations | None
    states_before: dict[UUID, str]
    active: dict[Title, Registration]
    sights: Mapping[UUID, str]
    not_admitted: dict[UUID, Refusal]


@dataclass(frozen=True)
class Evaluation:
    """One requested transition with everything that is looked at to decide on it and to carry it out."""

    registration: Registration
    requested: RequestedTransition
    caller: Caller
    context: TransitionContext
    traceparent: str | None = None

    @property
    def transition(self) -> Transition:
        """What is requested."""
        return self.requested.transition

    @property
    def programme(self) -> Programme:
        """What the policy says of the programme the registration is in, in the workflow it began with."""
        programme = self.context.programmes[self.registration.programme]
        is_draft = self.registration.state == RegistrationState.DRAFT
        return programme if is_draft else as_it_began(programme, self.registration.began_with)

    @property
    def limited(self) -> bool:
        """Whether places are limited in its programme (限额)."""
        return self.registration.programme in self.context.limits.programmes

    @property
    def seen(self) -> dict[str, Any]:
        """What an officer who requests it sees (所见内容); an approval is bound to it."""
        context = self.context
        sight = Sight(self.programme, context.sights[self.registration.record_ref], context.limits, context.years)
        return seen(self.registration, self.transition.model_dump(mode="json"), sight)

    @property
    def counting_day(self) -> date:
        """The day from which it counts once it is recognised (认定计数日期)."""
        return counts_from(
            self.transition.action,
            self.programme.counting_date,
            self.registration.fact_date,
            self.transition.decision_date,
            self.registration.counted_on,
        )

    @property
    def needs_place(self) -> bool:
        """Whether it cannot be recognised without a place: a limit covers it, by the day it counts from."""
        if not self.limited:
            return False
        registration, counted_as = self.registration, classes(self.registration, self.programme)
        return self.context.limits.cover(
            registration.programme, registration.reporting_unit, counted_as, self.counting_day
        )


class GrantedTransition(NamedTuple):
    """A transition that was granted: the registration as it stood then, and the event that announces it, if any does.

    `awaiting`: nothing changed, a second officer has to request the same (待第二人).
    """

    registration: Registration
    awaiting: bool
    event: RegistrationEvent | None = None
    approval: ApprovalRead | None = None


def load_context(
    session: Session,
    requested: Sequence[RequestedTransition],
    registrations: Sequence[Registration],
    actors: Collection[str],
) -> TransitionContext:
    """What a batch of transitions looks at, each kind of it read only where one of them does; nothing is locked."""
    transitions = [each.transition for each in requested]
    actions = {each.action for each in transitions}
    ids = {each.id for each in registrations}
    institutions = {each.institution_id for each in registrations}
    hands = had_hands(session, actors) if actions - WRITING else {}
    back = {each.subject_ref for each in registrations} if actions & RETURNING else set()
    return TransitionContext(
        programmes=programmes(session),
        writers=queries.writers(session, ids) if hands or "endorse" in actions else {},
        hands=hands,
        one_officer=_one_officer(session, actors) if any(map(_needs_two, transitions)) else {},
        barred=barred(session, institutions, clock.today()) if "submit" in actions else {},
        limits=limits(session),
        lapsed=queries.lapsed(session, [each.seat_id for each in requested if each.seat_id]),
        years=calendar(session),
        destinations=destinations(session, transitions) if "transfer" in actions else None,
        states_before=queries.states_before(session, ids, "revoke") if "overturn_revocation" in actions else {},
        active={(each.programme, each.record_ref): each for each in queries.active(session, back)},
        sights=sights(session, registrations) if any(map(_needs_two, transitions)) else {},
        not_admitted={},
    )


def _one_officer(session: Session, actors: Collection[str]) -> dict[str, Collection[str]]:
    return {actor: one_with(session, actor, Role.BUREAU_OFFICER) for actor in actors}


def _needs_two(transition: Transition) -> bool:
    return transition.action in BY_TWO_OFFICERS or transition.override_reason is not None
