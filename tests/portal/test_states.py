"""The page when something is missing: a service, a policy, a period, an answer as agreed."""

from typing import Any

import httpx
import pytest

from tests.portal import sample
from tests.portal.conftest import City
from tests.portal.reading import Read

DAY = {"as_of": "2019-12-31"}


@pytest.mark.parametrize(
    ("down", "said", "kept"),
    [
        ({"/v1/progress"}, "完成情况暂时无法显示", "待签收"),
        ({"/v1/alerts", "/v1/policy"}, "提醒服务暂时没有应答", "国内外顶尖人才"),
        ({"/v1/programmes", "/v1/reporting-units"}, "登记服务暂时没有应答", "聚集100名国内外顶尖人才"),
    ],
)
def test_a_service_that_is_down_takes_only_its_own_part_of_the_page(
    page: httpx.Client, city: City, down: set[str], said: str, kept: str
) -> None:
    city.down |= down
    answer = page.get("/", params=DAY)
    assert answer.status_code == 200
    assert said in answer.text
    assert kept in answer.text


def test_when_nobody_answers_the_page_still_says_what_to_do(page: httpx.Client, city: City) -> None:
    city.down |= set(city.answers)
    answer = page.get("/")
    assert answer.status_code == 503
    assert "数据没有丢失，请稍后刷新本页" in answer.text
    assert "提醒服务暂时没有应答" in answer.text


@pytest.mark.parametrize("answer", [{"items": [{"code": "T01"}]}, {"items": "many"}, ["x"], {"x": 1}])
def test_an_answer_that_is_not_as_agreed_counts_as_none(page: httpx.Client, city: City, answer: Any) -> None:
    city.answers["/v1/progress"] = answer
    got = page.get("/")
    assert got.status_code == 200
    assert "完成情况暂时无法显示" in got.text


def test_before_a_policy_is_applied_the_page_says_what_to_do_next(page: httpx.Client, city: City) -> None:
    city.answers.update({"/v1/progress": [], "/v1/programmes": [], "/v1/alerts": [], "/v1/policy": None})
    text = Read(page.get("/").text).text
    assert "还没有目标任务" in text
    assert "talent policy apply FILE" in text
    assert "收件箱中没有提醒" in text
    assert "没有应答" not in text


def test_a_day_before_every_period_is_not_called_an_empty_policy(page: httpx.Client, city: City) -> None:
    city.answers["/v1/progress"] = []
    text = Read(page.get("/", params={"as_of": "2017-12-31"}).text).text
    assert "还没有任何目标的期限开始" in text
    assert "talent policy apply" not in text


def test_a_target_the_bureau_set_itself_stands_in_no_item_and_shows_no_code(page: httpx.Client, city: City) -> None:
    own = sample.progress()[0] | {"programme": "top-talent", "code": "top-talent", "clause": ""}
    city.answers["/v1/progress"] = [*sample.progress()[1:], own]
    text = Read(page.get("/", params=DAY).text).text
    assert ("第项" in text, text.index("自行设定的目标") > text.index("第17项")) == (False, True)
    assert "top-talent" not in text
