"""Who counts against which quota of Nanchang: the cases of the policy, one by one."""

from datetime import date
from typing import Any

from services.quota.figures.queries import records
from shared.contracts.quota import MilestoneReached
from shared.contracts.registration import RegistrationEvent
from shared.db import Database
from tests.quota.counting.people import ALL, studios
from tests.quota.given import announced, crossings, deliver, event, progress, ref


def people(count: int, **about: Any) -> list[RegistrationEvent]:
    return [event(name=(n, *sorted(about.items(), key=str)), **about) for n in range(count)]


def within(database: Database, code: str) -> dict[str, int]:
    """The plain counts within a target (其中)."""
    return {part.code: part.value for part in progress(database, code).of_which}


def test_c01_two_classes_share_one_quota(city: Database) -> None:
    """C01: 60 of class A and 50 of class B are 110 of 100."""
    for talent_class, number in (("A", 60), ("B", 50)):
        deliver(city, *people(number, classes={"talent_class": talent_class}))
    found = progress(city, "T01")
    assert (found.value, found.amount, found.completion_percent, found.status) == (110, 100, "110.0", "attained")


def test_c02_class_d_counts_nowhere(city: Database) -> None:
    """C02: a person of class D changes neither T01 nor T02."""
    for programme in ("top-talent", "local-leading-talent"):
        deliver(city, event(name=programme, programme=programme, classes={"talent_class": "D"}))
    assert (progress(city, "T01").gross, progress(city, "T02").gross) == (0, 0)


def test_c04_one_person_in_three_programmes(city: Database) -> None:
    """C04: each programme counts one, the city one person, and the matrix shows the overlap."""
    person = ref("somebody")
    deliver(
        city,
        event(name=1, subject_ref=person, classes={"talent_class": "A"}),
        event(name=2, subject_ref=person, programme="overseas-talent"),
        event(name=3, subject_ref=person, programme="youth-intake"),
        event(name=4, programme="youth-intake"),
        event("submitted", name=5, programme="youth-intake", counted_on=None),
    )
    assert [progress(city, code).value for code in ("T01", "T05", "T11")] == [1, 1, 2]
    with city.reading() as session:
        matrix = {(row.programme, row.other): row.subjects for row in records.overlaps(session)}
        assert records.distinct_subjects(session) == {"person": 2}
    assert matrix["top-talent", "overseas-talent"] == matrix["overseas-talent", "top-talent"] == 1
    assert matrix["youth-intake", "youth-intake"] == 2
    assert matrix["overseas-talent", "youth-intake"] == 1


def test_c05_two_certificates_are_one_skilled_worker(city: Database) -> None:
    """C05: 高级工 in 2019 and 技师 in 2020 are one of T06 and one of T07, of 2019."""
    worker: dict[str, Any] = {"subject_ref": ref("worker"), "programme": "highly-skilled-workers"}
    deliver(city, event(name=2, **worker, classes={"skill_level": "2"}, counted_on=date(2020, 6, 1)))
    deliver(city, event(name=1, **worker, classes={"skill_level": "3"}, counted_on=date(2019, 6, 1)))
    for code in ("T06", "T07"):
        assert progress(city, code).value == 1
        assert progress(city, code, past=True, on=date(2019, 6, 1)).value == 1
        assert progress(city, code, past=True, on=date(2019, 5, 31)).value == 0


def test_c13_c14_years_stand_alone(city: Database) -> None:
    """C13, C14: 4 of 5 are 80 %, a sixth studio makes 120 %, and nothing is carried over to the next year."""
    deliver(city, *studios(4, 2018), *studios(6, 2019))
    shown = {year: progress(city, "T08", year, on=date(2020, 12, 31)) for year in ("2018", "2019", "2020")}
    assert [(shown[year].value, shown[year].completion_percent) for year in shown] == [
        (4, "80.0"),
        (6, "120.0"),
        (0, "0.0"),
    ]
    assert [shown[year].status for year in shown] == ["short", "attained", "short"]


def test_the_fifth_studio_tells_90_and_100_together(city: Database) -> None:
    """Each studio of five tells what it crosses: the fifth two milestones, each exactly once."""
    deliver(city, *studios(5, 2018), batch=1)
    assert crossings(city, "T08", "2018") == [(percent, "reached") for percent in ALL]
    values = [(event.percent, event.value, event.episode) for event in announced(city, MilestoneReached)]
    assert values == [(25, 2, 1), (50, 3, 1), (75, 4, 1), (90, 5, 1), (100, 5, 1)]


def test_a_jump_to_a_thousand_tells_every_milestone_once(city: Database) -> None:
    """From 0 to 1,000 in one batch, each milestone names the record that reached it."""
    batch = people(1_000, programme="industry-urgent-talent")
    deliver(city, *batch)
    reached = announced(city, MilestoneReached)
    assert [(event.percent, event.value) for event in reached] == [(percent, percent * 10) for percent in ALL]
    crossing = progress(city, "T03").milestones[-1]
    assert (crossing.state, crossing.detected_at) == ("reached", batch[999].time)


def test_c16_c17_craftsmen_beyond_their_round(city: Database) -> None:
    """C16, C17: 51 of about 50 are 102 % and attained; the 56th is one too many; 100 of a round are 200 %."""
    craftsmen = people(100, programme="hongcheng-craftsmen", classes={"round": "2018-2019", "title": "craftsman"})
    deliver(city, *craftsmen[:51])
    found = progress(city, "T10", "2018-2019")
    assert (found.completion_percent, found.status) == ("102.0", "attained")
    deliver(city, *craftsmen[51:56])
    assert progress(city, "T10", "2018-2019").status == "exceeded"
    deliver(city, *craftsmen[56:])
    assert progress(city, "T10", "2018-2019").completion_percent == "200.0"


def test_d05_the_round_named_decides_not_the_year(city: Database) -> None:
    """A craftsman honoured in 2020 for the round of 2018 and 2019 is counted there."""
    deliver(
        city, *people(1, programme="hongcheng-craftsmen", classes={"round": "2018-2019"}, counted_on=date(2020, 2, 1))
    )
    assert progress(city, "T10", "2018-2019").value == 1
    assert progress(city, "T10", "2020-2021", on=date(2020, 12, 31)).value == 0


def test_c19_195_bases_are_basically_enough(city: Database) -> None:
    """C19: 195 of about 200 are 97.5 %, 基本达标."""
    deliver(city, *people(195, programme="internship-bases", subject_kind="organisation"))
    found = progress(city, "T12")
    assert (found.completion_percent, found.status, found.remaining) == ("97.5", "basically_attained", 5)


def test_c28_a_vacant_post_is_a_post(city: Database) -> None:
    """C28: a post exists while it is vacant; suspending it takes nothing away."""
    post: dict[str, Any] = {"programme": "public-welfare-posts", "subject_kind": "post"}
    deliver(city, event(**post), event("suspended", version=2, **post))
    assert (progress(city, "T13").in_stock, progress(city, "T13").value) == (1, 1)


def test_c28_the_occupancy_of_a_vacant_post_is_nothing(city: Database) -> None:
    """C28: vacant since March, it exists (T13, stock 1) and is not filled (N13, 0)."""
    post: dict[str, Any] = {"programme": "public-welfare-posts", "subject_kind": "post"}
    deliver(city, event(classes={"vacant": "yes"}, **post))
    assert (progress(city, "T13").in_stock, within(city, "T13")) == (1, {"N13": 0})
    deliver(city, event(version=2, classes={"vacant": "no"}, **post))
    assert (progress(city, "T13").in_stock, within(city, "T13")) == (1, {"N13": 1})


def test_c40_a_teacher_of_a_provincial_college_is_kept_and_not_counted(city: Database) -> None:
    """C40: 市属 only; the plain count has no amount, no percentage, no pace and no milestone."""
    owners = ["provincial", "municipal"]
    deliver(city, *(event(name=o, programme="dual-qualified-teachers", classes={"school_owner": o}) for o in owners))
    found = progress(city, "N03")
    assert (found.value, found.amount, found.status, found.completion_percent) == (1, None, "no_amount", None)
    assert (found.pace, found.milestones, crossings(city, "N03")) == (None, [], [])


def test_c41_dual_certificates_are_counted_within_the_intake(city: Database) -> None:
    deliver(city, *(event(name=n, programme="youth-intake", classes={"dual_certificate": n}) for n in ("yes", "no")))
    assert (progress(city, "T11").value, within(city, "T11")) == (2, {"N06": 1, "N08": 0})
    of_a_unit = progress(city, "T11", unit="donghu")
    assert [(part.code, part.value) for part in of_a_unit.of_which] == [("N06", 1), ("N08", 0)]


def test_c37_a_base_that_closes(city: Database) -> None:
    """C37: 累计 unchanged, 在库 −1 from the day it closed."""
    base: dict[str, Any] = {"programme": "internship-bases", "subject_kind": "organisation"}
    closed_on = date(2020, 6, 15)
    deliver(city, event(**base), event("exited", version=2, ended_on=closed_on, **base))
    found = progress(city, "T12")
    assert (found.net, found.in_stock, found.value) == (1, 0, 0)
    assert progress(city, "T12", past=True, on=date(2020, 6, 14)).value == 1
    assert progress(city, "T12", past=True, on=closed_on).value == 0


def test_c38_a_base_that_reopens_is_one_base(city: Database) -> None:
    """C38: closed and opened again in one year, under another registration, it is one base."""
    base: dict[str, Any] = {"programme": "internship-bases", "subject_kind": "organisation", "subject_ref": ref("base")}
    deliver(city, event(name=1, **base), event("exited", 1, 2, ended_on=date(2019, 6, 1), **base))
    deliver(city, event(name=2, counted_on=date(2019, 9, 1), **base))
    found = progress(city, "T12")
    assert (found.gross, found.net, found.in_stock) == (1, 1, 1)


def test_c44_an_expert_who_applies_every_year(city: Database) -> None:
    """C44: 2018, 2019 and 2020 are one head of T05."""
    expert: dict[str, Any] = {"programme": "overseas-talent", "subject_ref": ref("expert")}
    deliver(city, *(event(name=year, counted_on=date(year, 4, 1), **expert) for year in (2018, 2019, 2020)))
    assert progress(city, "T05", on=date(2020, 12, 31)).value == 1


def test_units_add_up_to_the_city(city: Database) -> None:
    """A unit shows what it contributes, not a completion; together they are the city's figure."""
    for unit, number in (("donghu", 3), ("xihu", 2)):
        deliver(city, *people(number, programme="youth-intake", reporting_unit=unit))
    deliver(city, event(name="moved", programme="youth-intake"))
    deliver(city, event(name="moved", version=2, programme="youth-intake", reporting_unit="anyi"))
    found = progress(city, "T11", by_unit=True)
    assert [(each.unit, each.value) for each in found.units or []] == [("anyi", 1), ("donghu", 3), ("xihu", 2)]
    part = progress(city, "T11", unit="xihu")
    assert (part.unit, part.value, part.amount, part.completion_percent, part.status, part.pace) == (
        "xihu",
        2,
        None,
        None,
        "no_amount",
        None,
    )
    assert part.milestones == []
