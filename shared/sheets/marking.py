"""The user's own sheet back, its wrong cells marked (report.xlsx): corrected there, it can be uploaded as it is."""

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from shared.problems import Language, Said
from shared.sheets.books import ReadingLimits
from shared.sheets.guarding import damaged
from shared.sheets.tables import Table
from shared.sheets.wordings import OUTCOME, is_outcome

NOTHING_FOUND = {"sheet": 0, "header": 0, "outcome": 0, "merged": [], "columns": 0}


@dataclass(frozen=True)
class RowOutcome:
    """What came of a row: the sentence for the outcome column (办理结果), and what is wrong with which column."""

    row: int
    said: Said
    refused: bool = False
    marks: Sequence[tuple[str | None, Said]] = ()  # the column's letter; None: the row as a whole


def marked(
    content: bytes, table: Table | None, outcomes: Iterable[RowOutcome], notes: Sequence[Said], language: Language
) -> bytes:
    """An XLSX of the same sheet: marked cells, comments, an outcome column that is read past when it comes back.

    `outcomes` in the order of rows; `notes` are of the file as a whole. An XLSX of up to 300,000 cells keeps all it had
    but the formulas, whose results stand there instead; others become a new workbook with the same cells in the same
    places. Done by a process of its own, as reading is; raises FileUnreadable where that does not succeed.
    """
    rows = [_row(each, language) for each in outcomes]
    order = {
        "limits": asdict(ReadingLimits()),
        "table": _described(table) if table else NOTHING_FOUND,
        "label": OUTCOME[0] if language == "zh" else OUTCOME[1],
        "rows": rows,
        "notes": [each.in_(language) for each in notes],
    }
    done = subprocess.run(
        [sys.executable, "-I", "-m", "shared.sheets.marker"],
        input=json.dumps(order, ensure_ascii=False).encode() + b"\n" + content,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        check=False,
    )
    if done.returncode != 0:
        raise damaged()
    return done.stdout


def _row(outcome: RowOutcome, language: Language) -> list[Any]:
    """What is written of a row: its number, the outcome with all that is wrong, and the cells that are marked."""
    said = [outcome.said.in_(language)]
    said += [f"{letter}: {text.in_(language)}" if letter else text.in_(language) for letter, text in outcome.marks]
    cells = [[letter, text.in_(language)] for letter, text in outcome.marks if letter]
    return [outcome.row, " ".join(said), outcome.refused, cells]


def _described(table: Table) -> dict[str, Any]:
    """Where the list stands, as far as marking needs it; our own column, where there is one already, is used again."""
    ours = next((each.number for each in table.columns if is_outcome(each.wording)), 0)
    filled = [
        area
        for area in table.merged
        if not any(
            each.field and (each.field.personal or each.field.kind == "identifier")
            for each in table.columns
            if each.number == area.first_column
        )
    ]
    return {
        "sheet": table.sheet,
        "header": table.header_rows[-1],
        "header_first": table.header_rows[0],
        "outcome": ours,
        "columns": max(each.number for each in table.columns),
        "merged": [list(area) for area in filled],
    }
