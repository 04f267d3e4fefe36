"""Classes that change after a registration counts: 在岗, 已落户, 持双证 follow as of their day, and as it was known."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from services.quota.counting.queries.headcounts import counters
from services.quota.counting.rules.heads import Counts, LedgerCell, Stretch, belonging, head
from services.quota.figures.rules import CountingReason, why
from services.quota.quotas.models import QUOTA
from shared.contracts.registration import ClassChange, Spell
from shared.db import Database
from tests.quota.counting.test_who_counts import within
from tests.quota.given import KNOWN, deliver, event, progress, ref, scope, seen

MARCH, MAY, JULY, SEPTEMBER = (date(2019, month, 1) for month in (3, 5, 7, 9))
POST: dict[str, Any] = {"programme": "public-welfare-posts", "subject_kind": "post", "counted_on": MARCH}
HELD = scope("public-welfare-posts", where={"vacant": frozenset({"no"})}, end=None)


def change(value: str | None, since: date, name: str = "vacant") -> ClassChange:
    return ClassChange(name=name, value=value, since=since)


def post(*changes: ClassChange, **more: Any) -> Any:
    return seen(**POST | {"classes": {"vacant": "no"}, "class_changes": changes} | more)


def test_x03_a_registration_belongs_on_the_days_on_which_it_has_the_class() -> None:
    vacant, held = change("yes", MAY), change("no", JULY)
    assert belonging(HELD, post()) == [Stretch(MARCH, None)]
    assert belonging(HELD, post(vacant)) == [Stretch(MARCH, MAY)]
    assert belonging(HELD, post(vacant, held)) == [Stretch(MARCH, MAY), Stretch(JULY, None)]
    assert belonging(HELD, post(change("yes", date(2019, 1, 1)), held)) == [Stretch(JULY, None)]
    assert belonging(HELD, post(counted_on=None)) == belonging(HELD, post(programme="youth-intake")) == []


def test_x03_who_comes_after_the_period_is_not_of_it() -> None:
    settled = scope("youth-intake", where={"settled": frozenset({"yes"})})
    young: dict[str, Any] = {"programme": "youth-intake", "classes": {"settled": "no"}}
    in_time, late = (
        seen(class_changes=(change("yes", on, "settled"),), **young) for on in (SEPTEMBER, date(2020, 1, 1))
    )
    assert (belonging(settled, in_time), belonging(settled, late)) == ([Stretch(SEPTEMBER, None)], [])


def test_x03_a_post_is_in_stock_while_it_is_held() -> None:
    one = head(HELD, [post(change("yes", MAY), change("no", JULY))])
    assert one is not None
    assert (one.net, one.in_stock, one.counted_on, one.ended_on) == (True, True, MARCH, None)
    assert one.cells == (
        LedgerCell("donghu", MARCH, Counts(1, 1, 1)),
        LedgerCell("donghu", MAY, Counts(0, 0, -1)),
        LedgerCell("donghu", JULY, Counts(0, 0, 1)),
    )
    left = head(HELD, [post(change("yes", MAY), change("no", JULY), state="exited", ended_on=date(2019, 6, 1))])
    assert left is not None
    assert (left.net, left.in_stock, left.ended_on) == (True, False, MAY)
    revoked = head(HELD, [post(change("yes", MAY), state="revoked")])
    assert revoked is not None
    assert (revoked.gross, revoked.net, revoked.in_stock, revoked.cells) == (True, False, False, ())


def test_x03_what_falls_vacant_and_moves_is_counted_where_it_then_is() -> None:
    """Vacant in May, with another unit from July on, held again in September: the credit stays, the stock moves."""
    moved = post(
        change("yes", MAY),
        change("no", SEPTEMBER),
        reporting_unit="xihu",
        spells=(Spell(reporting_unit="donghu", until=JULY),),
    )
    one = head(HELD, [moved])
    assert one is not None
    assert one.cells == (
        LedgerCell("donghu", MARCH, Counts(1, 1, 1)),
        LedgerCell("donghu", MAY, Counts(0, 0, -1)),
        LedgerCell("xihu", SEPTEMBER, Counts(0, 0, 1)),
    )


def test_x03_a_subject_counts_once_whatever_it_is_registered_for() -> None:
    """Two hats: two registrations of one person, both settled; and one of them revoked."""
    settled = scope("youth-intake", where={"settled": frozenset({"yes"})}, end=None)
    about: dict[str, Any] = {"programme": "youth-intake", "classes": {"settled": "no"}}
    one = seen("r1", class_changes=(change("yes", SEPTEMBER, "settled"),), **about)
    two = seen("r2", class_changes=(change("yes", JULY, "settled"),), **about)
    found = head(settled, [one, two])
    assert found is not None
    assert (found.registration_id, found.counted_on, found.in_stock) == (ref("r2"), JULY, True)
    found = head(settled, [one, two._replace(state="revoked")])
    assert found is not None
    assert (found.registration_id, found.counted_on) == (ref("r1"), SEPTEMBER)


def test_x03_why_a_vacant_post_does_not_count() -> None:
    vacant = post(change("yes", MAY))
    assert why(HELD, "in_stock", vacant, [vacant]).reason == CountingReason.OTHER_CLASS
    held = post(change("yes", MAY), change("no", JULY))
    assert why(HELD, "in_stock", held, [held]).reason == CountingReason.COUNTS


def test_x03_the_counts_follow_as_of_their_day_and_as_known(city: Database) -> None:
    """T13 keeps the post; 在岗 (N13) loses it while it is vacant, in whatever order that becomes known."""
    learnt = KNOWN + timedelta(days=400)
    held: dict[str, Any] = POST | {"classes": {"vacant": "no"}}
    changes = [change("yes", MAY), change("no", SEPTEMBER)]
    deliver(city, event(time=learnt, **held))
    deliver(city, event(version=2, class_changes=changes[:1], time=learnt + timedelta(days=1), **held))
    deliver(city, event(version=3, class_changes=changes, time=learnt + timedelta(days=2), **held))

    def on(day: date, known_at: datetime = datetime(2030, 1, 1, tzinfo=UTC)) -> tuple[int, int]:
        found = progress(city, "T13", on=day, known_at=known_at, past=True)
        return found.value, {part.code: part.value for part in found.of_which}["N13"]

    assert [on(day) for day in (MARCH, MAY, JULY, SEPTEMBER)] == [(1, 1), (1, 0), (1, 0), (1, 1)]
    assert on(SEPTEMBER, learnt + timedelta(days=1)) == (1, 0)
    assert on(SEPTEMBER, learnt) == (1, 1)
    assert within(city, "T13") == {"N13": 1}
    mine = progress(city, "T13", unit="donghu", on=MAY, past=True)
    assert (mine.value, {part.code: part.value for part in mine.of_which}) == (1, {"N13": 0})


def test_x03_settled_and_dual_are_read_within_the_target(city: Database) -> None:
    young: dict[str, Any] = {"programme": "youth-intake", "classes": {"settled": "no", "dual_certificate": "no"}}
    later = [change("yes", JULY, "settled"), change("yes", SEPTEMBER, "dual_certificate")]
    deliver(city, event(name=1, class_changes=later, **young), event(name=2, **young))
    assert within(city, "T11") == {"N06": 1, "N08": 1}
    found = progress(city, "T11", on=JULY, past=True)
    assert {part.code: part.value for part in found.of_which} == {"N06": 0, "N08": 1}
    deliver(city, event("revoked", name=1, version=2, class_changes=later, **young))
    assert within(city, "T11") == {"N06": 0, "N08": 0}


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_x03_order_and_repetition_do_not_matter(city: Database, order: tuple[int, ...]) -> None:
    held: dict[str, Any] = POST | {"classes": {"vacant": "no"}}
    changes = [change("yes", MAY), change("no", SEPTEMBER)]
    versions = [event(version=n + 1, class_changes=changes[:n], **held) for n in range(3)]
    deliver(city, *(versions[n] for n in order), versions[order[0]], batch=1)
    with city.reading() as session:
        (quota,) = session.execute(QUOTA.select().with_only_columns(QUOTA.c.id).where(QUOTA.c.code == "N13")).scalars()
        assert counters(session, [quota])[quota, ""] == Counts(1, 1, 1)
    assert within(city, "T13") == {"N13": 1}
