"""A form with a file as it comes in: its fields first, then the file, of which a piece at a time is in memory.

A file of an import is as large as 64 MB and holds names and numbers: it is neither gathered here nor written to a disk.
"""

from collections import deque
from collections.abc import AsyncIterator

import anyio
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from services.portal.shell.csrf import SAFE_METHODS, refuse_other_sites, refuse_untrusted
from services.portal.shell.session import Session
from shared.bodies import FILE_WITHIN, FILES_TYPE, LARGEST_BODY, Interrupted, TooLarge, TooSlow, check_media
from shared.problems import Refusal

LARGEST = "x-largest-body"  # what a route says of itself (`openapi_extra`) that takes a file


class ArrivingForm:
    """A form on its way: `fields` before its file, and that file; `file_name` is None where none was chosen."""

    def __init__(self, request: Request, largest: int) -> None:
        _, options = parse_options_header(request.headers.get("content-type"))
        self.fields: dict[str, str] = {}
        self.file_name: str | None = None
        self._largest, self._size, self._of_fields = largest, 0, 0
        self._body = request.stream()
        self._pieces: deque[bytes] = deque()
        self._headers: dict[bytes, bytes] = {}
        self._header, self._written, self._value, self._field, self._over = b"", b"", b"", "", False
        self._parser = MultipartParser(
            options.get(b"boundary", b"-"),
            {
                "on_part_begin": self._part_began,
                "on_header_field": self._header_named,
                "on_header_value": self._header_written,
                "on_header_end": self._header_ended,
                "on_headers_finished": self._headers_ended,
                "on_part_data": self._part_came,
                "on_part_end": self._part_ended,
            },
        )

    async def read_fields(self) -> None:
        """Read as far as the file, or to the end where there is none."""
        while self.file_name is None and await self._more():
            pass

    async def is_empty(self) -> bool:
        """Whether the file has not one byte."""
        while not self._pieces and not self._over and await self._more():
            pass
        return not self._pieces

    async def content(self) -> AsyncIterator[bytes]:
        """The file as it comes. Raises TooLarge, TooSlow and Interrupted."""
        while True:
            while self._pieces:
                yield self._pieces.popleft()
            if self._over:
                return
            if not await self._more():
                raise Interrupted

    async def discard(self) -> None:
        """Let the rest come without looking at it: a browser shows no answer before it has sent everything."""
        try:
            with anyio.move_on_after(FILE_WITHIN):
                async for _ in self._body:
                    pass
        except ClientDisconnect:
            return

    async def _more(self) -> bool:
        try:
            with anyio.fail_after(FILE_WITHIN):
                piece = await anext(self._body, b"")
            self._parser.write(piece)
        except TimeoutError:
            raise TooSlow from None
        except (ClientDisconnect, FormParserError):
            raise Interrupted from None
        self._size += len(piece)
        if self._size > self._largest:
            raise TooLarge
        return bool(piece)

    def _part_began(self) -> None:
        self._headers, self._header, self._written = {}, b"", b""

    def _header_named(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_written(self, data: bytes, start: int, end: int) -> None:
        self._written += data[start:end]

    def _header_ended(self) -> None:
        self._headers[self._header.lower()] = self._written
        self._header, self._written = b"", b""

    def _headers_ended(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._field = options.get(b"name", b"").decode(errors="replace")
        if self.file_name is None and b"filename" in options:
            self.file_name = options[b"filename"].decode(errors="replace")
        self._value = b""

    def _part_came(self, data: bytes, start: int, end: int) -> None:
        if self.file_name is not None:
            if not self._over:
                self._pieces.append(data[start:end])
            return
        self._of_fields += end - start
        if self._of_fields > LARGEST_BODY:
            raise TooLarge
        self._value += data[start:end]

    def _part_ended(self) -> None:
        if self.file_name is None:
            self.fields[self._field] = self._value.decode(errors="replace")
        else:
            self._over = True


def largest_of(request: Request) -> int | None:
    """How large a form with a file may be that this route takes; None where it takes none."""
    extra = getattr(request.scope.get("route"), "openapi_extra", None) or {}
    return None if request.method in SAFE_METHODS else extra.get(LARGEST)


async def arriving_form(request: Request, session: Session, largest: int) -> ArrivingForm:
    """The form that comes in, read as far as its file.

    Raises FormUntrusted before anything of the file is looked at, so the token stands before it in the form.
    """
    refuse_other_sites(request)
    check_media(request, FILES_TYPE)
    form = ArrivingForm(request, largest)
    try:
        await form.read_fields()
        refuse_untrusted(form.fields, session)
    except Refusal:
        await form.discard()
        raise
    return form
