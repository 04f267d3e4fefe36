"""The user's own sheet back, its wrong cells marked (report.xlsx): corrected there, it can be uploaded as it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.problems import Language, Said
from shared.sheets.tables import Table


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

    `outcomes` in the order of rows; `notes` are of the file as a whole. An XLSX keeps everything it had (up to some
    size), XLS, ODS and CSV become a new workbook with the same cells in the same places.
    """
    raise NotImplementedError
