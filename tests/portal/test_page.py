"""The first page as a visitor gets it: figures, words, what is missing and why, and nothing from outside."""

import base64
import re
from hashlib import sha256

import httpx
import pytest

from tests.languages import foreign
from tests.portal import sample
from tests.portal.conftest import City
from tests.portal.reading import Read, row_of

DAY = {"as_of": "2019-12-31"}


def test_every_quota_has_its_row_under_its_item(page: httpx.Client) -> None:
    answer = page.get("/", params=DAY)
    read = Read(answer.text)
    assert answer.status_code == 200
    assert [row["id"] for row in read.all("article")] == [f"T{n:02}" for n in range(1, 14)]
    assert re.findall(r"第(\d+)项", read.text) == ["17", "18", "19", "3"]


def test_y_an_item_is_numbered_in_the_readers_language(page: httpx.Client) -> None:
    zh, en = (page.get("/", params={"lang": lang}).text for lang in ("zh", "en"))
    assert "<small>二(七)18</small>" in zh
    assert "<small>2(7)18</small>" in en
    assert "二(七)18" not in en


@pytest.mark.parametrize(("language", "switch"), [("zh", "English"), ("en", "中文")])
def test_v04_but_for_the_way_to_the_other_the_page_is_in_the_language_of_its_reader(
    page: httpx.Client, city: City, language: str, switch: str
) -> None:
    city.answers["/v1/alerts"] = []  # which notify words
    assert foreign(Read(page.get("/", params=DAY | {"lang": language}).text).text, language) == [switch]


def test_a_row_shows_value_amount_completion_pace_and_milestones(page: httpx.Client) -> None:
    row = row_of(page.get("/", params=DAY).text, "T01")
    for said in (
        "国内外顶尖人才和国家级领军人才",
        "37",
        "目标 100名",
        "37.0%",
        "未达标",
        "黄灯",
        "较序时 −3.00 个百分点",
        "25%",
    ):
        assert said in row
    assert "期限依据：上位政策" in row


def test_completion_is_never_full_below_the_amount(page: httpx.Client) -> None:
    row = row_of(page.get("/", params=DAY).text, "T07")
    assert "29,999" in row
    assert "99.9%" in row
    assert "100.0%" not in row


def test_without_an_end_of_period_no_pace_is_shown(page: httpx.Client) -> None:
    row = row_of(page.get("/", params=DAY).text, "T12")
    assert "无期限，不计序时" in row
    assert "超额需说明" in row
    assert "灯" not in row


def test_of_several_periods_the_newest_is_shown_and_the_earlier_folded(page: httpx.Client) -> None:
    html = page.get("/", params=DAY).text
    row = row_of(html, "T08")
    shown, _, folded = row.partition("往期（1）")
    assert "80.0%" in shown
    assert "2018年" in folded
    assert "5/5 家 · 100.0% · 达标" in folded
    assert html.count("<details") == 2


def test_the_cards_count_targets_lamps_and_open_alerts(page: httpx.Client) -> None:
    text = Read(page.get("/", params=DAY).text).text
    assert "已达标 3 共 13 项 其中 2 项超额需说明；另有 1 项基本达标" in text
    behind = "落后最多： 社会事业紧缺急需人才 、 市级技能大师工作室 、 产业紧缺急需人才"
    assert f"序时进度 ● 4 绿 ◆ 3 黄 ▲ 2 红 {behind} 4 项无期限，不计序时" in text
    assert "最近达成节点 100 % 市级高技能人才培养示范基地" in text
    assert "待签收提醒 3" in text


def test_alerts_carry_their_weight_in_words_and_what_replaced_them(page: httpx.Client) -> None:
    text = Read(page.get("/", params=DAY).text).text
    for said in ("预警", "提示", "知悉", "紧急", "待签收 · 已有后续提醒", "已签收", "办理中", "已办结"):
        assert said in text


def test_units_stand_in_a_table_where_nothing_reported_is_not_zero(page: httpx.Client) -> None:
    html = page.get("/", params=DAY).text
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = {cells[0]: cells[1:] for cells in (Read(row).words for row in body.split("</tr>")) if cells}
    assert rows["东湖区"][0] == "4"
    assert rows["东湖区"][12] == "0"
    assert set(rows["安义县"]) == {"—"}


def test_what_may_be_incomplete_says_so(page: httpx.Client, city: City) -> None:
    assert "可能不完整" not in page.get("/", params=DAY).text
    city.answers["/v1/progress"] = sample.progress(parked=17)
    assert "可能不完整：有 17 条变更尚未处理" in page.get("/", params=DAY).text


def test_the_chosen_day_goes_to_the_services_and_onto_the_page(page: httpx.Client, city: City) -> None:
    html = page.get("/", params=DAY).text
    query = {path: params for path, params, _ in city.requests}
    assert query["/v1/progress"] == {"as_of": "2019-12-31", "by": "unit"}
    assert query["/v1/reporting-units"] == {"on": "2019-12-31"}
    assert "数据截至 2019年12月31日 24:00" in html
    assert "统计生成于 2020年1月6日 09:30" in html
    page.get("/")
    assert [params for path, params, _ in city.requests if path == "/v1/progress"][-1] == {"by": "unit"}


@pytest.mark.parametrize(
    ("day", "said"),
    [("gestern", "日期无法识别"), ("2019-02-30", "日期无法识别"), ("9999-01-01", "日期不能晚于今日")],
)
def test_a_day_that_is_none_is_named_and_today_is_shown(page: httpx.Client, city: City, day: str, said: str) -> None:
    answer = page.get("/", params={"as_of": day})
    assert answer.status_code == 422
    assert said in answer.text
    assert "以下为今日的情况" in answer.text
    assert day not in Read(answer.text).text
    assert {"by": "unit"} in [params for path, params, _ in city.requests if path == "/v1/progress"]


def test_english_is_chosen_once_and_kept(page: httpx.Client, city: City) -> None:
    chosen = page.get("/", params={"lang": "en"})
    assert chosen.headers["set-cookie"].startswith("lang=en;")
    again = page.get("/")
    for html in (chosen.text, again.text):
        assert '<html lang="en">' in html
        assert "Municipal skill master studios" in html
        assert "of 100 persons" in html
    assert city.requests[-1][2] == "en"
    assert '<html lang="zh-CN">' in page.get("/", params={"lang": "zh"}).text
    assert '<html lang="zh-CN">' in page.get("/", params={"lang": "xx"}).text


def test_texts_that_a_service_gives_in_one_language_are_shown_as_they_are(page: httpx.Client, city: City) -> None:
    item = sample.progress()[0] | {"wording": "聚集100名", "measure_word": "名"}
    city.answers["/v1/progress"] = [item]
    assert "目标 100名" in row_of(page.get("/").text, "T01")


def test_programmes_without_an_amount_are_counted_where_there_is_a_count(page: httpx.Client, city: City) -> None:
    counted = sample.progress()[0] | {
        "programme": "village-graduates",
        "code": "N11",
        "wording": "学员",
        "amount": None,
        "status": "no_amount",
        "value": 1_204,
        "milestones": [],
        "pace": None,
        "completion_percent": None,
        "units": None,
    }
    city.answers["/v1/progress"] = [*sample.progress(), counted]
    text = Read(page.get("/", params=DAY).text).text
    assert "学员 1,204 名" in text
    assert "科技特派员 暂无统计" in text
    assert "共 13 项" in text


def test_what_is_counted_within_a_target_stands_beside_its_figure(page: httpx.Client, city: City) -> None:
    parts = [{"wording": {"zh": "持双证", "en": "with dual certificates"}, "value": 1_046},
             {"wording": {"zh": "已落户", "en": "settled"}, "value": 0}]  # fmt: skip
    youth = next(item for item in sample.progress() if item["code"] == "T11") | {"of_which": parts}
    city.answers["/v1/progress"] = [youth]
    assert "其中： 持双证 1,046名， 已落户 0名" in row_of(page.get("/", params=DAY).text, "T11")
    english = row_of(page.get("/", params=DAY | {"lang": "en"}).text, "T11")
    assert "of these: with dual certificates 1,046, settled 0" in english


def test_a_units_own_target_is_folded_under_the_citys(page: httpx.Client, city: City) -> None:
    own = sample.progress()[0] | {"unit": "donghu", "value": 6, "amount": 12, "completion_percent": "50.0"}
    city.answers["/v1/progress"] = [*sample.progress(), own | {"unit": "anyi"}, own]
    row = row_of(page.get("/", params=DAY).text, "T01")
    assert "各单位目标（2） 东湖区 6/12 名 · 50.0% · 未达标" in row  # before Anyi, as the policy lists them


def test_what_is_ahead_stands_beside_the_figures(page: httpx.Client, city: City) -> None:
    """预测, 未分解, 未报送: of what is not attained; in words of both languages."""
    own = sample.progress()[5] | {"unit": "anyi", "value": 6, "amount": 12, "completion_percent": "50.0"}
    city.answers["/v1/progress"] = [*sample.progress(), own]
    html = page.get("/", params=DAY).text
    skilled = row_of(html, "T06")
    assert "未分解 12,500名" in skilled
    assert "预计期末 104,682（94,213—115,150）" in skilled
    assert "每周需 12.5" in skilled
    assert "2019年11月未报送：安义县、进贤县" in skilled
    assert "安义县 6/12 名 · 50.0% · 未达标 ● 绿灯 +1.87 · 未报送" in skilled
    assert "超额分解 1,000名" in row_of(html, "T11")
    assert "预计2020年3月9日达标" in row_of(html, "T05")
    assert "预计" not in row_of(html, "T12")  # attained
    assert "小目标，按季亮灯" in row_of(html, "T08")
    english = row_of(page.get("/", params=DAY | {"lang": "en"}).text, "T06")
    assert "Forecast 104,682 at the end (94,213–115,150) 12.5 a week needed" in english
    assert "No report for November 2019: Anyi County, Jinxian County" in english


def test_names_and_links_from_services_are_text_and_stay_on_this_site(page: httpx.Client, city: City) -> None:
    city.answers["/v1/programmes"][0]["name_zh"] = '<script>alert(1)</script>"{{ 7 * 7 }}{0}'
    city.answers["/v1/alerts"][0] |= {"title": "<b>x</b>", "facts": {"link": "https://example.org/"}}
    city.answers["/v1/alerts"][2]["facts"] = {"link": "//example.org/"}
    city.answers["/v1/alerts"][5]["facts"] = {"link": "javascript:alert(1)"}
    html = page.get("/", params=DAY).text
    assert "<script" not in html
    assert "<b>x" not in html
    assert "example.org" not in html
    assert "javascript:" not in html
    assert "{{ 7 * 7 }}{0}" in html  # neither a template nor a format


def test_nothing_comes_from_outside_and_nothing_runs(page: httpx.Client) -> None:
    answer = page.get("/", params=DAY)
    read = Read(answer.text)
    policy = answer.headers["content-security-policy"]
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style
    digest = base64.b64encode(sha256(style.group(1).encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert read.all("script") == []
    assert [element for element in read.elements if "style" in element[1] or "onclick" in element[1]] == []
    outside = [v for _, a in read.elements for v in a.values() if v and re.match(r"(https?:)?//", v)]
    assert outside == []
    assert "url(" not in style.group(1)
    assert "@import" not in style.group(1)
    for name, value in {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cache-control": "no-store",
    }.items():
        assert answer.headers[name] == value


def test_the_page_can_be_read_without_seeing_it(page: httpx.Client) -> None:
    read = Read(page.get("/", params=DAY).text)
    pictures = read.all("svg")
    assert len(pictures) == 15
    assert all(picture["role"] == "img" and picture["aria-label"] for picture in pictures)
    assert pictures[0]["aria-label"] == ("国内外顶尖人才和国家级领军人才：完成率 37.0%，序时进度 40.0%，已达节点 25%")
    assert len(read.all("h1")) == len(read.all("main")) == len(read.all("header")) == len(read.all("footer")) == 1
    assert all(nav.get("aria-label") for nav in read.all("nav"))
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {a["aria-labelledby"] for _, a in read.elements if a.get("aria-labelledby")} | {
        label["for"] for label in read.all("label")
    }
    assert labelled <= set(ids)
    links = [a["href"] or "" for a in read.all("a")]
    anchors = {link[1:] for link in links if link.startswith("#")}
    assert anchors <= set(ids)


def test_a_browser_gets_a_page_and_a_program_a_problem(page: httpx.Client) -> None:
    missing = page.get("/nothing")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "没有这个页面" in missing.text
    problem = page.get("/nothing", headers={"Accept": "application/json"})
    assert (problem.status_code, problem.json()["type"]) == (404, "/problems/not-found")
    assert page.post("/").status_code == 405
    assert (page.head("/").status_code, page.head("/").content) == (200, b"")
    assert page.get("/", params={"as_of": "x" * 50}).status_code == 422


def test_the_portal_says_that_it_lives_and_what_it_did(page: httpx.Client) -> None:
    assert page.get("/livez").json() == {"status": "ok"}
    assert page.get("/readyz").status_code == 200
    page.get("/")
    assert 'http_requests_total{method="GET",route="/",service="portal",status="200"}' in page.get("/metrics").text


@pytest.mark.parametrize(
    ("lang", "room", "over"),
    [
        ("zh", "名额 1,100： 已用 947， 预留 1， 候补 3", "名额 55： 已用 58， 预留 1， 候补 3，超额"),
        ("en", "1,100 places: 947 taken, 1 held, 3 waiting", "55 places: 58 taken, 1 held, 3 waiting, over-committed"),
    ],
)
def test_a_quota_that_limits_shows_how_its_places_are_used(page: httpx.Client, lang: str, room: str, over: str) -> None:
    html = page.get("/", params=DAY | {"lang": lang}).text
    assert room in row_of(html, "T05")
    assert over in row_of(html, "T10")
    assert "over-committed" not in row_of(html, "T05")
    assert ("名额" if lang == "zh" else "places") not in row_of(html, "T01")
