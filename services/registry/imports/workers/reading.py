"""Reading an uploaded file: the rows of its list, put aside in parts, and what only the whole of it shows."""

from collections.abc import Iterator, Mapping

from services.registry.imports.commands.staging import StagedFile, StagedRow, StagedRows
from services.registry.imports.models import ImportJob
from shared.problems import Refusal, Said
from shared.sheets.books import TableUnfit
from shared.sheets.reading import opened
from shared.sheets.rows import ReadRow, TableReading
from shared.sheets.tables import WantedTable, find_table


def read_file(
    job: ImportJob, content: bytes, wanted: WantedTable, remembered: Mapping[str, str]
) -> Iterator[StagedRows | StagedFile]:
    """The rows of a file in parts, and last what is known of all of it; or why it is refused, and nothing more.

    `remembered` are the institution's own wordings of columns.
    """
    kind = kind_of(wanted)
    try:
        with opened(content) as book:
            table = find_table(book, wanted, remembered, job.hidden_rows)
            reading, first, beside = TableReading(table), True, 0
            for rows in book.rows(table.sheet):
                found = list(reading.read(rows))
                some = [_staged(each, kind) for each in found if each.kind == "item"]
                beside += len(found) - len(some)
                yield StagedRows(job.id, some, first)
                first = False
            concluded = reading.conclude()
    except Refusal as refused:
        header = refused.header if isinstance(refused, TableUnfit) else {}
        yield StagedFile(job.id, 0, {}, failure=_why(refused), header=header)
        return
    failure = next(((each.code, each.said) for each in concluded.faults), None)
    notes = [*table.notes, *concluded.notes, *([_beside(beside)] if beside else [])]
    yield StagedFile(job.id, concluded.items, table.letters, notes, failure, table.header)


def _beside(rows: int) -> Said:
    return Said(
        f"有{rows}行不是登记对象（合计、附注、填表人等），未导入",
        f"{rows} rows are nobody's (totals, notes, signatures) and were read past",
    )


def kind_of(wanted: WantedTable) -> str | None:
    """What kind of subject a file's rows are about; None of a list of decisions."""
    pointers = {each.pointer for each in wanted.fields}
    if "/action" in pointers:
        return None
    if "/subject/post_code" in pointers:
        return "post"
    return "organisation" if "/subject/uscc" in pointers else "person"


def _staged(row: ReadRow, kind: str | None) -> StagedRow:
    item = row.item()
    if kind:
        item["subject"] = {"kind": kind, **(item.get("subject") or {})}
    faults = [(each.fault.pointer, each.fault.code, each.fault.said.zh, each.fault.said.en) for each in row.faults]
    return StagedRow(row.number, item, faults)


def _why(refused: Refusal) -> tuple[str, Said]:
    fault = next(iter(refused.faults), None)
    return (fault.code, fault.said) if fault else (refused.slug, refused.title())
