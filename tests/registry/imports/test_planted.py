"""Files full of planted names and numbers, in the wrong places too: nothing of them is kept or told in clear."""

import logging
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from shared.config import settings
from tests.databases import stored
from tests.registry.conftest import Registry
from tests.registry.imports.files import HEADER, A, counts, csv_of, row, run, upload
from tests.registry.subjects import resident_number

NAME, NUMBER, PHONE, PASSPORT = "赵植树", resident_number(3_000), "15400000001", "E98712365"
FILE = f"{NAME}的花名册{NUMBER}.csv"
PLANTED = (NAME, NUMBER, PHONE, PASSPORT)
ABOUT = {"姓名": NAME, "证件号码": NUMBER}


def book(*rows: Any) -> bytes:
    """A workbook whose second sheet bears somebody's name, and whose author does too."""
    made = openpyxl.Workbook()
    for each in rows:
        made.active.append(each)
    made.create_sheet(f"{NAME}{NUMBER}").append([NAME, NUMBER])
    made.properties.creator = NAME
    held = BytesIO()
    made.save(held)
    return held.getvalue()


def files() -> dict[str, bytes]:
    """What each file has planted where; each is read by a process of its own, so they are few."""
    spoken, column = f"姓名（{NAME}填，{PHONE}）", f"{NAME} {PHONE}"
    wrong = row(2, **ABOUT) | dict.fromkeys(HEADER[2:], column)
    cells = csv_of([row(1, **ABOUT) | {column: PASSPORT}, wrong], (*HEADER, column))
    return {
        "cells and labels": cells.replace("姓名".encode("gb18030"), spoken.encode("gb18030"), 1),
        "no header": csv_of([row(1, **ABOUT)]).split(b"\r\n", 1)[1],
        "no header and no number": f"{NAME},东湖区\r\n".encode(),
        "a workbook": book([f"模板编号 {NAME}", NUMBER], HEADER, [NAME, PASSPORT, NAME, NUMBER, PHONE, PHONE]),
    }


def said_of(registry: Registry, import_id: str) -> str:
    """Everything that is told of an import, its progress as well; but for the name of its file, which is as sent."""
    path = f"/v1/imports/{import_id}"
    found = [registry.get(by, f"{path}{what}").text for by, what in ((A, ""), (A, "/events"), ("auditor", ""))]
    return "".join(found).replace(FILE, "")


def planted_in(text: str) -> set[str]:
    return {each for each in PLANTED if each in text}


def kept_in_clear(registry: Registry) -> set[str]:
    """What stands in the database, its log, or a file of the service."""
    held = stored(registry.context.database.url)
    held += b"".join(each.read_bytes() for each in settings().data_dir.rglob("*") if each.is_file())
    codes = ("utf-8", "utf-16-le", "unicode-escape", "gb18030")
    return {each for each in PLANTED if any(each.encode(code) in held for code in codes)}


def all_logged(caplog: pytest.LogCaptureFixture) -> str:
    return "".join(each.getMessage() for each in caplog.records if each.name != "httpx")


@pytest.fixture(autouse=True)
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that anybody says, but for the test's own browser."""
    caplog.set_level(logging.DEBUG)
    return caplog


def test_no_file_leaves_a_name_or_number_in_clear(registry: Registry, logged: pytest.LogCaptureFixture) -> None:
    made = {
        what: upload(registry, content, name_of_file=FILE, dry_run=what != "cells and labels").json()["id"]
        for what, content in files().items()
    }
    run(registry)
    for what, import_id in made.items():
        assert planted_in(said_of(registry, import_id)) == set(), what
        found = planted_in(registry.get(A, f"/v1/imports/{import_id}/columns").text)  # to who sent it, as it was sent
        assert found <= ({NAME} if what == "no header and no number" else set()), what
    first = f"/v1/imports/{made['cells and labels']}"
    assert counts(registry.get(A, first).json()) == (1, 0, 0, 1)
    assert planted_in(str(registry.get(A, f"{first}/report.xlsx").headers)) == set()
    named = {"columns": [{"wording": f"{NAME} {PHONE}", "field": None}]}
    assert registry.post(A, f"{first}/columns", named).json()["errors"][0]["code"] == "personal_number"
    assert kept_in_clear(registry) == set()
    assert planted_in(all_logged(logged)) == set()
