"""From the overview down: a programme against time, its units, its quota, the records behind a number; a unit."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.portal.client.progress import ProgressAnswer
from services.portal.pages.programmes.rules import heads_for, ranked, whole_months
from services.portal.pages.programmes.schemas import MonthAnswer
from services.portal.shell.charts import burn_up
from shared.auth import Role
from tests.languages import foreign
from tests.portal import sample
from tests.portal.conftest import City
from tests.portal.reading import Read
from tests.portal.test_sign_in import sign_in

DAY = {"as_of": "2019-12-31"}
PROGRAMME = "/programmes/skilled-workers"
RECORD = UUID(int=500)


def months(value: int) -> list[dict[str, Any]]:
    """Two months of 2019, and one after the day that the pages show."""
    month = {"late": 0, "learnt_late": 0, "year_on_year_percent": None}
    return [
        month | {"month": "2019-11", "added": 1_000, "value": value - 873},
        month | {"month": "2019-12", "added": 873, "value": value, "late": 3, "year_on_year_percent": "-2.5"},
        month | {"month": "2020-01", "added": 7_777, "value": value + 7_777},
    ]


def quota(item: dict[str, Any]) -> dict[str, Any]:
    """The quota behind a progress item."""
    return {
        "id": item["quota_id"],
        "comparison": "at_least",
        "measure": "net_cumulative",
        "document_no": "洪府发〔2018〕39号",
        "awaiting": "second_officer",
    } | {name: item[name] for name in ("code", "programme", "period", "amount")} | {
        "wording_zh": item["wording"]["zh"],
        "wording_en": item["wording"]["en"],
    }  # fmt: skip


@pytest.fixture
def skilled(city: City) -> dict[str, Any]:
    """The skilled workers of the sample year with all that stands behind them."""
    return behind(city)


def behind(city: City) -> dict[str, Any]:
    """What the services answer of the skilled workers: their amount split to two units, months, records; the quota."""
    whole = next(item for item in sample.progress() if item["code"] == "T06")
    anyi = whole | {
        "unit": "anyi",
        "value": 6,
        "amount": 12,
        "completion_percent": "50.0",
        "milestones": [],
        "units": None,
    }
    donghu = anyi | {"unit": "donghu", "value": 60, "amount": 100, "completion_percent": "60.0"}
    place = f"/v1/quotas/{whole['quota_id']}"
    revision = {
        "document_no": "洪府发〔2018〕39号",
        "known_at": sample.KNOWN_AT.isoformat(),
        "effective_on": "2018-01-01",
    }
    city.answers |= {
        "/v1/progress": [whole, anyi, donghu],
        f"{place}/series": months(whole["value"]),
        place: quota(whole),
        f"{place}/revisions": [
            revision | {"generation": 1, "amount": 90_000},
            revision | {"generation": 2, "amount": 100_000, "document_no": "洪府发〔2019〕5号"},
        ],
        f"{place}/registrations": [
            {"ordinal": 25_000, "registration_id": str(RECORD), "unit": "donghu", "counted_on": "2019-06-03"}
        ],
        f"/v1/registrations/{RECORD}": {
            "state": "recognised",
            "subject": {"kind": "person", "name": "屠*", "id_number": "****************15"},
            "decision_no": "演人社字〔2019〕75号",
        },
    }
    return whole


def signed_in(page: httpx.Client, city: City, role: Role) -> None:
    """Sign in, in a role."""
    city.role = role
    assert sign_in(page).status_code == 303


@pytest.mark.parametrize(("language", "switch"), [("zh", "English"), ("en", "中文")])
def test_a_programme_shows_all_that_is_known_of_it(
    page: httpx.Client, city: City, skilled: dict[str, Any], language: str, switch: str
) -> None:
    html = page.get(PROGRAMME, params=DAY | {"lang": language}).text
    read = Read(html)
    query = [params for path, params, _ in city.requests if path == "/v1/progress"]
    assert query[-1] == {"programme": "skilled-workers", "as_of": "2019-12-31", "by": "unit"}
    zh = ("41,873", "目标 100,000名", "还差 58,127名", "预计期末 104,682", "2019年11月 1,000", "−2.5%",
          "25% 25,000 ● 已达成",
          "1 东湖区 60 100 60.0%", "2 安义县 6 12 50.0%", "— 西湖区", "不少于 100,000 名", "等待第二名经办人确认",
          "2018年1月1日 100,000 洪府发〔2019〕5号", "登录后可以查看")  # fmt: skip
    if language == "zh":
        for said in zh:
            assert said in read.text, said
        assert "2020年1月 " not in read.text  # a month that was not over on the day
    marked = [text for text in foreign(read.text, language) if "洪府发" not in text]  # numbers of documents stay
    assert marked == [switch]
    pictures = [each for each in read.all("svg") if "burn-up" in str(each["class"])]
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert [(each["role"], each["aria-labelledby"] in ids, each["aria-describedby"] in ids) for each in pictures] == [
        ("img", True, True)
    ] * 2
    assert len(ids) == len(set(ids))
    assert re.findall(r"<h(\d)", html)[:3] == ["1", "2", "2"]
    assert len(read.all("h1")) == 1
    assert "/units/donghu?as_of=2019-12-31" in html
    assert "/records/" not in html  # who has not signed in sees figures, and no record


def test_of_several_periods_one_is_chosen_and_the_day_is_kept(page: httpx.Client, city: City) -> None:
    studios = [item for item in sample.progress() if item["code"] == "T08"]
    city.answers["/v1/progress"] = studios
    newest = page.get("/programmes/skill-master-studios", params=DAY).text
    assert "4 80.0% 目标 5家" in Read(newest).text
    former = f"/programmes/skill-master-studios?quota={studios[0]['quota_id']}&amp;as_of=2019-12-31"
    assert former in newest
    assert "5 100.0% 目标 5家" in Read(page.get(former.replace("&amp;", "&")).text).text
    unknown = page.get("/programmes/skill-master-studios", params={"quota": str(UUID(int=9))})
    assert (unknown.status_code, page.get("/programmes/no-such").status_code) == (404, 404)
    assert page.get("/programmes", follow_redirects=False).headers["location"] == "/"


def test_a_service_that_is_away_takes_its_own_part_of_a_programme_alone(
    page: httpx.Client, city: City, skilled: dict[str, Any]
) -> None:
    place = f"/v1/quotas/{skilled['quota_id']}"
    city.down |= {f"{place}/series", place}
    text = Read(page.get(PROGRAMME, params=DAY).text).text
    for said in ("逐月数据暂时无法显示", "目标任务的依据暂时无法显示", "41,873", "1 东湖区"):
        assert said in text
    city.down |= {"/v1/progress"}
    gone = page.get(PROGRAMME, params=DAY)
    assert (gone.status_code, "完成情况暂时无法显示" in gone.text, "技能人才" in gone.text) == (503, True, True)
    city.answers["/v1/progress"], city.down = [], set()
    assert "这个计划没有目标任务" in page.get(PROGRAMME).text


def test_the_record_that_reached_a_milestone_is_shown_masked_to_those_who_may(
    page: httpx.Client, city: City, skilled: dict[str, Any]
) -> None:
    place = f"/records/{skilled['quota_id']}"
    refused = page.get(place, params={"milestone": 25})
    assert refused.status_code == 403
    assert str(RECORD) not in refused.text
    signed_in(page, city, Role.BUREAU_OFFICER)
    assert f'href="{place}?milestone=25"' in page.get(PROGRAMME, params=DAY).text
    crossed = Read(page.get(place, params={"milestone": 25}).text).text
    assert "达成25%节点的登记" in crossed
    assert "25,000 屠* ****************15 东湖区 2019年6月3日 演人社字〔2019〕75号" in crossed
    assert {"milestone": "25", "limit": "20"} in [params for _, params, _ in city.requests]
    city.down |= {f"/v1/registrations/{RECORD}"}
    assert "25,000 东湖区 2019年6月3日" in Read(page.get(place).text).text
    city.answers[f"/v1{place.replace('records', 'quotas')}/registrations"] = []
    assert "没有您可以查看的登记" in page.get(place).text


def test_a_leader_sees_which_records_count_and_not_whose(
    page: httpx.Client, city: City, skilled: dict[str, Any]
) -> None:
    signed_in(page, city, Role.LEADER)
    html = page.get(f"/records/{skilled['quota_id']}").text
    assert str(RECORD) in html
    assert "屠" not in html
    assert not any(path.startswith("/v1/registrations") for path, *_ in city.requests)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_opens_what_is_for_it(page: httpx.Client, city: City, skilled: dict[str, Any], role: Role) -> None:
    signed_in(page, city, role)
    may = 403 if role == Role.OPERATOR else 200
    for path in (PROGRAMME, "/units", "/units/donghu", f"/records/{skilled['quota_id']}"):
        answer = page.get(path)
        assert answer.status_code == may, path
        for link in {str(each["href"]) for each in Read(answer.text).all("a")} & {
            "/",
            "/units",
            "/bulletins",
            "/programmes",
        }:
            assert page.get(link, follow_redirects=True).status_code != 403, (path, link)


def test_a_unit_shows_its_own_targets_with_its_rank_and_what_it_contributes(
    page: httpx.Client, city: City, skilled: dict[str, Any]
) -> None:
    contributes = skilled | {
        "unit": "anyi",
        "value": 3,
        "amount": None,
        "status": "no_amount",
        "pace": None,
        "code": "T01",
    }
    city.answers["/v1/progress"] += [contributes | {"programme": "top-talent"}]
    listed = Read(page.get("/units", params=DAY).text).text
    assert "东湖区 1 0 ● 绿灯 1" in listed
    html = page.get("/units/anyi", params=DAY).text
    assert ("/v1/progress", {"unit": "anyi"} | DAY, "zh") in city.requests
    read = Read(html).text
    assert "2／2 6 12 名 50.0%" in read
    assert "国内外顶尖人才和国家级领军人才 2018—2022年 · 未报送 3 名" in read
    before = contributes | {"period": contributes["period"] | {"start": "2013-01-01", "end": "2017-12-31"}, "value": 41}
    city.answers["/v1/progress"] += [before]
    assert "往期（1）" in (read := Read(page.get("/units/anyi", params=DAY).text).text)
    assert read.index("3 名") < read.index("往期（1）") < read.index("41 名")
    city.answers["/v1/progress"] = [contributes | {"value": 1, "measure_word": {"zh": "名", "en": "persons"}}]
    assert "1 person " in Read(page.get("/units/anyi", params={"lang": "en"}).text).text + " "
    assert page.get("/units/no-such").status_code == 404
    city.down |= {"/v1/progress"}
    assert (page.get("/units").status_code, page.get("/units/anyi").status_code) == (503, 503)


def test_units_are_ranked_by_exact_completion_and_equal_ones_share_a_rank() -> None:
    values = {"a": 1, "b": 2, "c": 9, "d": 5, "e": 4}
    found = ranked(values, {"a": 3, "b": 6, "c": 9, "f": 4, "g": 0}, ["e", "a", "b", "c", "d", "f", "g"])
    assert [(each.unit, each.rank, each.tied, each.value) for each in found] == [
        ("c", 1, False, 9), ("a", 2, True, 1), ("b", 2, True, 2), ("f", 4, False, None),
        ("d", None, False, 5), ("e", None, False, 4), ("g", None, False, None),
    ]  # fmt: skip


def test_a_burn_up_begins_at_nothing_ends_at_the_day_and_reaches_for_the_end() -> None:
    item = ProgressAnswer.model_validate(next(item for item in sample.progress() if item["code"] == "T06"))
    drawn = burn_up(item, [(date(2018, 12, 31), 10_000)], 860, 320)
    assert (drawn.counted[0].x, drawn.counted[0].y) == (58, 294)
    assert drawn.pace[-1].y == drawn.amount
    assert drawn.pace[1].x == drawn.counted[-1].x == drawn.forecast[0].x == drawn.band[0].x
    assert drawn.band[1].y < drawn.forecast[1].y < drawn.band[2].y
    assert [each.label for each in drawn.ticks] == ["2018", "2019", "2020", "2021", "2022"]
    assert [each.label for each in drawn.levels] == ["0", "50,000", "100,000"]
    open_end = item.model_copy(update={"period": item.period.model_copy(update={"end": None})})
    running = burn_up(open_end, [], 340, 250)
    assert (running.pace, running.forecast, running.band) == ((), (), ())
    assert running.counted[-1].x == 340 - 14


def test_a_milestone_takes_whole_heads_and_a_month_counts_when_it_is_over() -> None:
    assert [heads_for(percent, 5) for percent in (25, 50, 75, 90, 100)] == [2, 3, 4, 5, 5]
    found = whole_months([MonthAnswer(**each) for each in months(2_000)], date(2019, 12, 30))
    assert [each.month for each in found] == ["2019-11"]
