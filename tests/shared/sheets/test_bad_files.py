"""Files that are damaged, hostile or no sheets at all: each is refused in words, and whoever reads goes on."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from shared.sheets.books import FileUnreadable, ReadingLimits
from shared.sheets.reading import opened
from tests.shared.sheets.files import HEADER, LI, ZHANG, converted, csv, items, put, read, rewritten, written, xlsx

SHEET = r"sheet1\.xml$"
GOOD = xlsx([HEADER, ZHANG, LI])
DECLARED = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def archive(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return out.getvalue()


def added(name: str, part: bytes) -> bytes:
    out = BytesIO(GOOD)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, part)
    return out.getvalue()


def compound(name: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + name.encode("utf-16-le") + bytes(1024)


def locked_in_archive() -> bytes:
    broken = bytearray(GOOD)
    for start, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        broken[broken.index(start) + flags] |= 1
    return bytes(broken)


def wide(sheet: bytes) -> bytes:
    """In UTF-16 without the mark at its beginning, which a parser knows all the same (XML 1.0, appendix F)."""
    text = sheet.replace(b'"UTF-8"', b'"UTF-16"').replace(b"<worksheet", DECLARED + b"<worksheet", 1)
    return text.decode().encode("utf-16-le")


def far(sheet: bytes) -> bytes:
    return sheet.replace(b"</row></sheetData>", b'<c r="XFD3" t="str"><v> </v></c></row></sheetData>')


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "an empty file": (lambda: b"", "file_empty"),
    "a picture named .xlsx": (lambda: b"\xff\xd8\xff\xe0" + bytes(100), "not_a_sheet"),
    "a PDF": (lambda: b"%PDF-1.7", "not_a_sheet"),
    "a binary file": (lambda: b"abc\x01\x02def\x00ghi", "not_a_sheet"),
    "an archive of something": (lambda: archive(readme=b"x"), "not_a_sheet"),
    "a Word file of old": (lambda: compound("WordDocument"), "not_a_sheet"),
    "HTML named .xls": (lambda: b"\xef\xbb\xbf\r\n<html><meta charset=gb2312><table><tr><td>1", "markup"),
    "XML of 2003 named .xls": (lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "markup"),
    "a truncated workbook": (lambda: GOOD[: len(GOOD) // 2], "file_damaged"),
    "a truncated XLS": (lambda: compound("Workbook"), "file_damaged"),
    "an encrypted workbook": (lambda: compound("EncryptedPackage"), "file_locked"),
    "an encrypted archive": (locked_in_archive, "file_locked"),
    "macros": (lambda: added("xl/vbaProject.bin", b"x"), "file_has_macros"),
    "macros of old": (lambda: compound("_VBA_PROJECT_CUR"), "file_has_macros"),
    "a binary workbook": (lambda: archive(**{"xl/workbook.bin": b"x"}), "binary_workbook"),
    "a zip bomb": (lambda: added("xl/media/bomb.xml", bytes(400 << 20)), "file_too_large"),
    "an archive of very many parts": (lambda: archive(**{f"p{n}": b"" for n in range(5_001)}), "file_too_large"),
    "an entity bomb": (
        lambda: rewritten(GOOD, {SHEET: lambda part: part.replace(b"<worksheet", DECLARED + b"<worksheet", 1)}),
        "entities",
    ),
    "entities in the list of sheets": (
        lambda: rewritten(GOOD, {r"workbook\.xml$": lambda part: DECLARED + part}), "entities",
    ),
    "entities that a search for bytes does not see": (lambda: rewritten(GOOD, {SHEET: wide}), "entities"),
    "a value in the last column": (lambda: rewritten(GOOD, {SHEET: far}), "far_cell"),
    "a boolean that is none": (
        lambda: rewritten(GOOD, {SHEET: put('<c r="E2" t="b"><v>banana</v></c>')}), "file_damaged",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_words_and_a_good_one_is_read_after_it(name: str) -> None:
    make, code = BAD[name]
    with pytest.raises(FileUnreadable) as refused:
        read(make())
    assert refused.value.faults[0].code == code
    assert "Error" not in refused.value.faults[0].said.en
    assert len(items(GOOD)) == 2


def test_a_damaged_xls_ends_the_reader_alone(tmp_path: Path) -> None:
    content = bytearray(converted(GOOD, "xls", tmp_path))
    content[512:1024] = b"\x07" * 512
    with pytest.raises(FileUnreadable):
        read(bytes(content))


def test_i12_an_encrypted_xls_is_said_to_be_locked(tmp_path: Path) -> None:
    """Also one that is only write-protected, which Excel encrypts though nobody typed a password."""
    content, after = converted(GOOD, "xls", tmp_path), rb"(\x09\x08\x10\x00.{16})\xe1\x00\x02\x00.."
    locked = re.sub(after, lambda found: found[1] + b"/\0\2\0\1\0", content, count=1, flags=re.DOTALL)
    assert locked != content
    with pytest.raises(FileUnreadable) as refused:
        read(locked)
    assert refused.value.faults[0].code == "file_locked"


def test_more_memory_or_time_or_rows_than_a_reader_may_have_ends_it() -> None:
    many = csv([HEADER]) + b"\r\n" + csv([ZHANG]) * 1 + b"\r\nx,y" * 3_000_000
    for limits in (
        ReadingLimits(rows=1_000), ReadingLimits(rows=10_000_000, cpu_seconds=1), ReadingLimits(memory_bytes=64 << 20),
        ReadingLimits(content_bytes=9),
    ):  # fmt: skip
        with pytest.raises(FileUnreadable):
            read(many, limits=limits)


@pytest.mark.parametrize("area", ["A1", "A1:XFD1048576"])
def test_i06_a_declared_size_is_not_believed(area: str) -> None:
    rows = [HEADER, *[ZHANG] * 200]
    content = rewritten(xlsx(rows), {SHEET: lambda part: part.replace(b'ref="A1:E201"', f'ref="{area}"'.encode())})
    assert area.encode() in zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert len(items(content)) == 200


def test_i06_rows_that_only_look_filled_are_none() -> None:
    def fill(book: Any, sheet: Any) -> None:
        for n, row in enumerate((HEADER, ZHANG, LI)):
            sheet.write_row(n, 0, row)
        look = book.add_format({"border": 1})
        for n in range(3, 20_000):
            sheet.write_blank(n, 0, None, look)
        sheet.set_row(1_048_575, 20, look)

    assert len(items(written(fill))) == 2


def test_i06_repeated_rows_of_an_ods_are_none(tmp_path: Path) -> None:
    def repeat(part: bytes) -> bytes:
        rows = b'<table:table-row table:number-rows-repeated="1048573"><table:table-cell/></table:table-row>'
        assert b"</table:table>" in part
        return part.replace(b"</table:table>", rows + b"</table:table>", 1)

    content = rewritten(converted(GOOD, "ods", tmp_path), {r"^content\.xml$": repeat})
    assert len(items(content)) == 2


def test_i12_names_with_backslashes_and_absolute_targets_are_read() -> None:
    slashes = rewritten(GOOD, {"workbook.xml.rels": lambda part: part.replace(b'"/xl/', b'"')}, rename="\\")
    assert b"xl\\worksheets" in slashes
    assert len(items(slashes)) == 2


def strict(part: bytes) -> bytes:
    """As Excel saves a strict workbook (ISO/IEC 29500 Strict)."""
    for name in (b"spreadsheetml", b"officeDocument"):
        part = part.replace(
            b"http://schemas.openxmlformats.org/%b/2006" % name, b"http://purl.oclc.org/ooxml/%b" % name
        )
    return part


def prefixed(part: bytes) -> bytes:
    """As some programs write it: every element under a prefix."""
    names = rb"<(/?)(worksheet|sheet\w+|row|c|v|is|t|f|dimension|cols?|page\w+|outlinePr|selection)\b"
    return re.sub(names, rb"<\1x:\2", part).replace(b"xmlns=", b"xmlns:x=")


@pytest.mark.parametrize(("part", "change"), [(r"\.(xml|rels)$", strict), (SHEET, prefixed)])
def test_i12_strict_and_prefixed_workbooks_read_as_their_twin(part: str, change: Callable[[bytes], bytes]) -> None:
    content = rewritten(GOOD, {part: change})
    assert content != GOOD
    assert items(content) == items(GOOD)


def test_g20_what_a_file_is_called_does_not_matter(tmp_path: Path) -> None:
    for kind in ("xls", "ods", "xlsx"):
        content = converted(GOOD, kind, tmp_path) if kind != "xlsx" else GOOD
        with opened(content) as book:
            assert book.kind == kind
        assert items(content) == items(GOOD)
