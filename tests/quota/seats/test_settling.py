"""Places in step with the heads: taken, given back, over-committed, and nobody put out."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.event import listen
from sqlalchemy.exc import IntegrityError

from services.quota.seats.commands.settling import lapse
from services.quota.seats.errors import BeingRecognised, CapFull, NoCap, SeatTaken
from services.quota.seats.models import CAP
from services.quota.seats.rules import HEARD_WITHIN, HOLDS_FOR, SeatState
from services.quota.seats.schemas import SeatRead
from services.quota.seats.workers import sweep
from shared.contracts.quota import MilestoneReached, QuotaExceeded, QuotaFilled, SeatOverdue
from shared.contracts.registration import SeatLapsed
from shared.db import Database
from tests.quota.given import announced, apply, deliver, event, progress, ref
from tests.quota.policy.decided import edited, revised
from tests.quota.seats.places import ON, PROGRAMME, capped, claim, hold, pass_time, recognise, release, state, used


def lapsed(database: Database, **about: Any) -> None:
    """The registry tells that nothing will come of a seat."""
    with database.writing() as session:
        lapse(session, [SeatLapsed(**about)])


def test_a_place_is_held_taken_and_given_back(city: Database) -> None:
    """预留, 已用, 已释放: the figure and the places go together."""
    quota = capped(city)
    (seat,) = hold(city, "a")
    assert isinstance(seat, SeatRead)
    assert (seat.state, [each.number for each in seat.under], used(city, quota)) == (SeatState.HELD, [1], (1, 0, 0))
    recognise(city, "a")
    assert (state(city, seat), used(city, quota)) == (SeatState.TAKEN, (0, 1, 0))
    deliver(city, event("revoked", "a", 2, programme=PROGRAMME, counted_on=ON))
    assert (state(city, seat), used(city, quota), progress(city, PROGRAMME).value) == (SeatState.RELEASED, (0, 0, 0), 0)


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
    assert (state(city, seat), used(city, quota)) == (SeatState.HELD, (1, 0, 0))
    lapsed(city, registration_id=seat.registration_id, subject_ref=seat.subject_ref, seat_id=seat.id)
    assert (state(city, seat), used(city, quota)) == (SeatState.EXPIRED, (0, 0, 0))


def test_the_registry_s_word_comes_too_late_for_a_place_that_is_taken(city: Database) -> None:
    """作废 after 认定 changes nothing."""
    quota = capped(city, 1)
    (seat,) = claim(city, "a")
    assert isinstance(seat, SeatRead)
    recognise(city, "a")
    lapsed(city, registration_id=seat.registration_id, subject_ref=seat.subject_ref, seat_id=seat.id)
    assert (state(city, seat), used(city, quota)) == (SeatState.TAKEN, (0, 1, 0))


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
    assert isinstance(hold(city, "d")[0], CapFull)
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


def test_v05_silence_is_of_each_event_and_not_of_a_batch(city: Database) -> None:
    """A replay that fills a cap in one batch with live events is no news; a live event in it that exceeds it is."""
    quota = capped(city, 2)
    usual: dict[str, Any] = {"programme": PROGRAMME, "counted_on": ON}
    live = event(name="live", **usual)
    deliver(city, live, *(event(name=name, replay=True, **usual) for name in ("a", "b")), event(name="c"))
    assert used(city, quota) == (0, 3, 0)
    assert (announced(city, QuotaFilled), announced(city, QuotaExceeded)) == ([], [])
    low = capped(city, 2, unit="xihu")
    events = [event(name=("x", n), replay=n < 2, reporting_unit="xihu", **usual) for n in range(3)]
    deliver(city, *events)
    assert used(city, low)[1] == 3
    assert announced(city, QuotaFilled) == []
    assert [(each.quota_id, each.value) for each in announced(city, QuotaExceeded)] == [(low.id, 3)]


def test_v05_one_batch_however_history_and_news_alternate_in_it(city: Database) -> None:
    """Whoever fills it decides, wherever in the batch; and no batch is taken apart for it, which would cost as many."""
    quota = capped(city, 10)
    usual: dict[str, Any] = {"programme": PROGRAMME, "counted_on": ON}
    statements: list[str] = []
    listen(city.engine, "after_cursor_execute", lambda _, __, statement, *___: statements.append(statement))
    deliver(city, *(event(name=n, replay=n % 2 == 0, **usual) for n in range(200)))
    assert used(city, quota) == (0, 200, 0)
    filled, exceeded = announced(city, QuotaFilled), announced(city, QuotaExceeded)
    assert ([each.value for each in filled], exceeded) == ([200], [])  # the tenth was news, the eleventh history
    assert len(statements) < 200


def test_a_cap_lowered_below_its_use_puts_nobody_out(city: Database) -> None:
    """超额: flagged, no new place until enough have left; a raised cap has room again, and is filled anew."""
    quota = capped(city, 3)
    hold(city, "a", "b")
    recognise(city, "a")
    low = revised(city, quota, 1)
    assert used(city, low) == (1, 1, 0)
    assert isinstance(hold(city, "c")[0], CapFull)
    recognise(city, "b")
    assert used(city, low) == (0, 2, 1)
    high = revised(city, low, 3)
    assert isinstance(hold(city, "c")[0], SeatRead)
    recognise(city, "c")
    assert [(each.value, each.places) for each in announced(city, QuotaFilled)] == [(3, 3)]
    assert used(city, high) == (0, 3, 0)


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
    assert (sweep(city), state(city, seat)) == (1, SeatState.EXPIRED)
