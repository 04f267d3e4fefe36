"""Sheets for whoever uploads: their own one back with marks, and templates to fill in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.registry.imports.models import ImportJob
from services.registry.imports.queries.columns import header_of
from services.registry.imports.rules.states import RowResult
from shared.contracts.policy import Programme
from shared.problems import Language, Refusal, Said
from shared.sheets.marking import RowOutcome, marked
from shared.sheets.reading import opened
from shared.sheets.tables import Table, WantedTable, find_table
from shared.sheets.templates import template

OUTCOMES: Mapping[str, Said] = {
    RowResult.ACCEPTED: Said("已登记", "registered"),
    RowResult.AWAITING: Said("待第二人", "waits for a second officer"),
    RowResult.UNCHANGED: Said("未变", "unchanged"),
    RowResult.DUPLICATE: Said("重复", "duplicate"),
    RowResult.REJECTED: Said("有误", "rejected"),
}
TRIED = Said("可以登记（试运行）", "can be registered (dry run)")
LEFT = Said("未登记", "not registered")
CARRIED_OUT = Said("已办理", "done")  # of a list of decisions
CAN_BE = Said("可以办理（试运行）", "can be done (dry run)")
NOT_DONE = Said("未办理", "not done")
SAMPLES: Mapping[str, Said] = {
    "/subject/name": Said("张三", "Zhang San"),
    "/subject/id_number": Said("360101199001010011", "360101199001010011"),
    "/fact_date": Said("2019-07-01", "2019-07-01"),
}
LIST_SAMPLES: Mapping[str, Said] = {
    "/number": Said("360101199001010011", "360101199001010011"),
    "/name": Said("张三", "Zhang San"),
    "/decision_no": Said("洪人才〔2019〕1号", "洪人才〔2019〕1号"),
}


def marked_sheet(
    job: ImportJob,
    content: bytes,
    wanted: WantedTable,
    rows: Iterable[tuple[int, str | None, str | None, Sequence[Any]]],
    language: Language,
) -> bytes:
    """The uploaded file as XLSX with an outcome column, wrong cells marked; of a file with no list in it, as it is."""
    notes = [Said(**each) for each in job.notes]
    if job.failure:
        notes.append(Said(job.failure["zh"], job.failure["en"]))
    return marked(content, _table(job, content, wanted), [_outcome(job.kind, *each) for each in rows], notes, language)


def _table(job: ImportJob, content: bytes, wanted: WantedTable) -> Table | None:
    try:
        with opened(content) as book:
            return find_table(book, wanted, _as_read(job), job.hidden_rows)
    except Refusal:
        return None


def _as_read(job: ImportJob) -> dict[str, str]:
    """What its columns were read as, whatever is remembered by now."""
    fields = {letter: pointer for pointer, letter in job.columns.items()}
    return {wording: fields.get(letter, "") for letter, wording in header_of(job).items()}


def _outcome(kind: str, number: int, tried: str | None, outcome: str | None, problems: Sequence[Any]) -> RowOutcome:
    """A row's sentence and marks; what was only tried is told apart."""
    found = outcome or tried
    done, can_be, left = (CARRIED_OUT, CAN_BE, NOT_DONE) if kind == "transitions" else (None, TRIED, LEFT)
    said = OUTCOMES[found] if found else left
    if found == RowResult.ACCEPTED:
        said = can_be if outcome is None else done or said
    marks = [(each["column"] or None, Said(each["zh"], each["en"])) for each in problems]
    return RowOutcome(number, said, found in (RowResult.DUPLICATE, RowResult.REJECTED), marks)


def list_template(wanted: WantedTable, language: Language) -> bytes:
    """A sheet to fill in for a list of decisions."""
    return template(wanted, Said("办理清单", "List of decisions"), [LIST_SAMPLES], language)


def template_of(programme: Programme, wanted: WantedTable, language: Language) -> bytes:
    """A sheet to fill in for a programme."""
    return template(wanted, Said(programme.name_zh, programme.name_en), [SAMPLES], language)
