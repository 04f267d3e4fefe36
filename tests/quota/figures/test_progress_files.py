"""Progress as a file: figures as numbers, text as text, and who took it."""

import csv
import io

import openpyxl

from shared.auth import Role
from tests.quota.conftest import Site
from tests.quota.own import PROGRAMME

WANTED = {"programme": PROGRAMME, "as_of": "2019-06-30", "purpose": "月度调度会材料"}


def test_g14_progress_as_a_workbook(site: Site, quota_id: str) -> None:
    answer = site.get("/v1/progress.xlsx", params=WANTED)
    assert answer.headers["content-type"].startswith("application/vnd.openxml")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    found = dict(zip((cell.value for cell in sheet[2]), sheet[3], strict=True))
    assert (found["目标任务"].value, found["完成"].value, found["完成率（%）"].value) == (4, 4, "100.0")
    assert found["编号"].data_type == "s"
    assert answer.headers["x-copy-number"] in sheet["A1"].value
    assert WANTED["purpose"] in sheet["A1"].value


def test_progress_as_text_in_two_encodings(site: Site, quota_id: str) -> None:
    for form, encoding in (("csv", "utf-8-sig"), ("csv_gb18030", "gb18030")):
        text = site.get(f"/v1/progress.{form}", params=WANTED).content.decode(encoding)
        rows = list(csv.DictReader(io.StringIO(text)))
        assert (rows[0]["目标表述"], rows[0]["完成"]) == ("“双师型”教师", "4")
        assert rows[-1]["编号"].startswith("导出人：")


def test_a_file_of_progress_needs_a_purpose_and_a_programme_that_is_there(site: Site, quota_id: str) -> None:
    assert site.get("/v1/progress.csv").status_code == 422
    assert site.get("/v1/progress.pdf", params=WANTED).status_code == 422
    assert site.get("/v1/progress.csv", params=WANTED | {"programme": "no-such"}).status_code == 422
    assert site.get("/v1/progress.csv", Role.OPERATOR, params=WANTED).status_code == 200
