"""The process that reads one file: started by reading.py, given the file's bytes, it answers in lines of JSON.

It may use so much memory and processor time and write no file; whatever happens to it happens to it alone. First the
heads of the sheets, then all rows of the visible ones, then the end; or why the file cannot be read.
"""

import json
import resource
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from shared.sheets import texts
from shared.sheets.books import BookKind, BrokenCell, FileUnreadable, ReadingLimits, SheetHead, SheetRow
from shared.sheets.guarding import kind_of, too_large
from shared.sheets.workbooks import SHOWN, opened_by_library

TOGETHER = 500  # rows in one line


def confine(limits: ReadingLimits, written_bytes: int = 0) -> None:
    """From here on: so much memory, so much time, no file written (or so much of one), no core dumped."""
    with suppress(OSError):  # where memory runs out this process is ended, and not the service beside it (Linux)
        Path("/proc/self/oom_score_adj").write_text("1000")
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (written_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answers(content: bytes, limits: ReadingLimits) -> Iterator[dict[str, Any]]:
    """What is in a file, part by part."""
    kind = kind_of(content, limits)
    if kind == "csv":
        text, encoding = texts.decoded(content)
        first = list(islice(texts.rows(text), SHOWN))
        yield _head(kind, [SheetHead("CSV", first=first)], encoding, False)
        yield from _rows(0, texts.rows(text), limits)
    else:
        yield from _of_workbook(content, kind, limits)
    yield {"end": True}


def _of_workbook(content: bytes, kind: BookKind, limits: ReadingLimits) -> Iterator[dict[str, Any]]:
    book = opened_by_library(content, kind)
    yield _head(kind, book.heads, None, book.starts_1904)
    for number, head in enumerate(book.heads):
        if not head.hidden:
            yield from _rows(number, book.rows(head.name), limits)


def _head(kind: BookKind, sheets: list[SheetHead], encoding: str | None, starts_1904: bool) -> dict[str, Any]:
    described = [asdict(each) | {"first": each.first} for each in sheets]
    return {"kind": kind, "encoding": encoding, "starts_1904": starts_1904, "sheets": described}


def _rows(sheet: int, rows: Iterable[SheetRow], limits: ReadingLimits) -> Iterator[dict[str, Any]]:
    left = iter(rows)
    count = 0
    while some := list(islice(left, TOGETHER)):
        count += len(some)
        if count > limits.rows:
            raise FileUnreadable(
                "too_many_rows",
                f"超过{limits.rows}行，请分成几个文件上传。",
                f"There are more than {limits.rows} rows; split the file.",
            )
        yield {"sheet": sheet, "rows": some}


def _plain(value: object) -> dict[str, str]:
    """What JSON has no form for."""
    match value:
        case BrokenCell():
            return {"broken": value.value}
        case datetime() if value.time() != datetime.min.time():
            return {"instant": value.isoformat()}
        case datetime():
            return {"day": value.date().isoformat()}
        case date():
            return {"day": value.isoformat()}
        case _:
            return {"other": str(value)}


def main() -> None:
    """Reads the file from the standard input, and answers on the standard output."""
    limits = ReadingLimits(**json.loads(sys.argv[1]))
    confine(limits)
    out = sys.stdout.buffer
    try:
        for answer in answers(sys.stdin.buffer.read(), limits):
            out.write(json.dumps(answer, ensure_ascii=False, default=_plain).encode("utf-8", "surrogatepass") + b"\n")
            out.flush()
    except (FileUnreadable, MemoryError) as error:
        refusal = error if isinstance(error, FileUnreadable) else too_large(limits.memory_bytes >> 20)
        fault = refusal.faults[0]
        out.write(json.dumps({"refused": [fault.code, *fault.said]}).encode() + b"\n")
        out.flush()


if __name__ == "__main__":
    main()
