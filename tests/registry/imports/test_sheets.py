"""The uploader's own sheet back, and templates: both are read as they are."""

from io import BytesIO

import openpyxl

from tests.registry.conftest import Registry
from tests.registry.imports.files import A, B, counts, csv_of, imported, number, row


def test_the_marked_sheet_is_corrected_and_uploaded_as_it_is(registry: Registry) -> None:
    shown = imported(registry, csv_of([row(1), row(2, 填报单位="火星区"), row(3)]))
    path = f"/v1/imports/{shown['id']}/report.xlsx"
    book = openpyxl.load_workbook(BytesIO(registry.get(A, path).content))
    cells = book.worksheets[0]
    assert [cells.cell(n, 7).value.split(" ")[0] for n in (2, 3, 4)] == ["已登记", "有误", "已登记"]
    assert cells["B3"].value == number(2)
    assert cells["C3"].comment is not None
    cells["C3"].value = "西湖区"
    mended = BytesIO()
    book.save(mended)
    assert counts(imported(registry, mended.getvalue())) == (1, 2, 0, 0)


def test_nobody_but_its_uploader_is_given_the_sheet_back(registry: Registry) -> None:
    shown = imported(registry, csv_of([row(1)]), dry_run="true")
    path = f"/v1/imports/{shown['id']}/report.xlsx"
    names = (A, B, "bureau", "auditor", "institution-a-reviewer")
    assert [registry.get(name, path).status_code for name in names] == [200, 404, 403, 403, 403]


def test_a_template_comes_back_filled_in_and_that_of_another_programme_is_refused(registry: Registry) -> None:
    content = registry.get(A, "/v1/templates/youth-intake.xlsx").content
    book = openpyxl.load_workbook(BytesIO(content))
    cells = book.worksheets[0]
    heads = {cells.cell(3, n).value: n for n in range(1, cells.max_column + 1)}
    for word, value in row(1).items():
        column = next(n for head, n in heads.items() if head and head.rstrip("*＊ ") == word)
        cells.cell(6, column).value = value
    out = BytesIO()
    book.save(out)
    assert counts(imported(registry, out.getvalue())) == (1, 0, 0, 0)
    other = imported(registry, out.getvalue(), programme="top-talent")
    assert (other["state"], other["failure"]["code"]) == ("failed", "template_of_another")
    assert registry.get(A, "/v1/templates/nowhere.xlsx").status_code == 404
