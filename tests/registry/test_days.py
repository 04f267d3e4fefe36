"""Days and document numbers as people write them, and the one form in which they are kept and answered."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.days import read_date, written_day
from shared.document_numbers import document_no
from shared.problems import Fault
from tests.registry.conftest import Registry
from tests.registry.subjects import person
from tests.registry.transitions.test_workflow import DECIDED, A, Drafts

THE_DAY = date(2018, 12, 7)
CELL = datetime.combine(THE_DAY, time())  # as a sheet has it
WRITTEN = [
    "2018年12月7日",
    "2018-12-7",
    "2018.12.7",
    "2018/12/7",
    "20181207",
    "二〇一八年十二月七日",
    "２０１８－１２－０７",
    " 2018 年 12 月 7 日 ",
    "二零一八年十二月七日",
]


@pytest.mark.parametrize("written", [*WRITTEN, 43441, 43441.0, CELL, THE_DAY])
def test_d17_a_day_is_read_however_it_is_written(written: object) -> None:
    assert read_date(written) == THE_DAY


def test_d17_a_serial_number_is_read_in_the_system_of_its_workbook() -> None:
    assert read_date(41979, starts_1904=True) == THE_DAY


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2018-13-01", "not_a_date"),
        ("2019-02-29", "not_a_date"),
        ("二〇一九年二月三十日", "not_a_date"),
        ("二〇一八年二三月七日", "not_a_date"),
        ("12/7/18", "date_ambiguous"),
        ("18-12-07", "date_ambiguous"),
        ("7.12.2018", "date_ambiguous"),
        ("2018-12/7", "date_parsing"),
        ("2018-12-07T08:00", "date_parsing"),
        (CELL + timedelta(hours=8), "date_parsing"),
        (43441.5, "date_parsing"),
        (1544140800, "date_parsing"),
        (True, "date_parsing"),
        (None, "date_parsing"),
    ],
)
def test_d19_what_is_no_day_or_could_be_several_is_refused(written: object, code: str) -> None:
    refused = read_date(written)
    assert isinstance(refused, Fault)
    assert refused.code == code


def test_d17_d19_a_registration_takes_every_written_form_and_answers_in_one(registry: Registry) -> None:
    for n, written in enumerate(WRITTEN):
        body = person(n, fact_date=written, details={"graduated_on": written})
        made = registry.post(A, "/v1/registrations", body)
        assert (made.status_code, made.json()["fact_date"]) == (201, "2018-12-07"), written
        assert made.json()["details"] == {"graduated_on": "2018-12-07"}
    refusals: tuple[tuple[object, str], ...] = (
        ("2018-13-01", "not_a_date"),
        ("12/7/18", "date_ambiguous"),
        (43441, "date_parsing"),
    )
    for wrong, code in refusals:
        refused = registry.post(A, "/v1/registrations", person(fact_date=wrong)).json()
        assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [("/fact_date", code)]


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_d20_a_day_is_written_without_padding_and_read_again(day: date) -> None:
    assert written_day(THE_DAY) == "2018年12月7日"
    assert read_date(written_day(day)) == day


@pytest.mark.parametrize(
    "written",
    [
        "洪人社字[2020]5号",
        "洪人社字(2020)5号",
        "洪人社字（2020）第5号",
        "洪人社字【2020】005号",
        "洪人社字〈2020〉5号",
        " 洪人社字 〔２０２０〕 ５ 号 ",
    ],
)
def test_a_document_number_has_one_form(written: str) -> None:
    assert document_no(written) == "洪人社字〔2020〕5号"


@pytest.mark.parametrize("other", ["第3次会议纪要", "1", "洪人社字〔2020〕0号", "洪人社字〔20〕5号"])
def test_what_is_no_document_number_of_that_form_stays_as_it_was(other: str) -> None:
    assert document_no(other) == other


def test_a_decision_is_kept_under_the_one_form_of_its_number(registry: Registry) -> None:
    registration_id = Drafts(registry, "review").at("city_passed")
    decided = DECIDED | {"decision_no": "洪人社字[2019]第01号"}
    answer = registry.act("bureau", registration_id, "recognise", **decided).json()
    assert answer["decision_no"] == registry.events()[-1].decision_no == "洪人社字〔2019〕1号"
