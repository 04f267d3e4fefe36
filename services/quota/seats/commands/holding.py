"""Asking for places (名额). Whoever asks again for the same registration gets the same seat."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import case, or_, select, update
from sqlmodel import Session

from services.quota.counting.models import SEEN
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import Quota
from services.quota.seats import queries
from services.quota.seats.commands.caps import refresh
from services.quota.seats.commands.releasing import move
from services.quota.seats.errors import CapFull, NoCap
from services.quota.seats.models import CAP, SEAT, UNDER, Cap, Seat, SeatUnder
from services.quota.seats.rules import HOLDS_FOR, SeatState
from services.quota.seats.schemas import NewClaim, NewSeat, SeatRead
from shared import clock
from shared.auth import Caller, Itself, Role
from shared.db import insert_rows, stretches
from shared.db_clock import database_ms
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.problems import Refusal, Said

Row = dict[str, Any]
KnownAs = Mapping[UUID, tuple[str, dict[str, Any]]]
NOTHING_YET = {"overridden": False, "settled_at": None, "expires_ms": None, "bound_ms": None, "inquired_ms": None}


def _registration(wanted: NewSeat) -> UUID:
    return wanted.registration_id


def _effect(seat: SeatRead) -> Effect:
    return Effect(seat.id)


@operation("hold_seat", roles=(Role.BUREAU_OFFICER,), target=_registration, effect=_effect)
def hold(session: Session, calls: Sequence[Call[NewSeat]]) -> list[SeatRead | Refusal]:
    """Hold places (预留) for ten minutes by the database's clock. Who finds none goes on the waiting list.

    The same registration again gets the same seat. Locks: the caps of the programmes asked for, in the order of their
    ids. Writes: cap, seat, seat_under. Announces nothing. Refuses: NoCap where no place is needed; CapFull with the
    place on the waiting list, which is written.
    """
    with SeatBatch(session, [call.item for call in calls]) as batch:
        return [batch.serve(call.item, call.caller) for call in calls]


@operation("claim_seats", roles=(Role.BUREAU_OFFICER, Itself.SYSTEM), target=_registration, effect=_effect)
def claim(session: Session, calls: Sequence[Call[NewClaim]]) -> list[SeatRead | Refusal]:
    """Hold places for recognitions under way: from here on the registry's word ends them, and no clock.

    An override (突破名额) needs no free place; that it took two officers is the registry's to see to. Locks, writes and
    refuses as `hold` does; a seat that is held already is bound.
    """
    with SeatBatch(session, [call.item for call in calls]) as batch:
        return [batch.serve(call.item, call.caller, binding=True, override=call.item.override) for call in calls]


class SeatBatch:
    """One batch of requests for places, served in turn; nobody else fills the caps concerned meanwhile."""

    def __init__(self, session: Session, wanted: Sequence[NewSeat]) -> None:
        self._session = session
        self._quotas = queries.capped(session, {each.programme for each in wanted})
        self._scopes = [(quota, quota.terms().scope) for _, quota in sorted(self._quotas.items())]
        queries.lock_caps(session, self._quotas)
        self._open = queries.open_seats(session, {each.registration_id for each in wanted})
        self._under = queries.under(session, [seat.id for seat in self._open.values()])
        self._placed = self._places_of({each.subject_ref for each in wanted})
        self._known = _known(session, [each.registration_id for each in wanted if each.classes is None])
        self._waiting = queries.waiting(session, self._quotas)
        self._now: int = session.execute(select(database_ms())).scalar_one()
        self._full: dict[UUID, Cap] = {}
        self._new: list[Row] = []
        self._links: list[Row] = []
        self._given: set[UUID] = set()
        self._sent_away: dict[UUID, CapFull] = {}
        self._names: dict[UUID, Said] = {}

    def __enter__(self) -> "SeatBatch":
        return self

    def __exit__(self, *_: object) -> None:
        insert_rows(self._session, SEAT, self._new)
        insert_rows(self._session, UNDER, self._links)

    def serve(
        self, wanted: NewSeat, caller: Caller, *, binding: bool = False, override: bool = False
    ) -> SeatRead | Refusal:
        """The seat, or why there is none."""
        if wanted.registration_id in self._sent_away:  # asked twice in one batch
            return self._sent_away[wanted.registration_id]
        seat, caps = self._open.get(wanted.registration_id), self._caps_over(wanted)
        if seat is not None and self._is_for_others(seat, wanted, caps):
            seat = self._put_under(seat, wanted, caps)
        if seat is not None and seat.state != SeatState.WAITING:
            if still := self._still(seat, binding=binding):
                return SeatRead.of(still, self._under[seat.id], self._quotas)
            self._end(seat)
            seat = None
        if not caps:
            return NoCap()
        given: dict[UUID, int] = {}
        for quota in caps:
            if (quota.id, wanted.subject_ref) in self._placed:
                continue
            number = self._occupy(quota, override=override)
            if number is None:
                self._give_back(given)
                return self._wait(seat, wanted, caller, caps, quota)
            given[quota.id] = number
        return self._give(seat, wanted, caller, caps, given, binding=binding)

    def _caps_over(self, wanted: NewSeat) -> list[Quota]:
        """The caps that the registration would count under, in the order in which everybody fills them."""
        unit, classes = wanted.reporting_unit, wanted.classes
        if classes is None:
            known_unit, classes = self._known.get(wanted.registration_id, (None, {}))
            unit = unit or known_unit
        return [
            quota
            for quota, scope in self._scopes
            if scope.covers(wanted.programme, classes, wanted.on) and scope.unit in (None, unit)
        ]

    def _places_of(self, subjects: set[UUID]) -> set[queries.Place]:
        """Who needs no further place: counted already, or one is held for them."""
        return queries.counting(self._session, self._quotas.values(), subjects) | queries.holding(
            self._session, self._quotas, subjects
        )

    def _still(self, seat: Seat, *, binding: bool) -> Seat | None:
        """The seat, if taken, or held and not run out; with `binding` it is bound in the same statement."""
        if seat.state == SeatState.TAKEN or seat.registration_id in self._given:
            return seat
        held = update(SEAT).where(SEAT.c.id == seat.id, SEAT.c.state == SeatState.HELD)
        held = held.where(or_(SEAT.c.bound_ms.is_not(None), SEAT.c.expires_ms > database_ms()))
        held = held.values(bound_ms=database_ms() if binding else SEAT.c.bound_ms)
        found = self._session.execute(held.returning(SEAT.c.id)).scalars().all()
        return queries.seats(self._session, found).get(seat.id)

    def _is_for_others(self, seat: Seat, wanted: NewSeat, caps: Sequence[Quota]) -> bool:
        """Whether other caps limit the registration than when it asked, or it is another subject's: who counts already
        needs no place, and a seat that has none for that serves nobody else.
        """
        if seat.state == SeatState.TAKEN or seat.registration_id in self._given:
            return False
        under = {row.quota_id for row in self._under[seat.id]} & self._quotas.keys()
        return seat.subject_ref != wanted.subject_ref or under != {quota.id for quota in caps}

    def _put_under(self, seat: Seat, wanted: NewSeat, caps: Sequence[Quota]) -> Seat | None:
        """A seat that waits does so under the caps of now, since it first asked; a held one serves no more."""
        if seat.state == SeatState.HELD:
            self._end(seat)
            return None
        seat.subject_ref = wanted.subject_ref
        before = {row.quota_id: row for row in self._under[seat.id]}
        now = {cap.id: before.get(cap.id) or SeatUnder(seat_id=seat.id, quota_id=cap.id) for cap in caps}
        for row in (row for quota, row in before.items() if quota not in now):
            self._session.delete(row)
        self._session.add_all(now.values())
        self._session.flush()
        self._under[seat.id], self._waiting = [*now.values()], queries.waiting(self._session, self._quotas)
        return seat

    def _end(self, seat: Seat) -> None:
        move(self._session, [seat.id], SeatState.EXPIRED, SEAT.c.state == SeatState.HELD)
        refresh(self._session, list(self._quotas.values()))
        self._placed = {place for place in self._placed if place[1] != seat.subject_ref}
        self._placed |= self._places_of({seat.subject_ref})
        self._full.clear()

    def _occupy(self, quota: Quota, *, override: bool) -> int | None:
        """Which place was given: one more in a cap that has room, asked and filled in one statement; None when full."""
        if quota.id in self._full and not override:
            return None
        one_more = update(CAP).where(CAP.c.quota_id == quota.id).values(held=CAP.c.held + 1)
        if override:
            over = CAP.c.held + CAP.c.taken + 1 - CAP.c.places
            one_more = one_more.values(beyond=case((over > CAP.c.beyond, over), else_=CAP.c.beyond))
        else:
            one_more = one_more.where(CAP.c.held + CAP.c.taken < CAP.c.places)
        number = self._session.execute(one_more.returning(CAP.c.held + CAP.c.taken)).scalar()
        if number is None:
            self._full |= queries.caps(self._session, [quota.id])
        return number

    def _give_back(self, given: Mapping[UUID, int]) -> None:
        for quota in given:
            self._session.execute(update(CAP).where(CAP.c.quota_id == quota).values(held=CAP.c.held - 1))
            self._full.pop(quota, None)

    def _give(
        self,
        seat: Seat | None,
        wanted: NewSeat,
        caller: Caller,
        caps: Sequence[Quota],
        given: Mapping[UUID, int],
        *,
        binding: bool,
    ) -> SeatRead:
        """Hold the places that were given, in the seat that waited for them or in a new one."""
        over = any(number > (self._quotas[quota].terms().places or 0) for quota, number in given.items())
        held = {
            "state": SeatState.HELD,
            "expires_ms": self._now + HOLDS_FOR,
            "bound_ms": self._now if binding else None,
        }
        if seat is None:
            row = self._enter(wanted, caller, caps, held | {"overridden": over}, given)
            seat = Seat(**row)
            self._under[seat.id] = [SeatUnder(**link) for link in self._links if link["seat_id"] == seat.id]
        else:
            for name, value in (held | {"overridden": over}).items():
                setattr(seat, name, value)
            for link in self._under[seat.id]:
                link.number = given.get(link.quota_id)
        self._placed |= {(quota.id, seat.subject_ref) for quota in caps}
        self._given.add(seat.registration_id)
        self._open[seat.registration_id] = seat
        return SeatRead.of(seat, self._under[seat.id], self._quotas)

    def _enter(
        self, wanted: NewSeat, caller: Caller, caps: Sequence[Quota], state: Row, given: Mapping[UUID, int]
    ) -> Row:
        row = NOTHING_YET | {
            "id": new_id(),
            "registration_id": wanted.registration_id,
            "subject_ref": wanted.subject_ref,
            "programme": wanted.programme,
            "counted_on": wanted.on,
            "requested_by": caller.actor,
            "requested_at": clock.now(),
        }
        self._new.append(row | state)
        self._links += [{"seat_id": row["id"], "quota_id": cap.id, "number": given.get(cap.id)} for cap in caps]
        return self._new[-1]

    def _called(self, quota: Quota) -> Said:
        if quota.id not in self._names:
            self._names[quota.id] = quotas_.called(self._session, quota)
        return self._names[quota.id]

    def _wait(self, seat: Seat | None, wanted: NewSeat, caller: Caller, caps: Sequence[Quota], quota: Quota) -> CapFull:
        """Put on the waiting list, or leave there, whoever finds no place; and tell what can be done."""
        if seat is None:
            seat_id = self._enter(wanted, caller, caps, {"state": SeatState.WAITING}, {})["id"]
            for each in caps:
                self._waiting[each.id] = self._waiting.get(each.id, 0) + 1
            position = self._waiting[quota.id]
        else:
            seat_id, position = seat.id, queries.position(self._session, seat, quota.id)
        cap = self._full[quota.id]
        figures = {"places": cap.places, "held": cap.held, "taken": cap.taken, "waiting_position": position}
        refusal = CapFull(
            detail=what_to_do(self._called(quota), cap, position),
            quota_id=str(quota.id),
            seat_id=str(seat_id),
            **figures,
        )
        refusal.limit = self._called(quota)
        self._sent_away[wanted.registration_id] = refusal
        return refusal


def what_to_do(name: Said, cap: Cap, position: int) -> Said:
    """What a full cap says to whoever asked."""
    return Said(
        f"{name.zh}的{cap.places}个名额已占满（已用{cap.taken}，预留{cap.held}），已列入候补第{position}位。"
        "有名额退出后可再次办理；确需突破的，由两名经办人填写同一“突破理由”办理",
        f"All {cap.places} places of {name.en} are in use ({cap.taken} taken, {cap.held} held); you are number"
        f" {position} on the waiting list. Ask again when a place is given back, or let two officers state the"
        " same reason to go beyond",
    )


def _known(session: Session, registrations: Sequence[UUID]) -> KnownAs:
    """Unit and classes of registrations as they were told of last."""
    columns = SEEN.c.registration_id, SEEN.c.reporting_unit, SEEN.c.classes
    return {
        registration: (unit, classes)
        for some in stretches(registrations)
        for registration, unit, classes in session.execute(select(*columns).where(columns[0].in_(some)))
    }
