"""One content as a page to print, a workbook and a text for chat groups."""

from io import BytesIO

import openpyxl

from services.quota.bulletins.rendering.chat import LARGEST, chat_text
from services.quota.bulletins.rendering.xlsx import workbook
from services.quota.bulletins.schemas import Content
from shared.cells import is_formula
from shared.problems import Said
from tests.quota.bulletins.published import publish, read
from tests.quota.conftest import Site
from tests.quota.given import deliver, event


def test_the_page_to_print(ranked: Site) -> None:
    """D20: dates without zero padding; nothing from outside; both languages."""
    made = publish(ranked, "2019-12", number="洪人社字〔2020〕5号", issued_on="2020-01-07").json()
    page = read(ranked, made, "html")
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
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
    assert book.sheetnames[:2] == ["汇总", "产业紧缺急需人才"]
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
    assert (city["F3"].value, city["F4"].value, city.freeze_panes) == ("任务完成", "目标任务", "C5")
    assert city.print_title_rows == "$3:$4"
    rows = {row[2].value: row for row in city.iter_rows(min_row=5)}
    t03 = rows["产业紧缺急需人才"]
    assert [cell.value for cell in t03[:5]] == ["3", "二(七)17", "产业紧缺急需人才", "2018—2022年", "名"]
    assert [cell.value for cell in t03[5:11]] == [1000, 1, 22, 0.022, 0.4, -37.8]
    assert [cell.number_format for cell in t03[5:11]] == ["#,##0"] * 3 + ["0.0%", "0.00%", "+0.00;-0.00;0.00"]
    assert any(str(row[0].value).startswith("单位负责人：") for row in city.iter_rows())


def test_u10_whatever_stands_in_a_bulletin_no_cell_is_run(ranked: Site) -> None:
    """Names and numbers of documents are people's words: in a sheet they are quoted, in a text led by an apostrophe."""
    made = publish(ranked, "2019-12").json()
    content = Content.model_validate(made["content"])
    wrong = Said('=HYPERLINK("http://x.example")', "@SUM(A1)")
    lines = [line.model_copy(update={"name": wrong}) for line in content.city]
    damaged = content.model_copy(update={"city": lines, "number": "+1号", "issuer": wrong})
    for language in ("zh", "en"):
        book = openpyxl.load_workbook(BytesIO(workbook(damaged, made["sha256"], language)))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        started = [cell for cell in cells if is_formula(cell.value)]
        assert len(started) > sum(not line.part_of for line in lines)
        assert all((cell.data_type, cell.quotePrefix) == ("s", True) for cell in started)
        said = chat_text(damaged, made["sha256"], language).splitlines()
        assert "'+1号" in said
        assert not any(map(is_formula, said))


def test_a_title_of_two_lines_is_shown_whole_and_a_sheet_is_one_page(ranked: Site) -> None:
    """English words are longer than a narrow table is wide: its row grows, and no signature is printed alone."""
    deliver(ranked.database, event(name="young", programme="youth-intake"))
    made = publish(ranked, "2019-12").json()
    given = read(ranked, made, "xlsx", params={"language": "en"})
    assert "bulletin-2019-12-1-en.xlsx" in given.headers["content-disposition"]
    book = openpyxl.load_workbook(BytesIO(given.content))
    sheet = book["Young talent starting work or a"]
    assert sheet["A1"].value.endswith("Young talent starting work or a business in the city 2018–2022")
    assert [book[name].row_dimensions[1].height for name in ("Summary", "Young talent starting work or a")] == [30, 54]
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
