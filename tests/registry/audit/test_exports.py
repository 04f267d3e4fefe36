"""Lists of registrations leave the house for a purpose, on record, and unharmed by spreadsheet programs."""

import csv
import io
from typing import Any

import openpyxl
import pytest

from tests.registry.conftest import Registry, person
from tests.shared.sheets.files import converted

SAID: dict[str, Any] = {"purpose": "review", "explanation": "核对年度登记名单与台账"}
CLEAR = SAID | {"personal": True, "programme": "youth-intake"}
NAME, NUMBER = "𠮷䶮", "360101199001010011"


def export(registry: Registry, by: str = "bureau", **wanted: Any) -> Any:
    return registry.post(by, "/v1/registrations/exports", SAID | wanted)


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def enter(registry: Registry, **stated: Any) -> None:
    entered = registry.post("institution-a-clerk", "/v1/registrations", person(**stated))
    assert entered.status_code == 201, entered.text


@pytest.fixture
def listed(registry: Registry) -> Registry:
    enter(registry, name=NAME, id_number=NUMBER, external_ref="=1+1")
    return registry


def test_g14_an_identifier_is_a_cell_of_text(listed: Registry) -> None:
    sheet = sheet_of(export(listed, **CLEAR).content)
    header = {cell.value: cell.column_letter for cell in sheet[2]}
    number, reference = sheet[f"{header['证件号码（代码）']}3"], sheet[f"{header['本单位编号']}3"]
    assert (number.value, number.data_type, number.number_format) == (NUMBER, "s", "@")
    assert (reference.value, reference.data_type) == ("=1+1", "s")
    assert sheet[f"{header['姓名（名称）']}3"].value == NAME


def test_g14_libreoffice_reads_an_export_back_as_it_is(
    listed: Registry, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content, own = export(listed, **CLEAR).content, tmp_path_factory.mktemp("copy")  # of whoever asked for the export
    text = converted(content, "csv:Text - txt - csv (StarCalc):44,34,76,1", own).decode()
    (found,) = lines(text.partition("\n")[2])
    assert (found["姓名（名称）"], found["证件号码（代码）"], found["本单位编号"]) == (NAME, NUMBER, "=1+1")


def test_g01_a_csv_in_gb18030_has_a_rare_character_byte_exact(listed: Registry) -> None:
    content = export(listed, format="csv_gb18030", **CLEAR).content
    assert bytes.fromhex("9534B235") in content
    assert b"\xfe\x9f" in content
    found = lines(content.decode("gb18030"))
    assert (found[0]["姓名（名称）"], found[0]["证件号码（代码）"], found[0]["本单位编号"]) == (NAME, NUMBER, "'=1+1")


def test_a_copy_says_who_took_it_when_and_what_for(listed: Registry) -> None:
    for form, last in (("csv", -1), ("xlsx", 0)):
        answer = export(listed, format=form)
        text = answer.content.decode("utf-8-sig") if form == "csv" else sheet_of(answer.content)["A1"].value
        mark = text.strip().splitlines()[last]
        copy = answer.headers["x-copy-number"]
        assert "导出人：" in mark
        assert copy in mark
        assert SAID["explanation"] in mark
        (entry,) = [
            each
            for each in listed.get("auditor", "/v1/audit?action=export&limit=1000").json()["items"]
            if each["object"] == copy
        ]
        assert (entry["outcome"], entry["purpose"]) == ("done", f"review: {SAID['explanation']}")


def test_values_are_masked_unless_clear_ones_are_wanted_by_who_may_see_them(listed: Registry) -> None:
    for by in ("bureau", "auditor", "institution-a-clerk", "district-donghu"):
        text = export(listed, by, format="csv").text
        assert len(lines(text)) == 2, by  # one, and the watermark
        assert NUMBER not in text
        assert NAME not in text
    assert export(listed, "institution-a-clerk", **CLEAR).status_code == 403
    assert NUMBER in export(listed, "auditor", format="csv", **CLEAR).text
    entries = listed.get("auditor", "/v1/audit?action=export_personal&limit=1000").json()["items"]
    assert [each["outcome"] for each in entries] == ["forbidden", "done"]


def test_nobody_takes_what_they_may_not_see(listed: Registry) -> None:
    assert len(lines(export(listed, "institution-b-clerk", format="csv").text)) == 1
    assert export(listed, "leader").status_code == 403
    assert export(listed, "operator").status_code == 403


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"purpose": "x"}, "/purpose"),
        ({"explanation": None}, "/explanation"),
        ({"personal": True}, "/programme"),
        ({"programme": "no-such"}, "/programme"),
        ({"format": "pdf"}, "/format"),
        ({"unit": "no-such"}, "/unit"),
    ],
)
def test_what_is_wrong_with_a_wish_is_said(registry: Registry, wanted: dict[str, Any], pointer: str) -> None:
    refused = export(registry, **wanted)
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]


def test_clear_lists_are_three_a_day_and_others_twenty_an_hour(registry: Registry) -> None:
    assert [export(registry, **CLEAR).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [export(registry).status_code for _ in range(21)][-2:] == [200, 429]


def test_the_same_copy_again_holds_no_later_registration(listed: Registry) -> None:
    first = listed.post("bureau", "/v1/registrations/exports", SAID | {"format": "csv"}, Idempotency_Key="one-copy")
    enter(listed, name="钱植树", id_number="36010119900101002X")
    again = listed.post("bureau", "/v1/registrations/exports", SAID | {"format": "csv"}, Idempotency_Key="one-copy")
    assert again.content == first.content
    assert len(lines(export(listed, format="csv").text)) == 3
