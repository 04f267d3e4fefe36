"""Bulletins over HTTP: published, frozen, read in every format, and restated by the next one."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text
from sqlalchemy.event import listen, remove
from sqlalchemy.exc import DatabaseError

from services.quota.bulletins.rendering.chat import LARGEST, chat_text
from services.quota.bulletins.rules import canonical, hash_of
from services.quota.bulletins.schemas import Content
from shared.auth import Role
from shared.contracts.quota import BulletinPublished
from tests.quota.conftest import Site
from tests.quota.given import announced, define, event, nanchang, tell
from tests.quota.test_allocation import split
from tests.quota.test_reports import OCTOBER, shared_out
from tests.quota.test_reports import PROGRAMME as DUAL

PROGRAMME = "industry-urgent-talent"
UNREPORTED = "nothing reported"
SPAN = {"start": "2018-01-01", "end": "2022-12-31", "label": "2018-2022"}


def head(name: object, unit: str = "donghu", on: str = "2019-03-01", state: str = "recognised", **more: Any) -> Any:
    counted_on = date.fromisoformat(on)
    return event(state, name, programme=PROGRAMME, reporting_unit=unit, counted_on=counted_on, **more)


def publish(site: Site, edition: str, **more: Any) -> Any:
    body = {"edition": edition} | more
    return site.ask(Role.BUREAU_OFFICER, "POST", "/v1/bulletins", body, headers={"Accept-Language": "en"})


def content(site: Site, edition: str, **more: Any) -> Any:
    answer = publish(site, edition, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()["content"]


def line(found: Any, code: str) -> Any:
    (one,) = [each for each in found["city"] if each["code"] == code]
    return one


def units(found: Any, code: str) -> dict[str, Any]:
    (table,) = [each for each in found["programmes"] if each["code"] == code]
    return {each["unit"]: each for group in table["groups"] for each in group["lines"]}


def read(site: Site, bulletin: Any, form: str, **more: Any) -> Any:
    answer = site.get(f"/v1/bulletins/{bulletin['id']}.{form}", **more)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.fixture
def ranked(site: Site) -> Site:
    """Four districts and a zone with amounts of their own; two districts stand equal."""
    for unit, amount in {"donghu": 4, "xihu": 6, "qingyunpu": 4, "wanli": 4, "gaoxin-zone": 10}.items():
        define(site.database, programme=PROGRAMME, unit=unit, amount=amount, period=SPAN)
    heads = {"donghu": 4, "xihu": 3, "qingyunpu": 2, "wanli": 1, "gaoxin-zone": 9, "jinxian": 1}
    tell(site.database, *(head((unit, n), unit) for unit, count in heads.items() for n in range(count)))
    tell(site.database, head("last year", "xihu", "2018-12-03"), head("newest", "wanli", "2019-12-03"))
    return site


def test_a_bulletin_is_published_listed_and_read(ranked: Site) -> None:
    asked = {"number": "洪人社字[2020]005号", "issued_on": "2020-01-10"}
    made = publish(ranked, "2019-12", **asked)
    assert (made.status_code, made.json()["number"], made.json()["edition_no"]) == (201, "洪人社字〔2020〕5号", 1)
    whole = read(ranked, made.json(), "json").json()
    assert made.headers["Location"] == f"/v1/bulletins/{whole['id']}.json"
    assert whole["content"] == made.json()["content"]
    assert whole["sha256"] == hash_of(canonical(whole["content"]))
    (listed,) = ranked.get("/v1/bulletins", params={"edition": "2019-12"}).json()["items"]
    assert listed["title"] == "关于2019年12月人才计划完成情况的通报"
    (told,) = announced(ranked.database, BulletinPublished)
    assert (str(told.bulletin_id), told.sha256, told.as_of) == (whole["id"], whole["sha256"], date(2019, 12, 31))


def test_units_are_ranked_apart_with_ties_and_what_may_be_compared(ranked: Site) -> None:
    """县区 and 开发区 apart, 并列, 位次变化, 同比 undefined where there was nothing, contribution without an amount."""
    found = content(ranked, "2019-12")
    rows = units(found, "T03")
    places = {unit: (rows[unit]["rank"], rows[unit]["tied"], rows[unit]["rank_change"]) for unit in rows}
    assert (places["donghu"], places["xihu"]) == ((1, False, 0), (2, False, 0))
    assert (places["qingyunpu"], places["wanli"]) == ((3, True, 0), (3, True, 1))
    assert (rows["gaoxin-zone"]["rank"], rows["gaoxin-zone"]["completion_percent"]) == (1, "90.0")
    assert (rows["jinxian"]["rank"], rows["jinxian"]["amount"], rows["jinxian"]["value"]) == (None, None, 1)
    assert (rows["anyi"]["value"], rows["anyi"]["added"]) == (None, None)
    assert rows["anyi"]["notes"][0]["zh"] == "未报送"
    assert (rows["xihu"]["year_ago"], rows["xihu"]["year_on_year_percent"]) == (1, "300.0")
    assert (rows["donghu"]["year_ago"], rows["donghu"]["year_on_year_percent"]) == (0, None)
    city = line(found, "T03")
    assert (city["value"], city["added"], city["expected_percent"]) == (22, 1, "40.00")
    assert "wanli-bureau" not in rows


def test_no_data_is_no_zero_and_a_nil_return_is_one(ranked: Site) -> None:
    """零报告: who never said anything has an amount and no figure, place or lamp; nor had one before its first word."""
    for unit in ("anyi", "xinjian"):
        define(ranked.database, programme=PROGRAMME, unit=unit, amount=5, period=SPAN)
    nil = {"programme": PROGRAMME, "unit": "xinjian", "month": "2019-03"}
    assert ranked.ask(Role.BUREAU_OFFICER, "POST", "/v1/nil-returns", nil).status_code == 201
    march = units(content(ranked, "2019-03"), "T03")
    shown = ("amount", "value", "completion_percent", "ahead_points", "lamp", "rank")
    assert [march["anyi"][name] for name in shown] == [5, None, None, None, None, None]
    assert [march["xinjian"][name] for name in shown] == [5, 0, "0.0", "-25.00", "red", 5]
    assert (march["anyi"]["notes"][0]["zh"], march["xinjian"]["notes"]) == ("未报送", [])
    assert (march["xihu"]["rank_change"], march["xinjian"]["rank_change"]) == (-1, None)


def test_e11_a_city_pool_shows_contributions_and_no_completion(site: Site) -> None:
    tell(site.database, event(name="post", programme="public-welfare-posts", subject_kind="post"))
    found = content(site, "2019-12")
    post = units(found, "T13")["donghu"]
    assert (post["value"], post["completion_percent"], post["rank"]) == (1, None, None)
    assert post["notes"] == [{"zh": "全市统筹", "en": "pooled over the city"}]
    assert line(found, "T13")["completion_percent"] == "0.0"


def test_units_that_owe_a_report_of_the_month_are_named_and_the_rest_of_the_amount(site: Site) -> None:
    """未报送, 未分解: who reported in the month is not named; the city's line says what is left over."""
    shared_out(site.database)
    of: dict[str, Any] = {"programme": DUAL, "counted_on": date(2019, 3, 1)}
    tell(
        site.database,
        *(event(name=unit, reporting_unit=unit, time=OCTOBER, **of) for unit in ("donghu", "xihu")),
        event(name="anyi", reporting_unit="anyi", time=datetime(2019, 9, 20, tzinfo=UTC), **of),
    )
    found = content(site, "2019-10")
    rows = units(found, DUAL)
    assert {
        unit for unit in ("donghu", "xihu", "anyi") if {"zh": "未报送", "en": UNREPORTED} in rows[unit]["notes"]
    } == {"anyi"}
    assert "anyi" not in [unit for unit, row in rows.items() if row["value"] is None]
    assert "Anyi" in " ".join(each["en"] for each in found["silent"])
    assert line(found, DUAL)["notes"] == [{"zh": "未分解20", "en": "20 given to no unit"}]


def test_what_was_given_beyond_the_amount_is_no_negative_remainder(site: Site) -> None:
    quota = define(site.database, programme=DUAL, amount=2_000, period={"start": "2019-01-01", "end": "2019-12-31"})
    split(site.database, quota, {"donghu": 3_500}, confirmed=True)
    note = {"zh": "超额分解1,500", "en": "1,500 given beyond the amount"}
    assert line(content(site, "2019-10"), DUAL)["notes"] == [note]


def test_e05_a_unit_that_did_not_exist_last_year_has_nothing_to_compare_with(site: Site) -> None:
    tell(site.database, head("a", "wanli-bureau", "2020-07-01"), head("b", "wanli-bureau", "2019-07-01"))
    row = units(content(site, "2020-07"), "T03")["wanli-bureau"]
    assert (row["value"], row["year_ago"], row["year_on_year_percent"]) == (2, None, None)


def test_c26_one_below_the_amount_is_not_a_hundred_percent(site: Site) -> None:
    define(site.database, programme=PROGRAMME, unit="xihu", amount=3, period=SPAN)
    define(site.database, programme="science-commissioners", amount=2001, period={"start": "2019-01-01"})
    tell(site.database, *(event(name=n, programme="science-commissioners") for n in range(2000)))
    found = line(content(site, "2019-12"), "science-commissioners")
    assert (found["value"], found["completion_percent"]) == (2000, "99.9")


def test_d01_what_is_entered_late_is_listed_by_the_next_edition(site: Site) -> None:
    """补报: December stays as published, January says what December is now, and so does the series."""
    tell(site.database, head("in time", on="2020-12-10"))
    december = publish(site, "2020-12").json()
    tell(site.database, head("late", on="2020-12-28"), head("january", on="2021-01-05"))
    january = content(site, "2021-01")
    (restated,) = january["restatements"]
    assert (restated["code"], restated["published"], restated["revised"]) == ("T03", 1, 2)
    assert restated["causes"] == [{"cause": "late_report", "change": 1, "heads": 1, "years": [2020]}]
    assert (line(january, "T03")["added"], line(january, "T03")["value"]) == (1, 3)
    assert line(read(site, december, "json").json()["content"], "T03")["value"] == 1
    again = content(site, "2020-12")
    assert (again["edition_no"], line(again, "T03")["value"], len(again["restatements"])) == (2, 2, 1)
    assert content(site, "2021-02")["restatements"] == []


def test_f04_revoked_in_2021_and_recognised_in_2019(site: Site) -> None:
    """As published 2019 stays, as revised it is one less, with a note; F05: who leaves changes no flow."""
    tell(site.database, *(head(n, on="2019-06-01") for n in range(3)))
    year = publish(site, "2019").json()
    assert publish(site, "2021-04").status_code == 201
    tell(site.database, head(0, state="revoked", on="2019-06-01", version=2))
    tell(site.database, head(1, state="exited", on="2019-06-01", version=2, ended_on=date(2021, 5, 3)))
    made = publish(site, "2021-05").json()
    (restated,) = made["content"]["restatements"]
    assert (restated["published"], restated["revised"]) == (3, 2)
    assert restated["causes"] == [{"cause": "revoked", "change": -1, "heads": 1, "years": [2019]}]
    assert "2019年认定、其后撤销的 1 名" in read(site, made, "html").text
    assert line(read(site, year, "json").json()["content"], "T03")["value"] == 3
    again = content(site, "2019")
    assert (line(again, "T03")["value"], again["restatements"]) == (2, [restated])


def test_transfers_revised_amounts_and_new_quotas(site: Site) -> None:
    """划转 changes units and no city; a revised amount is named; a quota laid down since restates nothing."""
    tell(site.database, head("moves"), event(name="teacher", programme="dual-qualified-teachers"))
    content(site, "2019-10")
    tell(site.database, head("moves", "xihu", version=2))
    quota = define(site.database, programme="dual-qualified-teachers", amount=4, period={"start": "2019-01-01"})
    t03 = next(each for each in site.get("/v1/progress").json()["items"] if each["code"] == "T03")
    revision = {"amount": 1100, "effective_on": "2019-11-01", "document_no": "洪府发〔2019〕9号"}
    for officer in ("bureau", "bureau-2"):
        site.ask(officer, "POST", f"/v1/quotas/{t03['quota_id']}/revisions", revision)
    found = content(site, "2019-11")
    (restated,) = found["restatements"]
    assert [(each["cause"], each["change"]) for each in restated["causes"]] == [("transferred", 0)]
    assert {each["unit"]: each["change"] for each in restated["units"]} == {"donghu": -1, "xihu": 1}
    (amount,) = found["amounts_revised"]
    assert (amount["amount_before"], amount["amount"], amount["document_no"]) == (1000, 1100, "洪府发〔2019〕9号")
    assert line(found, "T03")["amount"] == 1100
    assert str(quota.id) in {each["quota_id"] for each in found["city"]}


def test_month_on_month_where_it_is_asked_for(ranked: Site) -> None:
    tell(ranked.database, *(head(("november", n), on="2019-11-03") for n in range(2)))
    assert line(content(ranked, "2019-12"), "T03")["month_on_month_percent"] is None
    assert line(content(ranked, "2019-12", month_on_month=True), "T03")["month_on_month_percent"] == "-50.0"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"edition": "2119-12"}, "/edition", "edition"),
        ({"edition": "2019-13"}, "/edition", "edition"),
        ({"edition": "2099-12"}, "/edition", "unfinished"),
        ({"edition": "2019-12", "issued_on": "2019-12-31"}, "/issued_on", "out_of_time"),
        ({"edition": "2019-12", "number": "=cmd"}, "/number", "official_number"),
        ({"edition": "2019-12", "kind": "annual_report"}, "/edition", "not_a_year"),
        ({"edition": "2019-12", "colour": "red"}, "/colour", "extra_forbidden"),
    ],
)
def test_what_cannot_be_published_is_refused_by_name(site: Site, body: Any, pointer: str, code: str) -> None:
    answer = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/bulletins", body)
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]
    before = site.ask(Role.BUREAU_OFFICER, "POST", "/v1/bulletins", {"edition": "1999-12"})
    assert (before.status_code, before.json()["type"]) == (409, "/problems/nothing-begun")


def test_it_takes_as_many_statements_for_many_units_as_for_one(ranked: Site) -> None:
    """What is asked of the database does not grow with units, programmes or what is restated."""

    def statements() -> int:
        asked: list[str] = []

        def note(*about: Any) -> None:
            asked.append(about[2])

        listen(ranked.database.engine, "before_cursor_execute", note)
        content(ranked, "2019-12")
        remove(ranked.database.engine, "before_cursor_execute", note)
        return len(asked)

    content(ranked, "2019-12")
    few = statements()
    for unit in ("anyi", "jinxian", "xinjian", "honggutan", "jingkai-zone", "city"):
        define(ranked.database, programme="youth-intake", unit=unit, amount=9, period=SPAN)
        tell(ranked.database, *(head((unit, "more", n), unit) for n in range(9)))
    assert statements() == few


def test_a_dry_run_shows_and_keeps_nothing(ranked: Site) -> None:
    tried = ranked.ask(Role.BUREAU_OFFICER, "POST", "/v1/bulletins?dry_run=true", {"edition": "2019"})
    assert (tried.status_code, tried.json()["dry_run"]) == (200, True)
    assert "产业紧缺急需人才" in tried.json()["text"]
    assert ranked.get("/v1/bulletins").json()["items"] == []
    assert announced(ranked.database, BulletinPublished) == []


def test_no_statement_changes_a_bulletin_and_verification_sees_who_got_around_it(ranked: Site) -> None:
    made = publish(ranked, "2019-12").json()
    for statement in ("UPDATE bulletin SET number = 'x'", "DELETE FROM bulletin"):
        with pytest.raises(DatabaseError, match="never changes"), ranked.database.writing() as session:
            session.execute(text(statement))
    checked = ranked.ask(Role.AUDITOR, "POST", "/v1/verify", {}).json()
    assert (checked["checked"]["bulletins"], checked["adrift"]["bulletins"], checked["in_order"]) == (1, 0, True)
    with ranked.database.writing() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ALTER TABLE bulletin DISABLE TRIGGER bulletin_is_frozen"))
        else:
            session.execute(text("DROP TRIGGER bulletin_is_frozen_UPDATE"))
        session.execute(text("UPDATE bulletin SET content = replace(content, '产业', '农业')"))
    checked = ranked.ask(Role.AUDITOR, "POST", "/v1/verify", {}).json()
    assert (checked["adrift"]["bulletins"], checked["in_order"]) == (1, False)
    assert read(ranked, made, "json").json()["sha256"] == made["sha256"]


def test_the_page_to_print(ranked: Site) -> None:
    """D20: dates without zero padding; nothing from outside; both languages."""
    made = publish(ranked, "2019-12", number="洪人社字〔2020〕5号", issued_on="2020-01-07").json()
    page = read(ranked, made, "html")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    for said in (
        "南昌市人力资源和社会保障局",
        "洪人社字〔2020〕5号",
        "2020年1月7日",
        "县（区）",
        "开发区（新区）",
        made["sha256"],
    ):
        assert said in page.text
    assert "2020年01月07日" not in page.text
    assert "<script" not in page.text
    english = read(ranked, made, "html", params={"language": "en"}).text
    assert "7 January 2020" in english
    assert "Counties and districts" in english


def test_the_workbook_as_a_spreadsheet_program_reads_it(ranked: Site) -> None:
    """Merged title, two-level headings, frozen and repeated; numbers are numbers, and no text is a formula."""
    made = publish(ranked, "2019-12").json()
    given = read(ranked, made, "xlsx")
    assert given.headers["content-disposition"] == 'attachment; filename="bulletin-2019-12-1-zh.xlsx"'
    book = openpyxl.load_workbook(BytesIO(given.content))
    assert book.sheetnames[:2] == ["汇总", "T03 2018-2022"]
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, None)  # A4, short enough for one page
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert str(sheet.merged_cells.ranges[0] if isinstance(sheet.merged_cells.ranges, list) else "A1").startswith(
            "A1"
        )
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    city = book["汇总"]
    assert city["A1"].value == "关于2019年12月人才计划完成情况的通报"
    assert "数据截至：2019年12月31日" in city["A2"].value
    assert (city["E3"].value, city["E4"].value, city.freeze_panes) == ("任务完成", "目标任务", "C5")
    assert city.print_title_rows == "$3:$4"
    rows = {row[0].value: row for row in city.iter_rows(min_row=5)}
    t03 = rows["T03"]
    assert [cell.value for cell in t03[4:10]] == [1000, 1, 22, 0.022, 0.4, -37.8]
    assert [cell.number_format for cell in t03[4:10]] == ["#,##0"] * 3 + ["0.0%", "0.00%", "+0.00;-0.00;0.00"]
    assert any(str(row[0].value).startswith("单位负责人：") for row in city.iter_rows())


def test_a_title_of_two_lines_is_shown_whole_and_a_sheet_is_one_page(ranked: Site) -> None:
    """English words are longer than a narrow table is wide: its row grows, and no signature is printed alone."""
    tell(ranked.database, event(name="young", programme="youth-intake"))
    made = publish(ranked, "2019-12").json()
    given = read(ranked, made, "xlsx", params={"language": "en"})
    assert "bulletin-2019-12-1-en.xlsx" in given.headers["content-disposition"]
    book = openpyxl.load_workbook(BytesIO(given.content))
    sheet = book["T11 2018-2022"]
    assert sheet["A1"].value.endswith("Young talent starting work or a business in the city 2018-2022")
    assert [book[name].row_dimensions[1].height for name in ("Summary", "T11 2018-2022")] == [30, 54]
    assert sheet.page_setup.fitToHeight is None  # one, which a spreadsheet leaves out


def test_the_chat_text_fits_into_one_message(site: Site) -> None:
    """At most 2,048 bytes; the most urgent is kept, and what is left out is said."""
    made = publish(site, "2019-12").json()
    for language in ("zh", "en"):
        said = read(site, made, "txt", params={"language": language})
        assert len(said.content) <= LARGEST
        assert said.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "数据截至2019年12月31日" in read(site, made, "txt").text
    whole = Content.model_validate(made["content"])
    long = chat_text(whole.model_copy(update={"city": whole.city * 9}), made["sha256"], "zh")
    assert LARGEST - 120 < len(long.encode()) <= LARGEST
    assert "详见通报全文" in long
    assert "○" not in long


def test_the_annual_report_says_what_is_missing(site: Site) -> None:
    report = content(site, "2019", kind="annual_report")
    assert report["title"]["zh"] == "2019年度人才与科技创新评估报告"
    assert report["document"]["zh"].startswith("《南昌市贯彻落实〈江西省创新驱动发展纲要〉实施方案》")
    missing = [each["zh"] for each in report["missing"]]
    assert "I01 科技进步贡献率：未报送2019年数据" in missing
    assert "T05 海外高层次人才：目标未定期限，不计序时进度" in missing


def test_indicators_are_reported_corrected_and_shown(site: Site) -> None:
    """A correction keeps the old value; the bulletin published between the two keeps what it said."""
    listed = site.get("/v1/indicators", params={"as_of": "2019-12-31"}).json()["items"]
    high_tech = next(each for each in listed if each["code"] == "I11")
    assert (high_tech["amount"], high_tech["horizon"], high_tech["value"], high_tech["status"]) == (
        "1200",
        2020,
        None,
        None,
    )
    place = f"/v1/indicators/{high_tech['id']}/values"
    value = {"value": "0.12万", "as_of": "2019-12-31", "source": "科技部门", "document_no": "洪科字〔2020〕1号"}
    value |= {"reported_on": "2020-01-08"}
    first = site.ask(Role.BUREAU_OFFICER, "POST", place, value)
    assert (first.status_code, first.json()["value"], first.json()["version"]) == (201, "1200", 1)
    assert site.ask(Role.BUREAU_OFFICER, "POST", place, value).json()["errors"][0]["code"] == "unchanged"
    before = publish(site, "2019-12").json()
    second = site.ask(Role.BUREAU_OFFICER, "POST", place, value | {"value": "1201", "document_no": "洪科字〔2020〕2号"})
    assert second.json()["version"] == 2
    assert [each["value"] for each in site.get(place).json()["items"]] == ["1201", "1200"]
    told = {}
    for name, found in {"before": before["content"], "after": content(site, "2019-12")}.items():
        told[name] = next(each for each in found["indicators"] if each["code"] == "I11")
    assert [(each["value"], each["status"]) for each in told.values()] == [("1200", "short"), ("1201", "attained")]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"value": "about 5"}, "/value", "number"),
        ({"value": 2.2}, "/value", "string_type"),
        ({"value": "100.1"}, "/value", "above_whole"),
        ({"as_of": "2199-12-31"}, "/as_of", "in_the_future"),
        ({"source": ""}, "/source", "string_too_short"),
    ],
)
def test_what_is_wrong_with_a_value_is_named(site: Site, change: Any, pointer: str, code: str) -> None:
    share = next(each for each in site.get("/v1/indicators").json()["items"] if each["code"] == "I01")
    value = {
        "value": "61.2",
        "as_of": "2019-12-31",
        "source": "统计部门",
        "document_no": "1",
        "reported_on": "2020-01-08",
    }
    answer = site.ask(Role.BUREAU_OFFICER, "POST", f"/v1/indicators/{share['id']}/values", value | change)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert answer.json()["errors"][0]["code"] == code


def test_indicators_come_with_the_policy_once(site: Site) -> None:
    """Applied again nothing changes; another amount is told in the dry run and put in force."""
    assert len(site.get("/v1/indicators").json()["items"]) == 19
    body = nanchang().model_dump(mode="json")
    assert site.ask(Role.BUREAU_OFFICER, "PUT", "/v1/policy", body).json()["changes"] == []
    body["indicators"][10]["amount"] = "1300"
    for dry_run in (True, False):
        changes = site.ask(Role.BUREAU_OFFICER, "PUT", f"/v1/policy?dry_run={dry_run}", body).json()["changes"]
        assert [(each["action"], each["kind"], each["code"], each["period"]) for each in changes] == [
            ("changed", "indicator", "I11", "2020")
        ]
    found = next(each for each in site.get("/v1/indicators").json()["items"] if each["code"] == "I11")
    assert (found["amount"], found["version"]) == ("1300", 2)
