"""The tables of an edition: every unit with its sums, what is true of periods and years, and sources."""

from io import BytesIO
from typing import Any

import openpyxl

from shared.auth import Role
from tests.quota.bulletins.published import PROGRAMME, content, publish, read
from tests.quota.conftest import Site
from tests.quota.given import define, deliver, event

STUDIOS, BASES = "skill-master-studios", "skill-training-bases"


def sheet_of(site: Site, made: Any, name: str, language: str = "zh") -> list[list[Any]]:
    book = openpyxl.load_workbook(BytesIO(read(site, made, "xlsx", params={"language": language}).content))
    return [[cell.value for cell in row] for row in book[name].iter_rows()]


def table_of(found: Any, code: str) -> Any:
    (table,) = [each for each in found["programmes"] if each["code"] == code]
    return table


def test_x10_every_unit_is_listed_with_sums_and_the_remainder(ranked: Site) -> None:
    """合计 of each group and of all, 未分解, 全市; 0, — and 未报送 told apart; every group stands there."""
    nil = {"programme": PROGRAMME, "unit": "xinjian", "month": "2019-11"}
    assert ranked.ask(Role.BUREAU_OFFICER, "POST", "/v1/nil-returns", nil).status_code == 201
    made = publish(ranked, "2019-12").json()
    table = table_of(made["content"], "T03")
    groups = {group["kind"]: group for group in table["groups"]}
    lengths = {name: len(group["lines"]) for name, group in groups.items()}
    assert lengths == {"districts": 10, "zones": 4, "city": 1}
    total = groups["districts"]["total"]
    assert (total["amount"], total["value"], total["completion_percent"]) == (18, 13, None)  # one counts without amount
    assert (groups["zones"]["total"]["amount"], groups["zones"]["total"]["completion_percent"]) == (10, "90.0")
    assert [(each["kind"], each["amount"], each["value"]) for each in table["whole"]] == [
        ("units", 28, 22),
        ("unallocated", 972, 0),
        ("city", 1000, 22),
    ]
    rows = {row[1]: row for row in sheet_of(ranked, made, "产业紧缺急需人才")}
    assert (rows["新建区"][4], rows["安义县"][4], rows["小蓝经开区"][4]) == (0, "未报送", "未报送")
    assert (rows["新建区"][2], rows["新建区"][5]) == ("—", "—")
    assert (rows["各单位合计"][2], rows["未分解"][2], rows["全市"][4]) == (28, 972, 22)
    page = read(ranked, made, "html").text
    assert [name in page for name in ("县（区）", "开发区（新区）", "市本级", "全市合计")] == [True] * 4


def test_x10_a_group_that_reported_nothing_does_not_vanish(site: Site) -> None:
    deliver(site.database, event(name="one", programme=PROGRAMME, reporting_unit="donghu"))
    made = publish(site, "2019-12").json()
    rows = {row[0]: row for row in sheet_of(site, made, "产业紧缺急需人才")}
    assert (rows["东湖区"][2], rows["南昌高新区"][2]) == (1, "未报送")


def test_x10_an_indicator_names_its_source(site: Site) -> None:
    listed = site.get("/v1/indicators").json()["items"]
    place = next(each["id"] for each in listed if each["code"] == "I01")
    value = {
        "as_of": "2018-12-31",
        "source": "统计部门",
        "document_no": "洪统字[2019]03号",
        "reported_on": "2019-01-08",
    }
    for day, figure in (("2018-12-31", "60"), ("2019-12-31", "61"), ("2019-12-31", "60")):
        body = value | {"as_of": day, "value": figure, "reported_on": "2020-01-08"}
        assert site.ask(Role.BUREAU_OFFICER, "POST", f"/v1/indicators/{place}/values", body).status_code == 201
    made = publish(site, "2019", kind="annual_report").json()
    rows = sheet_of(site, made, "其他指标")
    row = next(row for row in rows if row[2] == "科技进步贡献率达到60%以上")
    assert row[:2] == ["1", "一(三)"]
    assert next(row for row in rows if row[2] == "授权量1.1万件以上")[5] == "未报送"
    assert row[-1] == "统计部门（洪统字〔2019〕3号）"
    assert (row[7], row[11]) == ("持平", "2019年12月31日（已更正1次）")


def test_x09_what_has_no_year_or_end_says_so(site: Site) -> None:
    """每年 where the text says every year, else 未定期限; the city's line of an open period as well."""
    made = publish(site, "2019").json()
    years = {row[2]: row[3] for row in sheet_of(site, made, "其他指标")}
    assert years["每年举办一期“洪城之星”创新创业大赛"] == "每年"
    assert years["确保年知识产权质押融资额增长20%以上"] == "每年"
    assert years["培育100家知识产权优势、示范企业"] == "未定期限"
    assert years["确保财政科技投入稳定增长"] == "未定期限"
    assert years["科技进步贡献率达到60%以上"] == "2020年"
    lines = {each["code"]: [note["zh"] for note in each["notes"]] for each in made["content"]["city"]}
    assert "未定期限" in lines["T05"]
    assert "未定期限" not in lines["T01"] + lines["T08"]


def test_x11_a_quota_of_the_bureau_s_own_has_a_sheet_named_as_the_others(site: Site) -> None:
    define(site.database, programme="dual-qualified-teachers", amount=3, unit="donghu", period={"start": "2019-01-01"})
    made = publish(site, "2019-12").json()
    names = openpyxl.load_workbook(BytesIO(read(site, made, "xlsx").content)).sheetnames
    assert "“双师型”教师" in names
    assert not [name for name in names if name.endswith("-") or "dual" in name]
    rows = sheet_of(site, made, "“双师型”教师")
    assert rows[0][0].endswith("“双师型”教师 2019年1月1日起")


def test_x14_the_stock_stands_beside_the_figure_of_the_period(site: Site) -> None:
    """Studios of 2012 are none of 2019, and are in stock; whoever left is not."""
    named: dict[str, Any] = {"programme": STUDIOS, "subject_kind": "organisation"}
    deliver(
        site.database,
        *(event(name=n, counted_on="2012-05-01", **named) for n in range(3)),
        event("exited", "left", counted_on="2012-05-01", ended_on="2015-01-01", **named),
        event(name="new", counted_on="2019-05-01", **named),
    )
    (line,) = [each for each in content(site, "2019-12")["city"] if each["code"] == "T08"]
    assert (line["value"], line["notes"][-1]["zh"]) == (1, "在库4家（含此前认定）")
    items = site.get("/v1/progress", params={"programme": STUDIOS, "as_of": "2019-12-31"}).json()["items"]
    by_year = {each["period"]["label"]: (each["value"], each["programme_stock"]) for each in items}
    assert by_year == {"2018": (0, 4), "2019": (1, 4)}
    assert site.get("/v1/progress", params={"programme": BASES}).json()["items"][0]["programme_stock"] == 0
