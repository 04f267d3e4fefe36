"""A bulletin in every form and both languages: each word is of the reader's language."""

import re
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from tests.languages import foreign
from tests.quota.bulletins.published import publish, read
from tests.quota.conftest import Site
from tests.quota.given import define

STYLE = re.compile(r"<style>.*?</style>|<[^>]*>|[0-9a-f]{64}", re.DOTALL)


def said_in(site: Site, bulletin: Any, form: str, language: str) -> str:
    answer = read(site, bulletin, form, params={"language": language})
    if form != "xlsx":
        return unescape(STYLE.sub(" ", answer.text))
    book = openpyxl.load_workbook(BytesIO(answer.content))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return STYLE.sub(" ", "\n".join([*book.sheetnames, *cells]))


@pytest.mark.parametrize("kind", ["bulletin", "annual_report"])
def test_v04_a_bulletin_is_in_the_language_of_its_reader(ranked: Site, kind: str) -> None:
    """With a quota that an officer laid down for the city, whose measure word no document has."""
    define(ranked.database, programme="dual-qualified-teachers", amount=3, period={"start": "2018-01-01"})
    publish(ranked, "2018", kind=kind)
    made = publish(ranked, "2019", kind=kind).json()
    for language in ("zh", "en"):
        for form in ("html", "xlsx", "txt"):
            said = said_in(ranked, made, form, language).replace("dual-qualified-teachers", "")
            assert foreign(said, language) == [], (form, language)
