"""Numbers of people in clear: looked for in whatever any test leaves behind, because they may stand nowhere.

Every invented person has a number of the address 360101, which is issued to nobody. Databases, the files and the log of
a city, the log of PostgreSQL and all that is logged here are read as they end, and every problem that is answered;
what may hold a number is sealed.
"""

import logging
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest

NUMBER = re.compile(rb"(?<!\d)360101(?:19|20)\d{9}[0-9Xx](?![0-9])")
OF_TESTS = {"httpx", "httpx2", "urllib3"}  # what tests themselves ask for


class Heard(logging.Handler):
    """Keeps which loggers and refusals said a number since it was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self._by: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one line."""
        if record.name.partition(".")[0] not in OF_TESTS and NUMBER.search(record.getMessage().encode()):
            self._by.add(f"{record.name} at {record.filename}:{record.lineno}")

    def answered(self, answer: httpx.Response | httpx2.Response) -> None:
        """Look at an answer that is read already: a problem does not repeat what it refuses, nor does any header.

        A page that gives a form back, filled in as it was sent, is for whoever sent it.
        """
        said = [each for pair in answer.headers.raw for each in pair]
        if answer.headers.get("Content-Type") == "application/problem+json":
            said.append(answer.content)
        if any(map(NUMBER.search, said)):
            self._by.add(f"an answer {answer.status_code} to {answer.request.method}")

    def refuse(self) -> None:
        """Fail where a number was said."""
        by, self._by = self._by, set()
        assert not by, f"a person's number was said by {by}"


def refuse_in(files: Iterable[Path]) -> None:
    """Fail where one of these files, or its name, holds a number."""
    held = [str(file) for file in files if file.is_file() and NUMBER.search(bytes(file) + b"\n" + file.read_bytes())]
    assert not held, f"a person's number stands in clear in {held}"


heard = Heard()


def listen() -> None:
    """Hear from now on what is logged, and what is answered to any client of ours."""
    logging.getLogger().addHandler(heard)
    for kind in (httpx.Client, httpx2.Client):
        pytest.MonkeyPatch().setattr(kind, "send", _attentive(kind.send))  # for as long as there are tests


def _attentive(send: Callable[..., Any]) -> Callable[..., Any]:
    def sent(client: object, request: object, **how: Any) -> Any:
        answer = send(client, request, **how)
        if not how.get("stream"):
            heard.answered(answer)
        return answer

    return sent
