"""Places under a cap: held, taken, given back and run out, always in step with the heads."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from services.quota.quotas.models import Quota
from services.quota.seats import queries
from services.quota.seats.commands import holding as asking
from services.quota.seats.commands import releasing as commands
from services.quota.seats.commands.settling import lapse
from services.quota.seats.errors import BeingRecognised, NoCap, QuotaFull, SeatTaken
from services.quota.seats.models import CAP, SEAT
from services.quota.seats.rules import HEARD_WITHIN, HOLDS_FOR, State
from services.quota.seats.schemas import NewClaim, NewSeat, SeatRead
from services.quota.seats.workers import sweep
from shared.contracts.quota import MilestoneReached, QuotaExceeded, QuotaFilled, SeatOverdue
from shared.contracts.registration import SeatLapsed
from shared.db import Database, database_ms
from shared.problems import Refusal
from tests.quota.given import BUREAU, announced, apply, define, event, progress, ref, tell
from tests.quota.test_decisions import edited, revised

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
        return asking.hold(session, [NewSeat.model_validate(wanted(name, **about)) for name in names], BUREAU)


def claim(database: Database, *names: object, **about: Any) -> list[SeatRead | Refusal]:
    """Hold places for recognitions under way, in one batch."""
    with database.writing() as session:
        return asking.claim(session, [NewClaim.model_validate(wanted(name, **about)) for name in names], BUREAU)


def release(database: Database, seat: object) -> SeatRead | Refusal:
    """Give a seat back."""
    assert isinstance(seat, SeatRead)
    with database.writing() as session:
        return commands.release(session, [seat.id], BUREAU)[0]


def recognise(database: Database, *names: object, **about: Any) -> None:
    """The registry tells that they are recognised."""
    tell(database, *(event(name=name, programme=PROGRAMME, counted_on=ON, **about) for name in names))


def used(database: Database, quota: Quota) -> tuple[int, int, int]:
    """Held, taken and waiting under a cap."""
    with database.reading() as session:
        cap = queries.caps(session, [quota.id])[quota.id]
        return cap.held, cap.taken, queries.waiting(session, [quota.id]).get(quota.id, 0)


def state(database: Database, seat: object) -> State:
    """What has become of a seat."""
    assert isinstance(seat, SeatRead)
    with database.reading() as session:
        return State(queries.seats(session, [seat.id])[seat.id].state)


def pass_time(database: Database, seat: object, by: int, column: str = "expires_ms") -> None:
    """Let a seat be older than it is, by the database's clock."""
    assert isinstance(seat, SeatRead)
    with database.writing() as session:
        session.execute(update(SEAT).where(SEAT.c.id == seat.id).values({column: SEAT.c[column] - by}))


def lapsed(database: Database, **about: Any) -> None:
    """The registry tells that nothing will come of a seat."""
    with database.writing() as session:
        lapse(session, [SeatLapsed(**about)])


def test_a_place_is_held_taken_and_given_back(city: Database) -> None:
    """预留, 已用, 已释放: the figure and the places go together."""
    quota = capped(city)
    (seat,) = hold(city, "a")
    assert isinstance(seat, SeatRead)
    assert (seat.state, [each.number for each in seat.under], used(city, quota)) == (State.HELD, [1], (1, 0, 0))
    recognise(city, "a")
    assert (state(city, seat), used(city, quota)) == (State.TAKEN, (0, 1, 0))
    tell(city, event("revoked", "a", 2, programme=PROGRAMME, counted_on=ON))
    assert (state(city, seat), used(city, quota), progress(city, PROGRAMME).value) == (State.RELEASED, (0, 0, 0), 0)


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
    assert [type(each) for each in outcomes] == [SeatRead, SeatRead, QuotaFull, QuotaFull]
    refusals = [each for each in outcomes if isinstance(each, QuotaFull)]
    assert [each.extra["waiting_position"] for each in refusals] == [1, 2]
    (again,) = hold(city, 3)
    assert isinstance(again, QuotaFull)
    assert again.extra | {"seat_id": ""} == {
        "quota_id": str(quota.id), "seat_id": "", "places": 2, "held": 2, "taken": 0, "waiting_position": 2,
    }  # fmt: skip
    assert "候补第2位" in again.problem("zh")["detail"]
    assert "number 2 on the waiting list" in again.problem("en")["detail"]
    assert "override_reason" in again.problem("en")["detail"]
    assert used(city, quota) == (2, 0, 2)


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
    tell(city, event("revoked", "a", 2, programme=PROGRAMME, counted_on=ON))
    assert used(city, quota) == (1, 0, 0)  # the place stays with the subject, for the recognition under way
    assert isinstance(hold(city, "c")[0], QuotaFull)


def test_nobody_needs_a_place_where_there_is_no_cap(city: Database) -> None:
    """A goal takes everybody (C14); so does a cap of another year, unit or class."""
    define(city, amount=1, period={"start": "2018-01-01", "end": "2018-12-31"})
    capped(city, 0, period={"start": "2019-01-01", "end": "2019-12-31"}, unit="xihu")
    day = {"on": date(2018, 5, 1)}
    assert [type(each) for each in hold(city, *range(6), **day)] == [NoCap] * 6
    assert isinstance(hold(city, "a", reporting_unit="donghu")[0], NoCap)
    assert isinstance(hold(city, "a", reporting_unit="xihu")[0], QuotaFull)


def test_city_and_unit_are_filled_together_or_not_at_all(city: Database) -> None:
    """Two caps over one registration: the second one full takes nothing from the first."""
    whole, unit = capped(city, 5), capped(city, 1, unit="xihu")
    outcomes = hold(city, *range(3), reporting_unit="xihu")
    assert [type(each) for each in outcomes] == [SeatRead, QuotaFull, QuotaFull]
    assert (used(city, whole), used(city, unit)) == ((1, 0, 2), (1, 0, 2))


def test_what_quota_was_told_stands_in_for_what_is_not_given(city: Database) -> None:
    """Unit and classes of a registration that was submitted before."""
    unit = capped(city, 1, unit="xihu")
    tell(city, event("submitted", "a", programme=PROGRAMME, counted_on=None, reporting_unit="xihu"))
    assert isinstance(hold(city, "a")[0], SeatRead)
    assert used(city, unit) == (1, 0, 0)


def test_a_hold_runs_out_by_the_clock_of_the_database(city: Database) -> None:
    """到期: the sweeper gives the place back, also long after; it admits nobody from the waiting list."""
    quota = capped(city, 1)
    seat, _ = hold(city, "a", "b")
    assert sweep(city) == 0
    pass_time(city, seat, HOLDS_FOR)
    assert sweep(city) == 1
    assert (state(city, seat), used(city, quota)) == (State.EXPIRED, (0, 0, 1))
    assert sweep(city) == 0


def test_a_hold_that_ran_out_is_not_taken_though_nobody_swept(city: Database) -> None:
    """Taking checks the time itself: without a free place there is none, and with one it is another seat."""
    quota = capped(city, 1)
    (old,) = hold(city, "a")
    pass_time(city, old, HOLDS_FOR)
    (new,) = claim(city, "a")
    assert isinstance(old, SeatRead)
    assert isinstance(new, SeatRead)
    assert (state(city, old), new.id == old.id, used(city, quota)) == (State.EXPIRED, False, (1, 0, 0))


def test_a_recognition_under_way_keeps_its_place_until_the_registry_has_spoken(city: Database) -> None:
    """No clock frees what may have been recognised; the registry is asked, again and again, and its word ends it."""
    quota = capped(city, 1)
    (seat,) = claim(city, "a")
    assert isinstance(seat, SeatRead)
    pass_time(city, seat, HOLDS_FOR)
    pass_time(city, seat, HEARD_WITHIN, "bound_ms")
    assert [sweep(city), sweep(city)] == [1, 0]
    pass_time(city, seat, HEARD_WITHIN, "inquired_ms")
    assert sweep(city) == 1
    assert [each.seat_id for each in announced(city, SeatOverdue)] == [seat.id, seat.id]
    assert (state(city, seat), used(city, quota)) == (State.HELD, (1, 0, 0))
    lapsed(city, registration_id=seat.registration_id, subject_ref=seat.subject_ref, seat_id=seat.id)
    assert (state(city, seat), used(city, quota)) == (State.EXPIRED, (0, 0, 0))


def test_the_registry_s_word_comes_too_late_for_a_place_that_is_taken(city: Database) -> None:
    """作废 after 认定 changes nothing."""
    quota = capped(city, 1)
    (seat,) = claim(city, "a")
    assert isinstance(seat, SeatRead)
    recognise(city, "a")
    lapsed(city, registration_id=seat.registration_id, subject_ref=seat.subject_ref, seat_id=seat.id)
    assert (state(city, seat), used(city, quota)) == (State.TAKEN, (0, 1, 0))


def test_who_is_rejected_leaves_the_waiting_list(city: Database) -> None:
    """The registry names the registration alone."""
    quota = capped(city, 0)
    hold(city, "a")
    lapsed(city, registration_id=ref("a"), subject_ref=ref(("subject", "a")))
    assert used(city, quota) == (0, 0, 0)


def test_what_is_being_recognised_or_taken_is_not_given_back_by_hand(city: Database) -> None:
    """Only a hold and a place on the waiting list are."""
    capped(city)
    (bound,) = claim(city, "a")
    assert isinstance(release(city, bound), BeingRecognised)
    recognise(city, "a")
    assert isinstance(release(city, bound), SeatTaken)


def test_heads_that_come_unasked_count_and_show_as_over_committed(city: Database) -> None:
    """What was recognised before the cap was known here, or imported, is a fact: counted, flagged, and told once."""
    quota = capped(city, 2, milestones=[100])
    hold(city, "x")
    recognise(city, "a", "b", "c")
    assert used(city, quota) == (1, 3, 0)
    assert progress(city, PROGRAMME).status == "exceeded"
    assert isinstance(hold(city, "d")[0], QuotaFull)
    recognise(city, "d")
    assert [(each.value, each.places) for each in announced(city, QuotaFilled)] == [(3, 2)]
    assert [each.value for each in announced(city, QuotaExceeded)] == [3]
    assert len(announced(city, MilestoneReached)) == 1


def test_history_told_again_fills_silently(city: Database) -> None:
    """A replay takes places and tells nobody, then or later."""
    quota = capped(city, 1)
    recognise(city, "a", replay=True)
    recognise(city, "b")
    assert used(city, quota) == (0, 2, 0)
    assert announced(city, QuotaFilled) == []
    assert [each.value for each in announced(city, QuotaExceeded)] == [2]


def test_a_cap_lowered_below_its_use_puts_nobody_out(city: Database) -> None:
    """超额: flagged, no new place until enough have left; a raised cap has room again, and is filled anew."""
    quota = capped(city, 3)
    hold(city, "a", "b")
    recognise(city, "a")
    low = revised(city, quota, 1)
    assert used(city, low) == (1, 1, 0)
    assert isinstance(hold(city, "c")[0], QuotaFull)
    recognise(city, "b")
    assert used(city, low) == (0, 2, 1)
    high = revised(city, low, 3)
    assert isinstance(hold(city, "c")[0], SeatRead)
    recognise(city, "c")
    assert [(each.value, each.places) for each in announced(city, QuotaFilled)] == [(3, 3)]
    assert used(city, high) == (0, 3, 0)


def test_c16_the_51st_of_about_50_is_within_the_tolerance_and_the_56th_needs_an_override(city: Database) -> None:
    """左右 with 10 %: 55 places; those above the amount say so, and beyond them a place needs an override."""
    round_ = {"programme": "hongcheng-craftsmen", "classes": {"round": "2018-2019"}}
    seats = [each for each in claim(city, *range(55), **round_) if isinstance(each, SeatRead)]
    assert [each.under[0].number for each in seats] == list(range(1, 56))
    assert [each.under[0].beyond_amount for each in seats] == [False] * 50 + [True] * 5
    assert isinstance(claim(city, 55, **round_)[0], QuotaFull)
    (over,) = claim(city, 55, override=True, **round_)
    assert isinstance(over, SeatRead)
    assert (over.overridden, over.under[0].number) == (True, 56)
    craftsmen: dict[str, Any] = {
        "programme": "hongcheng-craftsmen",
        "classes": {"round": "2018-2019"},
        "counted_on": ON,
    }
    tell(city, *(event(name=n, **craftsmen) for n in range(51)))
    assert progress(city, "T10", "2018-2019").completion_percent == "102.0"
    tell(city, *(event(name=n, **craftsmen) for n in range(51, 56)), batch=1)
    assert [(each.value, each.places) for each in announced(city, QuotaFilled)] == [(55, 55)]
    assert [each.value for each in announced(city, QuotaExceeded)] == [56]


def test_an_override_takes_a_free_place_like_any_other(city: Database) -> None:
    """It is one only where there was no room."""
    capped(city, 1)
    (seat,) = claim(city, "a", override=True)
    assert isinstance(seat, SeatRead)
    assert not seat.overridden


def test_the_database_itself_refuses_one_too_many(city: Database) -> None:
    """CHECK: whatever the code does."""
    quota = capped(city, 1)
    hold(city, "a")
    with pytest.raises(IntegrityError), city.writing() as session:
        session.execute(update(CAP).where(CAP.c.quota_id == quota.id).values(held=CAP.c.held + 1))


def test_a_wording_that_limits_nobody_any_more_leaves_no_cap(city: Database) -> None:
    """The pack words 左右 as 以上: places are neither shown nor asked for, and what was held runs out."""
    craftsman = {"programme": "hongcheng-craftsmen", "classes": {"round": "2018-2019"}}
    (seat,) = hold(city, "a", **craftsman)
    apply(city, edited("T10", comparison="at_least", tolerance_percent=0))
    assert isinstance(hold(city, "b", **craftsman)[0], NoCap)
    assert progress(city, "T10", "2018-2019").seats is None
    pass_time(city, seat, HOLDS_FOR)
    assert (sweep(city), state(city, seat)) == (1, State.EXPIRED)


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
        rest = queries.page(session, quota.id, (rows[0].asked_at, rows[0].id), 10)
    assert [row.registration_id for row in rows] == [UUID(str(ref(n))) for n in range(3)]
    assert [row.id for row in rest] == [row.id for row in rows[1:]]
