"""Reads a plain CSV by its wanted fields, in place of the reader of real sheets."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from services.registry.imports.commands.staging import StagedFile, StagedRow, StagedRows
from services.registry.imports.models import ImportJob
from services.registry.imports.workers import advancing


@pytest.fixture(autouse=True)
def plain_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_file(job: ImportJob, content: bytes, wanted: Any) -> Iterator[Any]:
        lines = list(csv.reader(io.StringIO(content.decode("gb18030"))))
        fields = {each.said.zh: each for each in wanted.fields}
        letters = {fields[word].pointer: chr(65 + i) for i, word in enumerate(lines[0])}
        rows = []
        for number, line in enumerate(lines[1:], 2):
            item: dict[str, Any] = {"subject": {"kind": "person"}}
            for word, cell in zip(lines[0], line, strict=True):
                if not cell:
                    continue
                field = fields[word]
                value: Any = cell
                if field.choices:
                    value = next((code for code, names in field.choices.items() if cell in (code, *names)), cell)
                *above, last = field.pointer.split("/")[1:]
                place = item
                for part in above:
                    place = place.setdefault(part, {})
                place[last] = value
            rows.append(StagedRow(number, item))
        yield StagedRows(job.id, rows, True)
        yield StagedFile(job.id, len(rows), letters)

    monkeypatch.setattr(advancing, "read_file", read_file)
