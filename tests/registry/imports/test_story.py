"""A clerk's afternoon: a file with faults is tried, committed, corrected, uploaded again, and taken back."""

import os
from io import BytesIO

import openpyxl

from tests.registry.conftest import Registry
from tests.registry.imports.files import HEADER, A, counts, csv_of, imported, read, row, run

ROWS, EVERY = int(os.environ.get("IMPORT_STORY_ROWS", "600")), 25  # each 25th is wrong; 10,000 have 400 faults

WRONG = (
    {"证件号码": "360101199001010101"},
    {"填报单位": "火星区"},
    {"事实发生日期": "2019-13-01"},
    {"就业形式": "其他"},
)


def test_only_the_marked_rows_are_corrected_and_counts_are_exact_throughout(registry: Registry) -> None:
    right = [row(n) for n in range(1, ROWS + 1)]
    wrong = {n: each | WRONG[n // EVERY % len(WRONG)] for n, each in enumerate(right) if n % EVERY == 0}
    content = csv_of([wrong.get(n, each) for n, each in enumerate(right)])
    faults, good = len(wrong), ROWS - len(wrong)

    tried = imported(registry, content, dry_run="true")
    assert (tried["state"], counts(tried)) == ("previewed", (good, 0, 0, faults))
    registry.post(A, f"/v1/imports/{tried['id']}/commit")
    run(registry)
    first = read(registry, tried["id"])
    assert (first["state"], counts(first), len(registry.events())) == ("committed", (good, 0, 0, faults), good)
    city = next(each for each in first["effects"] if each["unit"] is None)
    assert city["value_after"] - city["value_before"] == good

    marked = wrong_rows(registry, first["id"])
    assert marked == {*wrong}
    mended = csv_of([each if n in marked else wrong.get(n, each) for n, each in enumerate(right)])
    second = imported(registry, mended)
    assert counts(second) == (faults, good, 0, 0)
    assert counts(imported(registry, mended)) == (0, ROWS, 0, 0)

    for shown, withdrawn in ((second, faults), (first, good)):
        registry.post(A, f"/v1/imports/{shown['id']}/undo")
        run(registry)
        assert read(registry, shown["id"])["rows"]["undone"] == withdrawn
    assert {each.state for each in registry.events()[-ROWS:]} == {"withdrawn"}
    assert counts(imported(registry, mended)) == (ROWS, 0, 0, 0)


def wrong_rows(registry: Registry, import_id: str) -> set[int]:
    """The rows that the uploader's own sheet has back as wrong, the first one 0: the answer names a hundred alone."""
    report = registry.get(A, f"/v1/imports/{import_id}/report.xlsx")
    cells = openpyxl.load_workbook(BytesIO(report.content), read_only=True).worksheets[0]
    return {
        n for n, each in enumerate(cells.iter_rows(2, values_only=True)) if str(each[len(HEADER)]).startswith("有误")
    }
