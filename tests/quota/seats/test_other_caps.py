"""Asked again where other caps limit a registration than before: it moved, or a cap is new. No cap is passed by it."""

from services.quota.seats.errors import CapFull
from services.quota.seats.rules import SeatState
from services.quota.seats.schemas import SeatRead
from shared.db import Database
from shared.problems import Refusal
from tests.quota.given import ref
from tests.quota.seats.places import capped, claim, hold, recognise, release, state, used


def test_v01_who_waits_under_one_cap_and_moves_holds_a_place_of_the_other(city: Database) -> None:
    there, here = capped(city, 1, unit="xihu"), capped(city, 1, unit="donghu")
    _, refused = claim(city, "a", "b", reporting_unit="xihu")
    assert isinstance(refused, Refusal)
    (given,) = claim(city, "b", reporting_unit="donghu")
    assert isinstance(given, SeatRead)
    assert [place.quota_id for place in given.under] == [here.id]
    assert (used(city, there), used(city, here)) == ((1, 0, 0), (1, 0, 0))
    (late,) = claim(city, "c", reporting_unit="donghu")
    assert isinstance(late, Refusal)
    assert used(city, here) == (1, 0, 1)


def test_v01_a_held_place_does_not_serve_elsewhere(city: Database) -> None:
    """It is given back where it was held; beyond every cap no place is needed."""
    there, here = capped(city, 1, unit="xihu"), capped(city, 1, unit="donghu")
    (old,) = claim(city, "a", reporting_unit="xihu")
    (new,) = claim(city, "a", reporting_unit="donghu")
    assert isinstance(new, SeatRead)
    assert (state(city, old), state(city, new)) == (SeatState.EXPIRED, SeatState.HELD)
    assert (used(city, there), used(city, here)) == ((0, 0, 0), (1, 0, 0))
    (none,) = claim(city, "a", reporting_unit="wanli")
    assert isinstance(none, Refusal)
    assert (none.slug, used(city, here)) == ("no-cap", (0, 0, 0))


def test_v01_a_cap_that_is_new_is_asked_too_and_nobody_loses_the_place_in_the_list(city: Database) -> None:
    whole = capped(city, 1)
    claim(city, "a", "b", "c", reporting_unit="xihu")
    unit = capped(city, 5, unit="xihu")
    again, other = claim(city, "b", "c", reporting_unit="xihu")
    assert isinstance(again, Refusal)
    assert isinstance(other, Refusal)
    assert [each.extra["waiting_position"] for each in (again, other)] == [1, 2]
    assert (used(city, whole), used(city, unit)) == ((1, 0, 2), (0, 0, 2))
    (first, *_) = hold(city, "a", reporting_unit="xihu")
    assert isinstance(first, SeatRead)
    assert {place.quota_id for place in first.under} == {whole.id, unit.id}


def test_w04_a_place_that_was_asked_for_another_subject_serves_no_recognition(city: Database) -> None:
    """An officer alone asks for a place in the name of who counts already, which takes none, and then recognises."""
    quota = capped(city, 1)
    recognise(city, "a")
    (without,) = hold(city, "b", subject_ref=ref(("subject", "a")))
    assert isinstance(without, SeatRead)
    (refused,) = claim(city, "b")
    assert isinstance(refused, CapFull)
    assert state(city, without) == SeatState.EXPIRED
    assert used(city, quota) == (0, 1, 1)


def test_w04_who_waits_in_anothers_name_is_given_a_place_of_their_own(city: Database) -> None:
    quota = capped(city, 1)
    (first,) = hold(city, "a")
    hold(city, "b", subject_ref=ref(("subject", "c")))
    assert isinstance(release(city, first), SeatRead)
    (seat,) = claim(city, "b")
    assert isinstance(seat, SeatRead)
    assert seat.subject_ref == ref(("subject", "b"))
    (others,) = hold(city, "c")
    assert isinstance(others, CapFull)
    assert used(city, quota) == (1, 0, 1)
