"""Several processes of quota give places at the same moment: no place is given twice, and none is lost."""

from functools import partial

from services.quota.seats import queries
from services.quota.seats.rules import HOLDS_FOR
from services.quota.seats.schemas import SeatRead
from services.quota.seats.workers import sweep
from shared.db import Database
from tests.at_once import at_once
from tests.quota.seats.places import capped, claim, hold, pass_time, recognise, used

PLACES = 50


def test_a_thousand_places_asked_at_once_of_eight_processes_and_fifty_given(city: Database) -> None:
    """Each counts what the others gave before it gives."""
    quota = capped(city, PLACES)
    batches = [range(n, n + 125) for n in range(0, 1000, 125)]
    outcomes = at_once(city, "cap", *(partial(hold, city, *batch) for batch in batches))
    assert sum(isinstance(each, SeatRead) for outcome in outcomes for each in outcome) == PLACES
    assert used(city, quota) == (PLACES, 0, 1000 - PLACES)


def test_the_same_registration_asked_of_two_processes_has_one_seat(city: Database) -> None:
    """Who comes second is given the seat of the first."""
    quota = capped(city, PLACES)
    (first,), (second,) = at_once(city, "cap", partial(claim, city, "a"), partial(claim, city, "a"))
    assert isinstance(first, SeatRead)
    assert isinstance(second, SeatRead)
    assert (first.id, used(city, quota)) == (second.id, (1, 0, 0))


def test_asking_counting_and_sweeping_at_once_agree(city: Database) -> None:
    """Whatever comes first: held are those still to be counted, and taken is the figure."""
    quota = capped(city, 4)
    over, *_ = hold(city, "over", "a", "b")
    pass_time(city, over, HOLDS_FOR)
    at_once(
        city,
        "cap",
        partial(claim, city, "c", "d", "a"),
        partial(recognise, city, "a", "b"),
        partial(sweep, city),
    )
    sweep(city)
    with city.reading() as session:
        cap, held = queries.caps(session, [quota.id])[quota.id], queries.held(session, [quota])
        figures = queries.figures(session, [quota])
    assert (cap.taken, cap.held) == (figures[quota.id], held[quota.id])
    assert cap.taken == 2
    assert cap.held in (1, 2)  # one where the sweeper came after those who asked
