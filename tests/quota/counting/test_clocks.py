"""Revoked, regained, repeated, replayed: figures by the day they count and the instant they are known."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from services.quota.counting.models import HEADCOUNT, LEDGER
from shared.contracts.quota import MilestoneFallenBack, MilestoneReached, MilestoneRegained
from shared.db import Database
from tests.quota.counting.people import ALL, studios
from tests.quota.given import announced, apply, crossings, deliver, event, nanchang, progress, ref


def test_f01_f02_f04_f05_revoked_regained_and_left(city: Database) -> None:
    """F01, F02, F04, F05: 曾达成，现回落, then 恢复达成; who is revoked never counted, who leaves did."""
    leading: dict[str, Any] = {"programme": "local-leading-talent", "classes": {"talent_class": "C"}}
    deliver(city, *(event(name=n, **leading) for n in range(500)))
    deliver(city, *(event("revoked", n, 2, **leading) for n in (0, 1)))
    found = progress(city, "T02")
    assert (found.gross, found.revoked, found.net, found.completion_percent) == (500, 2, 498, "99.6")
    assert [each.state for each in found.milestones] == ["reached"] * 4 + ["fallen_back"]
    deliver(city, *(event(name=n, **leading) for n in (500, 501)))
    assert crossings(city, "T02") == [
        *((percent, "reached") for percent in ALL),
        (100, "fallen_back"),
        (100, "regained"),
    ]
    (fallen,), (regained,) = announced(city, MilestoneFallenBack), announced(city, MilestoneRegained)
    assert (fallen.value, fallen.episode, regained.value, regained.episode) == (499, 1, 500, 2)
    deliver(city, event("exited", 2, 2, ended_on=date(2019, 11, 1), **leading))
    assert (progress(city, "T02").net, progress(city, "T02").in_stock) == (500, 499)
    assert progress(city, "T02").milestones[-1].state == "regained"


@pytest.mark.parametrize("batch", [1, 100])
def test_f01_how_many_went_by_the_same_cause_since_the_milestone_was_reached(city: Database, batch: int) -> None:
    """撤销2家: whoever came and went since is none of them, nor who went otherwise, nor who went before."""
    studio: dict[str, Any] = {"programme": "skill-master-studios", "subject_kind": "organisation"}
    events = [event(name=n, **studio) for n in range(5)]
    events += [event("revoked", 4, 2, **studio), event(name=5, **studio)]  # fallen back, regained
    events += [event(name=n, **studio) for n in (6, 7, 8)]
    events += [event("recognised", 0, 2, **studio | {"counted_on": date(2020, 3, 1)}), event("revoked", 1, 2, **studio)]
    events += [event("revoked", n, 2, **studio) for n in (6, 2)]  # of whom the first came since
    deliver(city, *events, batch=batch)
    fallen = [each for each in announced(city, MilestoneFallenBack) if each.percent == 100]
    said = [(each.value, each.cause, each.cause_count) for each in fallen if each.period_label == "2019"]
    assert said == [(4, "revoked", 1), (4, "revoked", 2)]


def test_two_clocks(city: Database) -> None:
    """A late report (补报) stands on its date and was not known before; a figure once known is found again."""
    learnt_at = datetime(2019, 4, 2, tzinfo=UTC)
    late = datetime(2020, 1, 6, tzinfo=UTC)
    revoked = datetime(2021, 5, 1, tzinfo=UTC)
    studio: dict[str, Any] = {"programme": "skill-master-studios", "subject_kind": "organisation"}
    deliver(
        city,
        event(name=1, counted_on=date(2019, 4, 1), time=learnt_at, **studio),
        event(name=2, counted_on=date(2019, 12, 28), time=late, **studio),
        event("revoked", 1, 2, counted_on=date(2019, 4, 1), time=revoked, **studio),
    )

    def known(on: date, at: datetime) -> int:
        return progress(city, "T08", "2019", past=True, on=on, known_at=at).value

    year_end = date(2019, 12, 31)
    assert known(year_end, datetime(2019, 12, 31, tzinfo=UTC)) == 1
    assert known(year_end, late) == 2
    assert known(date(2019, 12, 27), late) == 1
    assert known(year_end, revoked) == 1
    assert known(date(2019, 3, 31), revoked) == 0


def test_no_figure_was_ever_known_to_be_negative(city: Database) -> None:
    """Of one person two events come the wrong way round: at no instant does any unit show less than nothing."""
    ten, twenty = (datetime(2020, 1, day, tzinfo=UTC) for day in (10, 20))
    person: dict[str, Any] = {"programme": "youth-intake", "subject_ref": ref("person")}
    deliver(city, event(name=2, counted_on=date(2019, 9, 1), reporting_unit="xihu", time=twenty, **person))
    deliver(city, event(name=1, counted_on=date(2019, 3, 1), time=ten, **person))
    for day in (5, 15, 25):
        found = progress(city, "T11", past=True, known_at=datetime(2020, 1, day, tzinfo=UTC), by_unit=True)
        assert all(each.value >= 0 for each in found.units or [])
        assert found.value == (1 if day == 25 else 0)


def test_milestones_as_they_had_been_told(city: Database) -> None:
    """Asked as it was known then, a milestone stands where it then stood; one reached on a later day is pending."""
    five = studios(5, 2019)
    deliver(city, *five)
    fifth, revocation = five[-1], event("revoked", ("studio", 2019, 0), 2, programme="skill-master-studios")
    deliver(city, revocation)

    def hundred(on: date, at: datetime) -> str:
        return progress(city, "T08", "2019", past=True, on=on, known_at=at).milestones[-1].state

    assert hundred(date(2019, 12, 31), five[-2].time) == "pending"
    assert hundred(date(2019, 12, 31), fifth.time) == "reached"
    assert hundred(date(2019, 12, 19), fifth.time) == "pending"
    assert hundred(date(2019, 12, 31), revocation.time) == "fallen_back"


def test_f07_what_comes_again_changes_nothing(city: Database) -> None:
    """F07: an event repeated, an older version, the same version under another id: no double count, nothing told."""
    first = event(name=1, classes={"talent_class": "A"})
    newer = event("revoked", 1, 3, classes={"talent_class": "A"})
    older = event(name=1, version=2, classes={"talent_class": "A"}, reporting_unit="xihu")
    deliver(city, first, newer)
    before = progress(city, "T01")
    deliver(city, first, older, newer, event("recognised", 1, 3, classes={"talent_class": "A"}))
    assert progress(city, "T01") == before
    assert (before.gross, before.net) == (1, 0)


def test_replayed_history_is_counted_and_told_to_nobody(city: Database) -> None:
    """A replay (重放) fills the figures and moves the milestones; no event leaves."""
    deliver(city, *(each.model_copy(update={"replay": True}) for each in studios(5, 2018)))
    found = progress(city, "T08", "2018")
    assert (found.value, found.milestones[-1].state) == (5, "reached")
    assert crossings(city, "T08") == announced(city, MilestoneReached) == []


def test_two_subjects_found_to_be_one_are_one_head(city: Database) -> None:
    """A registration that moves to another subject takes its head along, and no milestone trembles."""
    deliver(city, *studios(5, 2018))
    about: dict[str, Any] = {
        "programme": "skill-master-studios",
        "counted_on": date(2018, 12, 20),
        "subject_ref": ref("other"),
    }
    deliver(city, event(name=("studio", 2018, 4), version=2, **about))
    assert progress(city, "T08", "2018").value == 5
    assert len(crossings(city, "T08")) == 5


def test_the_ledger_and_the_counters_agree(city: Database) -> None:
    """counter == sum(ledger), by unit and in all; and a pack applied again leaves both alone."""
    deliver(city, *studios(3, 2019), event("revoked", ("studio", 2019, 1), 2, programme="skill-master-studios"))
    assert apply(city, nanchang()).changes == []
    sums = [func.sum(LEDGER.c[name]) for name in ("gross", "net", "in_stock")]
    with city.reading() as session:
        ledger = {
            (row[0], row[1]): tuple(row[2:])
            for row in session.execute(
                select(LEDGER.c.quota_id, LEDGER.c.unit, *sums).group_by(LEDGER.c.quota_id, LEDGER.c.unit)
            )
        }
        counters = {(row[0], row[1]): tuple(row[2:]) for row in session.execute(select(HEADCOUNT))}
    assert {place: counts for place, counts in counters.items() if place[1]} == ledger
    assert (3, 2, 2) in counters.values()
