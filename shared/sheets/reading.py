"""Opens a file by its content, in a process of its own that may use so much memory and time and no more."""

import json
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import date, datetime
from threading import Thread
from typing import IO, Any

from shared.sheets.books import Area, Book, BookKind, BrokenCell, FileUnreadable, ReadingLimits, SheetHead, SheetRow
from shared.sheets.guarding import damaged, too_large


@contextmanager
def opened(content: bytes, limits: ReadingLimits | None = None) -> Generator[Book]:
    """A CSV, XLSX, XLS or ODS, whatever its name; raises FileUnreadable in words that say what to do.

    The process is ended when the context is left; the service is unharmed by whatever the file does to it.
    """
    limits = limits or ReadingLimits()
    if len(content) > limits.content_bytes:
        raise too_large(limits.content_bytes >> 20)
    command = [sys.executable, "-I", "-m", "shared.sheets.child", json.dumps(asdict(limits))]
    reader = subprocess.Popen(  # noqa: S603 (our own module; nothing of the file is in the command)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    )
    with reader:
        if reader.stdin is None or reader.stdout is None:
            raise damaged()
        Thread(target=_send, args=(reader.stdin, content), daemon=True).start()
        try:
            yield _OpenedBook(reader.stdout)
        finally:
            reader.kill()


def _send(pipe: IO[bytes], content: bytes) -> None:
    """A process that has refused the file reads it no further."""
    with suppress(BrokenPipeError), pipe:
        pipe.write(content)


class _OpenedBook:
    """A book as the process that reads it tells of it, line by line."""

    def __init__(self, lines: IO[bytes]) -> None:
        self._lines = lines
        head = self._next()
        self.kind: BookKind = head["kind"]
        self.encoding: str | None = head["encoding"]
        self.starts_1904: bool = head["starts_1904"]
        self.sheets: Sequence[SheetHead] = [_head(each) for each in head["sheets"]]

    def rows(self, sheet: int) -> Iterator[list[SheetRow]]:
        """The rows of one sheet; those of the sheets before it are read past."""
        while "end" not in (answer := self._next()):
            if answer["sheet"] == sheet:
                yield [SheetRow(number, cells) for number, cells in answer["rows"]]

    def _next(self) -> dict[str, Any]:
        line = self._lines.readline()
        if not line.endswith(b"\n"):  # the process is gone: out of memory, out of time, or the library fell over
            raise damaged()
        answer: dict[str, Any] = json.loads(line.decode("utf-8", "surrogatepass"), object_hook=_value)
        if "refused" in answer:
            raise FileUnreadable(*answer["refused"])
        return answer


def _head(said: dict[str, Any]) -> SheetHead:
    first = [SheetRow(number, cells) for number, cells in said.pop("first")]
    merged = [Area(*each) for each in said.pop("merged")]
    return SheetHead(**said, first=first, merged=merged)


def _value(said: dict[str, Any]) -> Any:
    if len(said) != 1:
        return said
    match said:
        case {"day": str(written)}:
            return date.fromisoformat(written)
        case {"instant": str(written)}:
            return datetime.fromisoformat(written)
        case {"broken": str(what)}:
            return BrokenCell(what)
        case {"other": str(written)}:
            return written
        case _:
            return said
