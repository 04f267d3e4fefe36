"""CSV and what people call so: in which encoding a text is, by what its cells are separated, and its rows.

A ladder of strict decoders: a byte order mark, UTF-8, UTF-16, GB18030 (GB 18030-2022, which holds GBK and GB 2312; the
codecs of those two lack characters of names: 䶮 is FE 9F). What fits none is refused, and nothing is replaced.
"""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from shared.sheets.books import FileUnreadable, SheetRow

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATORS = ("\t", ",", ";", "|", "，")
LONGEST = 1 << 17  # characters of one cell; more is a quotation mark that nobody closed
_CHINESE = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")  # a Chinese character in UTF-8
_PAIRS = re.compile(rb"(?:[\xb0-\xf7][\xa1-\xfe])+")  # Chinese characters in GB 2312
_SEEMS_MIXED = 3  # Chinese characters in UTF-8 before the first byte that is none: the file was UTF-8 so far
_WRAPPED = re.compile(r'="([^"]*)"')  # how programs keep Excel from reading a text as a number


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a file and its encoding; "gb18030?" where it could have been UTF-8 just as well."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding), encoding
    if content[1:2] == b"\0" or content[:1] == b"\0":
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        return _strictly(content, encoding), encoding
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(_CHINESE.findall(content, 0, error.start)) >= _SEEMS_MIXED:
            raise _mixed(content, error.start) from error
        return _strictly(content, "gb18030"), "gb18030"
    if text.isascii() or _CHINESE.search(content) or not _all_pairs(content):
        return text, "utf-8"
    return _strictly(content, "gb18030"), "gb18030?"  # 莫 alone (C4 AA) is a letter of Latvia in UTF-8


def _all_pairs(content: bytes) -> bool:
    """Whether every byte beyond ASCII belongs to a Chinese character of GB 2312."""
    return _PAIRS.sub(b"", content).isascii()


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _mixed(content, error.start) from error


def _mixed(content: bytes, at: int) -> FileUnreadable:
    line = content.count(b"\n", 0, at) + 1
    return FileUnreadable(
        "encoding_mixed",
        f"第{line}行有无法识别的字符：文件里混有不同的编码，或者文件不完整。"
        "请重新导出，保存为“CSV UTF-8”或 Excel 工作簿。",
        f"Line {line} holds bytes of another encoding than the lines before, or the file is cut short. Export it again "
        "as CSV UTF-8 or as a workbook.",
    )


def rows(text: str) -> Iterator[SheetRow]:
    """The rows as a spreadsheet program numbers them: a cell of several lines is in one row, `sep=` is in none."""
    csv.field_size_limit(LONGEST)
    first, _, rest = text.partition("\n")
    named = re.fullmatch(r"sep=(.)\r?", first)
    separator = named[1] if named else _separator(text)
    reader = csv.reader(StringIO(rest if named else text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if any(cells):
                yield SheetRow(number, [_unwrapped(cell) if cell[:2] == '="' else cell for cell in cells])
    except csv.Error as error:
        raise FileUnreadable(
            "quotation_open",
            f"第{number + 1}行起有引号没有成对，后面的内容连成了一格。请补上引号，或另存为 Excel 工作簿。",
            f"From row {number + 1} on a quotation mark is not closed, and what follows runs into one cell. Close it, "
            "or save the file as a workbook.",
        ) from error


def _unwrapped(cell: str) -> str:
    found = _WRAPPED.fullmatch(cell)
    return found[1] if found else cell


def _separator(text: str) -> str:
    """By which the first rows fall into the most cells, each into as many."""
    beginning = text[:20_000]

    def fitness(separator: str) -> int:
        try:
            widths = [
                len(cells)
                for cells in islice(csv.reader(StringIO(beginning, newline=""), delimiter=separator), 30)
                if any(cells)
            ]
        except csv.Error:
            return 0
        most = max(widths, key=widths.count, default=1)
        return widths.count(most) * (most - 1)

    return max(SEPARATORS, key=fitness)
