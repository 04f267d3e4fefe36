"""Which sheet of a file holds the list, where its header is, and what each of its columns is. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from shared.problems import Fault, Said
from shared.sheets.books import Area, Book, SheetHead, TableUnfit
from shared.sheets.columns import column_letter
from shared.sheets.headers import Header, header_of, likely_header, shown_labels
from shared.sheets.wordings import bare, is_outcome, plain, template_code

FieldKind = Literal["text", "identifier", "date", "choice", "yes_no", "integer"]
HiddenRows = Literal["include", "skip"]
FEWEST = 2  # columns that have to be known before a row is taken for a header
_SHOWN = 10  # rows named in a question


@dataclass(frozen=True)
class WantedField:
    """A field that whoever reads a list asks for.

    `pointer` is where the value goes in the item (RFC 6901), "/subject/id_number". `wordings` are the names a column
    may have beside `said`; width, case, spaces and brackets do not matter. `choices` are code -> wordings. An
    `identifier` is taken from text alone: a number in a cell has lost its last digits. What is `personal` is never
    filled down from merged cells, since two people would be one.
    """

    pointer: str
    said: Said
    kind: FieldKind
    required: bool = False
    wordings: Sequence[str] = ()
    choices: Mapping[str, Sequence[str]] | None = None
    personal: bool = False


@dataclass(frozen=True)
class WantedTable:
    """The fields of a list. `code` is what its template names (模板编号): a file of another's is refused."""

    code: str
    fields: Sequence[WantedField]


@dataclass(frozen=True)
class TableColumn:
    """A column: its letter, its wording as the file has it ("联系人/电话"), and its field; None: read past."""

    letter: str
    number: int  # from 1
    wording: str
    field: WantedField | None


@dataclass(frozen=True)
class Table:
    """A list found in a file. `sheet` is the number of its sheet in the book, from 0; rows are the user's own."""

    wanted: WantedTable
    sheet: int
    sheet_name: str
    header_rows: Sequence[int]
    columns: Sequence[TableColumn]
    notes: Sequence[Said]  # what was read past: other sheets, columns that are nobody's
    starts_1904: bool = False
    merged: Sequence[Area] = ()  # one column wide, below the header: filled down
    left_out: frozenset[int] = frozenset()  # hidden rows that are not imported

    @property
    def letters(self) -> dict[str, str]:
        """The letter of each field's column, by the pointer of the field."""
        return {column.field.pointer: column.letter for column in self.columns if column.field}

    @property
    def header(self) -> dict[str, str]:
        """The wording of each column, by its letter; our own of a marked report is none, nor is somebody's number."""
        return shown_labels(
            {column.number: column.wording for column in self.columns if not is_outcome(column.wording)}
        )


class _Found(NamedTuple):
    sheet: int
    header: Header
    fields: Mapping[int, WantedField]  # by the number of the column
    twice: Sequence[tuple[WantedField, Sequence[int]]]


def find_table(
    book: Book, wanted: WantedTable, remembered: Mapping[str, str] | None = None, hidden_rows: HiddenRows | None = None
) -> Table:
    """The list of a file, or TableUnfit with everything that is wrong with its header at once.

    `remembered` are an institution's own wordings: wording -> pointer, or "" for a column that is read past.
    `hidden_rows` answers the question that rows hidden or filtered out raise: "include" or "skip".
    """
    known = _wordings(wanted, remembered or {})
    ours = [n for n, each in enumerate(book.sheets) if _template(each) == wanted.code and not each.hidden]
    visible = ours or [n for n, each in enumerate(book.sheets) if not each.hidden]
    candidates = [found for n in visible if (found := _find(n, book.sheets[n], known, bool(ours)))]
    if not candidates:
        another = _other_template(book, wanted)
        likely = likely_header(book.sheets[visible[0]]) if visible and not another else {}
        raise TableUnfit(another or _no_header(wanted), header=likely)
    most = max(len(each.fields) for each in candidates)
    best = next(each for each in candidates if len(each.fields) * 2 >= most)  # the first sheet that is one: 附件2 waits
    head = book.sheets[best.sheet]
    faults = _faults(head, best, wanted, hidden_rows)
    if faults:
        raise TableUnfit(*faults, header=shown_labels(best.header.labels))
    return _table(book, best, wanted, hidden_rows)


def _table(book: Book, found: _Found, wanted: WantedTable, hidden_rows: HiddenRows | None) -> Table:
    head = book.sheets[found.sheet]
    columns = [
        TableColumn(column_letter(number), number, label, found.fields.get(number))
        for number, label in sorted(found.header.labels.items())
    ]
    below = [
        area
        for area in head.merged
        if area.first_row > found.header.rows[-1]
        and area.first_column == area.last_column
        and area.first_column in found.fields
    ]
    left_out = frozenset(head.hidden_rows or ()) if hidden_rows == "skip" else frozenset()
    notes = _notes(book, found, columns, below)
    return Table(wanted, found.sheet, head.name, found.header.rows, columns, notes, book.starts_1904, below, left_out)


def _wordings(wanted: WantedTable, remembered: Mapping[str, str]) -> dict[str, WantedField | None]:
    """What each wording stands for; an institution's own come first, "" among them is nobody's."""
    known: dict[str, WantedField | None] = {}
    pointers = {field.pointer: field for field in wanted.fields}
    for field in wanted.fields:
        name = field.pointer.rpartition("/")[2]
        for wording in (field.said.zh, field.said.en, name, *field.wordings):
            known.setdefault(plain(wording), field)
            known.setdefault(bare(wording), field)
    return known | {plain(wording): pointers.get(pointer) for wording, pointer in remembered.items()}


def _find(number: int, head: SheetHead, known: Mapping[str, WantedField | None], ours: bool) -> _Found | None:
    """The header of a sheet: of its first rows the one, or the two, that name the most fields."""
    best: _Found | None = None
    unseen = () if ours else head.hidden_columns
    for levels in (1, 2):  # two only where they name more: above a header of one there may be anything
        for place in range(len(head.first)):
            header = header_of(head, place, levels)
            found = _matched(number, header, known, unseen) if header else None
            if found and len(found.fields) >= FEWEST and (best is None or len(found.fields) > len(best.fields)):
                best = found
    return best


def _matched(number: int, header: Header, known: Mapping[str, WantedField | None], unseen: Sequence[int]) -> _Found:
    fields: dict[str, list[int]] = {}
    by_pointer: dict[str, WantedField] = {}
    for column, label in header.labels.items():
        if column in unseen or is_outcome(label):
            continue
        field = next((known[each] for each in header.readings(column) if each in known), None)
        if field:
            fields.setdefault(field.pointer, []).append(column)
            by_pointer[field.pointer] = field
    once = {columns[0]: by_pointer[pointer] for pointer, columns in fields.items()}
    twice = [(by_pointer[pointer], columns) for pointer, columns in fields.items() if len(columns) > 1]
    return _Found(number, header, once, twice)


def _template(head: SheetHead) -> str | None:
    return next((code for row in head.first[:5] if (code := template_code(row.cells))), None)


def _other_template(book: Book, wanted: WantedTable) -> Fault | None:
    found = {code for each in book.sheets if not each.hidden and (code := _template(each))}
    return _another(found, wanted) if found and wanted.code not in found else None


def _another(found: set[str], wanted: WantedTable) -> Fault:
    names = ", ".join(sorted(found))
    return Fault(
        "/file",
        "template_of_another",
        Said(
            f"这是另一张模板（{names}），这里要的是 {wanted.code}。请选对计划，或下载该计划的模板。",
            f"This is another template ({names}); {wanted.code} is asked for. Choose the right programme, or download "
            "its template.",
        ),
    )


def _no_header(wanted: WantedTable) -> Fault:
    needed = [field.said for field in wanted.fields if field.required] or [field.said for field in wanted.fields]
    return Fault(
        "/file",
        "header_missing",
        Said(
            f"没有找到表头行。请在数据上方用一行写明各列名称，至少要有：{'、'.join(each.zh for each in needed)}。",
            "No header row was found. Name the columns in one row above the data, at least: "
            f"{', '.join(each.en for each in needed)}.",
        ),
    )


def _faults(head: SheetHead, found: _Found, wanted: WantedTable, hidden_rows: HiddenRows | None) -> list[Fault]:
    code = _template(head)
    if code and code != wanted.code:
        return [_another({code}, wanted)]
    present = {field.pointer for field in found.fields.values()}
    missing = [field for field in wanted.fields if field.required and field.pointer not in present]
    faults = [_missing(field, head.hidden_columns) for field in missing]
    faults += [_twice(field, columns) for field, columns in found.twice]
    hidden = [row for row in head.hidden_rows or () if row > found.header.rows[-1]]
    if hidden and hidden_rows is None:
        faults.append(_hidden(hidden))
    return faults


def _missing(field: WantedField, hidden_columns: Sequence[int]) -> Fault:
    letters = "、".join(column_letter(each) for each in hidden_columns)
    zh = f"（隐藏的列不读：{letters}）" if letters else ""
    en = f" (hidden columns are read past: {letters.replace('、', ', ')})" if letters else ""
    return Fault(
        field.pointer,
        "column_missing",
        Said(
            f"缺少“{field.said.zh}”列{zh}。请加上这一列，或改用这个列名。",
            f"The column “{field.said.en}” is missing{en}. Add it, or name the column so.",
        ),
    )


def _twice(field: WantedField, columns: Sequence[int]) -> Fault:
    letters = [column_letter(each) for each in columns]
    return Fault(
        field.pointer,
        "column_twice",
        Said(
            f"{'、'.join(letters)}列都是“{field.said.zh}”。请只留一列，或把另一列改名。",
            f"The columns {', '.join(letters)} are all “{field.said.en}”. Keep one of them, or rename the others.",
        ),
    )


def _hidden(rows: Sequence[int]) -> Fault:
    shown = [str(each) for each in rows[:_SHOWN]]
    zh, en = ("等", " and more") if len(rows) > _SHOWN else ("", "")
    return Fault(
        "/hidden_rows",
        "rows_hidden",
        Said(
            f"有{len(rows)}行被隐藏或筛选掉：第{'、'.join(shown)}行{zh}。请说明：一起导入，还是只导入可见行。",
            f"{len(rows)} rows are hidden or filtered out: {', '.join(shown)}{en}. Say whether they are imported too, "
            "or only the visible ones.",
        ),
    )


def _notes(book: Book, found: _Found, columns: Sequence[TableColumn], below: Sequence[Area]) -> list[Said]:
    notes = []
    if others := [str(n) for n in range(1, len(book.sheets) + 1) if n != found.sheet + 1]:  # a name may be somebody's
        notes.append(Said(f"未读的工作表：第{'、'.join(others)}张。", f"Sheets read past: {', '.join(others)}."))
    if past := [each.letter for each in columns if each.field is None and not is_outcome(each.wording)]:
        notes.append(Said(f"未用的列：{'、'.join(past)}。", f"Columns read past: {', '.join(past)}."))
    for area in below[:_SHOWN]:
        cell = f"{column_letter(area.first_column)}{area.first_row}"
        rows = f"{area.first_row}–{area.last_row}"
        notes.append(Said(f"{cell} 的值用于第{rows}行。", f"The value of {cell} stands for the rows {rows}."))
    if book.sheets[found.sheet].hidden_rows is None:
        notes.append(Said("这种格式无法检查是否有隐藏行。", "In this format hidden rows cannot be looked for."))
    if book.encoding == "gb18030?":
        notes.append(
            Said("编码是推测的，请核对前几行的文字。", "The encoding was guessed; check the text of the first rows.")
        )
    return notes
