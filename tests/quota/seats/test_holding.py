"""Places asked for and held: full caps, waiting lists, holds that run out, overrides."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.quota.seats import queries
from services.quota.seats.errors import CapFull, NoCap
from services.quota.seats.rules import HOLDS_FOR, SeatState
from services.quota.seats.schemas import SeatRead
from services.quota.seats.workers import sweep
from shared.contracts.quota import QuotaExceeded, QuotaFilled
from shared.db import Database
from shared.db_clock import database_ms
from tests.quota.given import announced, define, deliver, event, progress, ref
from tests.quota.seats.places import ON, PROGRAMME, capped, claim, hold, pass_time, recognise, release, state, used


def test_asked_again_for_the_same_registration_it_is_the_same_seat(city: Database) -> None:
    """A timeout is an unknown: whoever asks again holds no second place, in one batch or in two, held or taken."""
    quota = capped(city)
    first, twin = hold(city, "a", "a")
    (again,) = claim(city, "a")
    recognise(city, "a")
    (taken,) = claim(city, "a")
    seats = [each for each in (first, twin, again, taken) if isinstance(each, SeatRead)]
    assert len(seats) == 4
    assert len({each.id for each in seats}) == 1
    assert used(city, quota) == (0, 1, 0)


def test_a_full_cap_refuses_and_keeps_a_waiting_list(city: Database) -> None:
    """名额已满: what is used, which place on the list, and what to do next, in both languages."""
    quota = capped(city)
    outcomes = hold(city, *range(4))
    assert [type(each) for each in outcomes] == [SeatRead, SeatRead, CapFull, CapFull]
    refusals = [each for each in outcomes if isinstance(each, CapFull)]
    assert [each.extra["waiting_position"] for each in refusals] == [1, 2]
    (again,) = hold(city, 3)
    assert isinstance(again, CapFull)
    assert again.extra | {"seat_id": ""} == {
        "quota_id": str(quota.id), "seat_id": "", "places": 2, "held": 2, "taken": 0, "waiting_position": 2,
    }  # fmt: skip
    assert again.problem("zh")["detail"].startswith("全市 · “双师型”教师（2019年1月1日起）的2个名额已占满")
    assert "of Dual-qualification teachers, the whole city (since 1 January 2019)" in again.problem("en")["detail"]
    assert "候补第2位" in again.problem("zh")["detail"]
    assert "number 2 on the waiting list" in again.problem("en")["detail"]
    assert "reason to go beyond" in again.problem("en")["detail"]
    assert used(city, quota) == (2, 0, 2)


def test_v07_a_full_cap_says_of_which_unit_programme_and_period_it_is(city: Database) -> None:
    capped(city, 0, period={"start": "2019-01-01", "end": "2019-12-31"}, unit="xihu")
    (refused,) = hold(city, "a", reporting_unit="xihu")
    assert isinstance(refused, CapFull)
    assert refused.problem("zh")["detail"].startswith("西湖区 · “双师型”教师（2019年）的0个名额已占满")
    assert "places of Dual-qualification teachers, Xihu" in refused.problem("en")["detail"]
    assert "2019" in refused.problem("en")["detail"]


def test_a_freed_place_goes_to_nobody_by_itself(city: Database) -> None:
    """The waiting list is an order, and no promise: an officer asks again for whoever is first."""
    quota = capped(city)
    first, *_ = hold(city, *range(4))
    assert isinstance(release(city, first), SeatRead)
    assert used(city, quota) == (1, 0, 2)
    (seat,) = hold(city, 2)
    assert isinstance(seat, SeatRead)
    assert used(city, quota) == (2, 0, 1)


def test_who_counts_already_needs_no_second_place(city: Database) -> None:
    """One head has one place, whatever it is asked for and in whichever registration."""
    quota = capped(city, 1)
    recognise(city, "a")
    (seat,) = claim(city, "b", subject_ref=ref(("subject", "a")))
    assert isinstance(seat, SeatRead)
    assert used(city, quota) == (0, 1, 0)
    deliver(city, event("revoked", "a", 2, programme=PROGRAMME, counted_on=ON))
    assert used(city, quota) == (1, 0, 0)  # the place stays with the subject, for the recognition under way
    assert isinstance(hold(city, "c")[0], CapFull)


def test_nobody_needs_a_place_where_there_is_no_cap(city: Database) -> None:
    """A goal takes everybody (C14); so does a cap of another year, unit or class."""
    define(city, amount=1, period={"start": "2018-01-01", "end": "2018-12-31"})
    capped(city, 0, period={"start": "2019-01-01", "end": "2019-12-31"}, unit="xihu")
    day = {"on": date(2018, 5, 1)}
    assert [type(each) for each in hold(city, *range(6), **day)] == [NoCap] * 6
    assert isinstance(hold(city, "a", reporting_unit="donghu")[0], NoCap)
    assert isinstance(hold(city, "a", reporting_unit="xihu")[0], CapFull)


def test_city_and_unit_are_filled_together_or_not_at_all(city: Database) -> None:
    """Two caps over one registration: the second one full takes nothing from the first."""
    whole, unit = capped(city, 5), capped(city, 1, unit="xihu")
    outcomes = hold(city, *range(3), reporting_unit="xihu")
    assert [type(each) for each in outcomes] == [SeatRead, CapFull, CapFull]
    assert (used(city, whole), used(city, unit)) == ((1, 0, 2), (1, 0, 2))


def test_what_quota_was_told_stands_in_for_what_is_not_given(city: Database) -> None:
    """Unit and classes of a registration that was submitted before."""
    unit = capped(city, 1, unit="xihu")
    deliver(city, event("submitted", "a", programme=PROGRAMME, counted_on=None, reporting_unit="xihu"))
    assert isinstance(hold(city, "a")[0], SeatRead)
    assert used(city, unit) == (1, 0, 0)


def test_a_hold_runs_out_by_the_clock_of_the_database(city: Database) -> None:
    """到期: the sweeper gives the place back, also long after; it admits nobody from the waiting list."""
    quota = capped(city, 1)
    seat, _ = hold(city, "a", "b")
    assert sweep(city) == 0
    pass_time(city, seat, HOLDS_FOR)
    assert sweep(city) == 1
    assert (state(city, seat), used(city, quota)) == (SeatState.EXPIRED, (0, 0, 1))
    assert sweep(city) == 0


def test_a_hold_that_ran_out_is_not_taken_though_nobody_swept(city: Database) -> None:
    """Taking checks the time itself: without a free place there is none, and with one it is another seat."""
    quota = capped(city, 1)
    (old,) = hold(city, "a")
    pass_time(city, old, HOLDS_FOR)
    (new,) = claim(city, "a")
    assert isinstance(old, SeatRead)
    assert isinstance(new, SeatRead)
    assert (state(city, old), new.id == old.id, used(city, quota)) == (SeatState.EXPIRED, False, (1, 0, 0))


def test_c16_the_51st_of_about_50_is_within_the_tolerance_and_the_56th_needs_an_override(city: Database) -> None:
    """左右 with 10 %: 55 places; those above the amount say so, and beyond them a place needs an override."""
    round_ = {"programme": "hongcheng-craftsmen", "classes": {"round": "2018-2019"}}
    seats = [each for each in claim(city, *range(55), **round_) if isinstance(each, SeatRead)]
    assert [each.under[0].number for each in seats] == list(range(1, 56))
    assert [each.under[0].beyond_amount for each in seats] == [False] * 50 + [True] * 5
    assert isinstance(claim(city, 55, **round_)[0], CapFull)
    (over,) = claim(city, 55, override=True, **round_)
    assert isinstance(over, SeatRead)
    assert (over.overridden, over.under[0].number) == (True, 56)
    craftsmen: dict[str, Any] = {
        "programme": "hongcheng-craftsmen",
        "classes": {"round": "2018-2019"},
        "counted_on": ON,
    }
    deliver(city, *(event(name=n, **craftsmen) for n in range(51)))
    assert progress(city, "T10", "2018-2019").completion_percent == "102.0"
    deliver(city, *(event(name=n, **craftsmen) for n in range(51, 56)), batch=1)
    assert [(each.value, each.places) for each in announced(city, QuotaFilled)] == [(55, 55)]
    assert [each.value for each in announced(city, QuotaExceeded)] == [56]


def test_an_override_takes_a_free_place_like_any_other(city: Database) -> None:
    """It is one only where there was no room."""
    capped(city, 1)
    (seat,) = claim(city, "a", override=True)
    assert isinstance(seat, SeatRead)
    assert not seat.overridden


def test_the_time_of_a_hold_is_told(city: Database) -> None:
    """Ten minutes for a hold by hand, no end for a recognition under way."""
    capped(city)
    by_hand, bound = hold(city, "a")[0], claim(city, "b")[0]
    assert isinstance(by_hand, SeatRead)
    assert isinstance(bound, SeatRead)
    with city.reading() as session:
        now: int = session.execute(select(database_ms())).scalar_one()
    assert by_hand.expires_at
    assert now < by_hand.expires_at.timestamp() * 1000 <= now + HOLDS_FOR
    assert bound.expires_at is None


def test_seats_of_a_cap_have_ids_of_their_own(city: Database) -> None:
    """The list is by the time of asking, then by id."""
    quota = capped(city, 1)
    hold(city, *range(3))
    with city.reading() as session:
        rows = queries.page(session, quota.id, None, 10)
        rest = queries.page(session, quota.id, (rows[0].requested_at, rows[0].id), 10)
    assert [row.registration_id for row in rows] == [UUID(str(ref(n))) for n in range(3)]
    assert [row.id for row in rest] == [row.id for row in rows[1:]]
