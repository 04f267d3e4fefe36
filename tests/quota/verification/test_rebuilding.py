"""Everything counted anew from the registry, compared and swapped in."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from services.quota.counting.models import HEADCOUNT, MILESTONE, SEEN
from services.quota.seats.rules import SeatState
from services.quota.verification.models import SHADOW
from services.quota.verification.queries import checking as verification
from services.quota.verification.queries import comparing as queries
from shared import clock
from shared.auth import Role
from shared.contracts.facts import Fact
from shared.service_tables import outbox
from tests.quota.conftest import Site
from tests.quota.given import crossings, deliver, event, progress, ref
from tests.quota.seats.places import ON, capped, claim, state, used
from tests.quota.verification.damaged import (
    PROGRAMME,
    Counted,
    counter_off,
    figures,
    head_off,
    line_gone,
    line_of_nobody,
    of_quota,
    rows,
    sum_off,
    teacher,
)
from tests.quota.verification.rebuilt import REASON, Rebuilding, facts

MONTH = {"edition": "2019-04"}


def damage(counted: Counted) -> None:
    """One registration lost, one known as it was before it left, one known wrongly; and every layer above disturbed."""
    counted.damage(
        delete(SEEN).where(SEEN.c.registration_id == ref(0)),
        update(SEEN).where(SEEN.c.registration_id == ref(1)).values(version=1, state="recognised", ended_on=None),
        update(SEEN).where(SEEN.c.registration_id == ref(2)).values(reporting_unit="xinjian"),
        *line_gone(counted),
        *line_of_nobody(counted),
        *head_off(counted),
        *counter_off(counted),
        *sum_off(counted),
        update(MILESTONE).where(of_quota(MILESTONE, counted), MILESTONE.c.percent == 50).values(state="fallen_back"),
    )


def counters(counted: Counted) -> dict[tuple[str | None, str], int]:
    with counted.site.database.reading() as session:
        held = session.execute(select(HEADCOUNT).where(of_quota(HEADCOUNT, counted))).all()
    return {(row.unit or None, name): getattr(row, name) for row in held for name in ("gross", "net", "in_stock")}


def test_a_damaged_quota_is_again_what_the_registry_makes_of_it(counted: Counted) -> None:
    """All layers, as a city that was never damaged; what was shown is what was done; nothing is announced."""
    database = counted.site.database
    right, whole, announced = figures(database), facts(counted), rows(database, outbox)
    crossed = crossings(database, PROGRAMME)
    damage(counted)
    assert figures(database) != right
    lost = of_quota(MILESTONE, counted) & MILESTONE.c.percent.in_([75, 100])
    counted.damage(delete(MILESTONE).where(lost))

    rebuild = Rebuilding.begun(counted.site).filled(whole)
    shown = rebuild.shown()
    assert shown["in_order"] is False
    assert {name: shown["registrations"][name] for name in ("told", "known", "missing", "older", "different")} == {
        "told": 3,
        "known": 2,
        "missing": 1,
        "older": 1,
        "different": 1,
    }
    assert all(shown["changes"].values())
    named = {"quota_id": str(counted.quota), "code": PROGRAMME, "period": "2019", "quota_unit": None}
    assert {"unit": None, "figure": "net", "now": 1, "rebuilt": 3} | named in shown["figures"]
    moved = [(each["percent"], each["now"], each["rebuilt"]) for each in shown["milestones"]]
    assert moved == [(50, "fallen_back", "reached"), (75, None, "reached"), (100, None, "pending")]

    done = rebuild.swapped()
    assert (done["state"], done["comparison"]) == ("swapped", shown)
    now = counters(counted)
    for each in shown["figures"]:
        assert now[each["unit"], each["figure"]] == each["rebuilt"]
    assert figures(database) == right
    assert facts(counted) == whole
    assert counted.verify().json()["in_order"] is True
    assert rows(database, outbox) == announced
    assert crossings(database, PROGRAMME) == crossed
    assert rows(database, SHADOW) == 0

    adjustments = counted.adjustments()
    assert len(adjustments) == done["adjustments"]
    assert {(each["by"], each["reason"]) for each in adjustments} == {("operator", REASON)}
    assert all(each["before"] != each["after"] for each in adjustments)
    registrations = {each["registration_id"]: each for each in adjustments if each["layer"] == "registration"}
    assert registrations[str(ref(1))]["after"] == {"version": 2, "state": "exited", "ended_on": "2019-08-01"}
    assert Rebuilding.begun(counted.site).filled(whole).shown()["in_order"] is True


def test_counting_goes_on_and_what_comes_late_changes_nothing(counted: Counted) -> None:
    """Versions decide after a swap as before it; the next head reaches the milestones that are next, aloud."""
    database = counted.site.database
    whole = facts(counted)
    damage(counted)
    Rebuilding.begun(counted.site).filled(whole).swapped()
    right, announced = figures(database), rows(database, outbox)
    deliver(database, *(teacher(n) for n in range(3)), teacher(1, "exited", 2, ended_on=date(2019, 8, 1)))
    assert (figures(database), rows(database, outbox)) == (right, announced)
    before = crossings(database, PROGRAMME)
    deliver(database, teacher(3))
    assert crossings(database, PROGRAMME)[len(before) :] == [(90, "reached"), (100, "reached")]
    assert counted.verify().json()["in_order"] is True


def test_what_came_while_it_was_filled_stays(counted: Counted) -> None:
    """A newer version and a new registration that the shadow has not seen; and whole subjects in whatever blocks."""
    database = counted.site.database
    whole = facts(counted)
    rebuild = Rebuilding.begun(counted.site)
    deliver(database, teacher(3, time=clock.now()), teacher(2, "revoked", 2, time=clock.now()))
    right = figures(database)
    rebuild.filled(whole)
    shown = rebuild.shown()
    assert shown["in_order"] is True
    assert {name: shown["registrations"][name] for name in ("newer", "surplus", "behind")} == {
        "newer": 1,
        "surplus": 1,
        "behind": 0,
    }
    rebuild.swapped()
    assert figures(database) == right
    assert counted.adjustments() == []


def test_subjects_that_are_others_now_are_compared_in_whatever_blocks(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two found to be one person: the head that goes and the one that stays lie in different blocks."""
    whole = facts(counted)
    one = {"subject_ref": whole[0]["subject_ref"], "version": 7}
    rebuild = Rebuilding.begun(counted.site).filled([whole[0], *(each | one for each in whole[1:])])
    shown = rebuild.shown()
    totals = [(each["now"], each["rebuilt"]) for each in shown["figures"] if each["unit"] is None]
    assert totals == [(3, 1), (3, 1), (2, 1)]
    for size in (1, 2, 3):
        monkeypatch.setattr(verification, "SUBJECTS_AT_ONCE", size)
        monkeypatch.setattr(queries, "AT_ONCE", size)
        assert rebuild.shown() == shown
    assert rebuild.swapped()["comparison"] == shown
    assert counted.verify().json()["in_order"] is True


def test_what_was_shown_before_stays_as_it_was_shown(counted: Counted) -> None:
    """A figure as it was known before the swap shows what was counted wrongly, and a bulletin what was published."""
    site = counted.site
    whole = facts(counted)
    damage(counted)
    counted.repair()  # all layers are at one in what is wrong
    path = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/bulletins", MONTH).headers["Location"]
    published = site.get(path).content
    then = clock.now()

    def known_then() -> Any:
        days = (date(2019, 2, 1), date(2019, 12, 31))
        return [progress(site.database, PROGRAMME, past=True, on=on, known_at=then, by_unit=True) for on in days]

    before = [each.model_dump(exclude={"milestones"}) for each in known_then()]
    Rebuilding.begun(site).filled(whole).swapped()
    assert [each.model_dump(exclude={"milestones"}) for each in known_then()] == before
    assert before[1]["net"] != progress(site.database, PROGRAMME, past=True).net
    assert site.get(path).content == published
    assert counted.verify().json()["adrift"]["bulletins"] == 0


def test_a_seat_is_taken_by_the_head_that_comes_back(site: Site) -> None:
    """Its event was lost; the place it was given stays one place, and nobody hears that the cap is full."""
    quota = capped(site.database, amount=1)
    (seat,) = claim(site.database, "r1")
    announced = rows(site.database, outbox)
    recognised = event(name="r1", programme=PROGRAMME, counted_on=ON)
    Rebuilding.begun(site).filled([Fact.of(recognised).model_dump(mode="json")]).swapped()
    assert (used(site.database, quota), state(site.database, seat)) == ((0, 1, 0), SeatState.TAKEN)
    assert rows(site.database, outbox) == announced
