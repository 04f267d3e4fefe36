"""What the library that reads workbooks does not say of an ODS: error cells, hidden rows, merged cells.

In ODS an error cell reads as blank, and would hide what somebody meant; so its places are read from the XML.
"""

import zipfile
from io import BytesIO
from xml.parsers import expat

from shared.sheets.books import BrokenCell
from shared.sheets.parts import SheetFacts


class _Places:
    """Follows rows and columns of a content.xml, repeated ones included."""

    def __init__(self) -> None:
        self.found: dict[str, SheetFacts] = {}
        self.sheet = SheetFacts()
        self.row, self.column, self.rows_here = 0, 0, 1

    def start(self, name: str, said: dict[str, str]) -> None:
        match name:
            case "table:table":
                self.sheet = self.found.setdefault(said.get("table:name", ""), SheetFacts())
                self.row = 0
            case "table:table-row":
                self.rows_here = int(said.get("table:number-rows-repeated", 1))
                self.column = 0
                if said.get("table:visibility") in ("collapse", "filter") and self.sheet.hidden_rows is not None:
                    self.sheet.hidden_rows += range(self.row + 1, self.row + 1 + min(self.rows_here, 10_000))
            case "table:table-cell" | "table:covered-table-cell":
                self._cell(said)

    def _cell(self, said: dict[str, str]) -> None:
        place = self.row + 1, self.column + 1
        kind = said.get("office:value-type")
        if said.get("calcext:value-type") == "error":
            self.sheet.broken[place] = BrokenCell.ERROR
        elif "table:formula" in said and kind is None:
            self.sheet.broken[place] = BrokenCell.UNSAVED
        down, across = (int(said.get(f"table:number-{each}-spanned", 1)) for each in ("rows", "columns"))
        if down > 1 or across > 1:
            top, left = self.row, self.column
            self.sheet.merged.append(((top, left), (top + down - 1, left + across - 1)))
        self.column += int(said.get("table:number-columns-repeated", 1))

    def end(self, name: str) -> None:
        if name == "table:table-row":
            self.row += self.rows_here


def facts_of(content: bytes) -> dict[str, SheetFacts]:
    """By the name of a sheet."""
    places = _Places()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = places.start, places.end
    with zipfile.ZipFile(BytesIO(content)) as archive, archive.open("content.xml") as part:
        parser.ParseFile(part)
    return places.found
