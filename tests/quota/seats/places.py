"""What the tests of seats share: asking for places, and what became of them."""

from datetime import date
from typing import Any

from sqlalchemy import update

from services.quota.quotas.models import Quota
from services.quota.seats import queries
from services.quota.seats.commands import holding, releasing
from services.quota.seats.models import SEAT
from services.quota.seats.rules import SeatState
from services.quota.seats.schemas import NewClaim, NewSeat, SeatRead
from shared.db import Database
from shared.operations import Call
from shared.problems import Refusal
from tests.quota.given import BUREAU, define, deliver, event, ref

PROGRAMME = "dual-qualified-teachers"


ON = date(2019, 3, 1)


def capped(database: Database, amount: int = 2, **wanted: Any) -> Quota:
    """A cap of the bureau's own."""
    return define(database, kind="cap", amount=amount, **wanted)


def wanted(name: object, **about: Any) -> dict[str, Any]:
    """A place for a registration; its subject is the one that `event(name=…)` tells of."""
    usual = {"programme": PROGRAMME, "subject_ref": ref(("subject", name)), "registration_id": ref(name), "on": ON}
    return usual | about


def hold(database: Database, *names: object, **about: Any) -> list[SeatRead | Refusal]:
    """Hold places by hand, in one batch."""
    with database.writing() as session:
        return holding.hold(session, [Call(NewSeat.model_validate(wanted(name, **about)), BUREAU) for name in names])


def claim(database: Database, *names: object, **about: Any) -> list[SeatRead | Refusal]:
    """Hold places for recognitions under way, in one batch."""
    with database.writing() as session:
        return holding.claim(session, [Call(NewClaim.model_validate(wanted(name, **about)), BUREAU) for name in names])


def release(database: Database, seat: object) -> SeatRead | Refusal:
    """Give a seat back."""
    assert isinstance(seat, SeatRead)
    with database.writing() as session:
        return releasing.release(session, [Call(seat.id, BUREAU)])[0]


def recognise(database: Database, *names: object, **about: Any) -> None:
    """The registry tells that they are recognised."""
    deliver(database, *(event(name=name, programme=PROGRAMME, counted_on=ON, **about) for name in names))


def used(database: Database, quota: Quota) -> tuple[int, int, int]:
    """Held, taken and waiting under a cap."""
    with database.reading() as session:
        cap = queries.caps(session, [quota.id])[quota.id]
        return cap.held, cap.taken, queries.waiting(session, [quota.id]).get(quota.id, 0)


def state(database: Database, seat: object) -> SeatState:
    """What has become of a seat."""
    assert isinstance(seat, SeatRead)
    with database.reading() as session:
        return SeatState(queries.seats(session, [seat.id])[seat.id].state)


def pass_time(database: Database, seat: object, by: int, column: str = "expires_ms") -> None:
    """Let a seat be older than it is, by the database's clock."""
    assert isinstance(seat, SeatRead)
    with database.writing() as session:
        session.execute(update(SEAT).where(SEAT.c.id == seat.id).values({column: SEAT.c[column] - by}))
