"""The demo year is believable, is nobody's, and fits the policy pack."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from stdnum.cn import uscc

from services.registry.subjects.rules.dates import age_on
from services.registry.subjects.rules.documents import StatedDocument
from services.registry.subjects.rules.names import name_faults
from services.registry.subjects.rules.organisations import Uscc, read_post_code, read_uscc
from services.registry.subjects.rules.reading import read_document
from shared.cli.demo_year import Drawing, Plan, Planned, credit_code, read_plan
from shared.contracts.details import DetailField
from shared.contracts.policy import PolicyPack
from shared.policy import read_pack

DEPLOY = Path(__file__).parents[2] / "deploy"
LAGGARDS = {"wanli", "anyi", "jinxian"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(DEPLOY / "demo" / "2019.toml")


@pytest.fixture(scope="module")
def pack() -> PolicyPack:
    return read_pack(DEPLOY / "policy" / "nanchang-2018-39.toml")


@pytest.fixture(scope="module")
def drawn(plan: Plan) -> list[Planned]:
    return Drawing(plan).registrations()


def test_the_plan_is_drawn_to_the_number(plan: Plan, drawn: list[Planned]) -> None:
    wanted: Counter[tuple[str, str, date]] = Counter()
    for programme in plan.programmes:
        for unit, counts in programme.months.items():
            wanted.update(
                {(programme.code, unit, date(2019, n, 1)): count for n, count in enumerate(counts, 1) if count}
            )
        wanted.update({(programme.code, unit, date(2018, 12, 1)): n for unit, n in programme.december_before.items()})
    assert Counter((each.programme, each.body["reporting_unit"], each.month) for each in drawn) == wanted


def test_the_same_plan_draws_the_same_year(plan: Plan, drawn: list[Planned]) -> None:
    assert Drawing(plan).registrations() == drawn


def test_thousands_come_from_every_unit_of_the_year_in_every_programme(
    plan: Plan, pack: PolicyPack, drawn: list[Planned]
) -> None:
    assert 4000 <= len(drawn) <= 6000
    assert {each.programme for each in drawn} == {programme.code for programme in pack.programmes}
    there = {unit.code for unit in pack.reporting_units if unit.valid_from.year < 2019}
    assert {each.body["reporting_unit"] for each in drawn} == there
    assert 30 <= len(plan.institutions) <= 40
    assert {each.institution for each in drawn} == {each.code for each in plan.institutions}


def test_three_units_lag_far_behind_and_july_brings_the_graduates(drawn: list[Planned]) -> None:
    by_unit = Counter(each.body["reporting_unit"] for each in drawn)
    others = [count for unit, count in by_unit.items() if unit not in LAGGARDS]
    assert max(by_unit[unit] for unit in LAGGARDS) * 1.5 < min(others)
    youth = Counter(each.month.month for each in drawn if each.programme == "youth-intake")
    assert youth[7] > 3 * max(count for month, count in youth.items() if month != 7)


def test_five_studios_and_four_bases_were_decided_in_december_2018_and_three_studios_in_2019(
    drawn: list[Planned],
) -> None:
    studios = Counter(each.month.year for each in drawn if each.programme == "skill-master-studios")
    bases = Counter(each.month for each in drawn if each.programme == "skill-training-bases")
    assert studios == {2018: 5, 2019: 3}
    assert bases[date(2018, 12, 1)] == 4


def test_some_leave_are_revoked_or_wait_and_all_exceptions_find_their_registration(
    plan: Plan, drawn: list[Planned]
) -> None:
    assert sum(1 for each in drawn if each.exception) == sum(each.count for each in plan.exceptions)
    ends = Counter(each.exception.then for each in drawn if each.exception)
    assert min(ends["revoke"], ends["exit"], ends[None]) >= 10
    assert len({(each.exception.in_month, each.programme) for each in drawn if each.exception}) > 10


def test_people_have_numbers_of_nobody_that_are_valid_and_their_own(drawn: list[Planned]) -> None:
    names: dict[str, str] = {}
    for subject in (each.body["subject"] for each in drawn if each.body["subject"]["kind"] == "person"):
        read = read_document("resident_id", subject["id_number"], "CHN", date(2019, 12, 31), fixtures_allowed=False)
        assert isinstance(read, StatedDocument)
        assert read.number.startswith("360101")
        assert not name_faults(subject["name"])
        assert names.setdefault(read.number, subject["name"]) == subject["name"]


def test_people_are_of_age_on_the_day_of_the_fact(drawn: list[Planned]) -> None:
    for each in drawn:
        if number := each.body["subject"].get("id_number"):
            born, fact = date.fromisoformat(number[6:14]), date.fromisoformat(each.body["fact_date"])
            assert 18 <= age_on(born, fact) <= 60
            if graduated := each.body["details"].get("graduated_on"):
                assert graduated < each.body["fact_date"]
                assert age_on(born, date.fromisoformat(graduated)) >= 19


def test_some_people_are_in_more_than_one_programme_and_none_twice_in_one(drawn: list[Planned]) -> None:
    places = Counter((each.programme, str(sorted(each.body["subject"].items()))) for each in drawn)
    assert set(places.values()) == {1}
    programmes = Counter(each.body["subject"].get("id_number") for each in drawn if "id_number" in each.body["subject"])
    assert sum(1 for count in programmes.values() if count > 1) > 100


def test_organisations_and_posts_have_valid_codes_of_their_own(plan: Plan, drawn: list[Planned]) -> None:
    subjects = [each.body["subject"] for each in drawn]
    codes = [subject["uscc"] for subject in subjects if subject["kind"] == "organisation"]
    codes += Drawing(plan).codes.values()
    posts = [subject["post_code"] for subject in subjects if subject["kind"] == "post"]
    assert all(isinstance(read_uscc(code), Uscc) and uscc.is_valid(code) for code in codes)
    assert all(read_post_code(code) == code for code in posts)
    assert len(set(codes)) == len(codes)
    assert len(set(posts)) == len(posts)
    assert {subject["host_uscc"] for subject in subjects if subject["kind"] == "post"} <= set(codes)


def test_an_organisation_code_may_end_in_x_within() -> None:
    assert [credit_code("91", serial)[16] for serial in range(200)].count("X") > 5
    assert all(isinstance(read_uscc(credit_code("91", serial)), Uscc) for serial in range(200))


def test_names_of_organisations_are_their_own(drawn: list[Planned]) -> None:
    names = [each.body["subject"]["name"] for each in drawn if each.body["subject"]["kind"] == "organisation"]
    assert len(set(names)) == len(names)


def test_details_are_those_of_the_programme(pack: PolicyPack, drawn: list[Planned]) -> None:
    fields = {programme.code: {field.name: field for field in programme.fields} for programme in pack.programmes}
    assert not [
        (each.programme, name, value)
        for each in drawn
        for name, value in each.body["details"].items()
        if not fits(fields[each.programme].get(name), value)
    ]


def fits(field: DetailField | None, value: object) -> bool:
    match field.type if field else None:
        case "choice":
            return field is not None and value in {choice.code for choice in field.choices}
        case "date":
            return isinstance(value, str) and bool(date.fromisoformat(value))
        case "integer":
            return type(value) is int
        case "boolean":
            return type(value) is bool
        case "text":
            return isinstance(value, str)
    return False


def test_certificates_agree_with_their_level_and_are_their_own(drawn: list[Planned]) -> None:
    details = [each.body["details"] for each in drawn if "certificate_no" in each.body["details"]]
    assert all(
        len(each["certificate_no"]) == 16 and each["certificate_no"][10] == each["skill_level"] for each in details
    )
    assert len({each["certificate_no"] for each in details}) == len(details) > 1000


@pytest.mark.parametrize("month", [date(2018, 12, 1), *(date(2019, n, 1) for n in range(1, 13))])
def test_decisions_follow_the_last_day_of_the_public_notice(plan: Plan, pack: PolicyPack, month: date) -> None:
    day, left = month.replace(day=plan.published_on_day), max(p.notice_working_days or 0 for p in pack.programmes)
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    assert day < month.replace(day=plan.decided_on_day)
