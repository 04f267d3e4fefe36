"""The planted (埋设的标识): numbers, names and telephones of invented people, which may stand in clear nowhere.

Every invented person has a number of the address 360101, which is issued to nobody, a surname of twenty before a given
name that nothing else is called, and a telephone of 154, which was never opened. They are looked for in whatever any
test leaves behind: databases, the files and the log of a city, topics, the log of PostgreSQL, all that is logged here,
labels of metrics, problems and headers that are answered, and addresses that are asked for or linked to. What may hold
one is sealed.
"""

import logging
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import httpx2
import pytest
from prometheus_client.metrics import MetricWrapperBase

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "植树"
OF_TESTS = {"httpx", "httpx2", "urllib3"}  # what tests themselves ask for
CODES = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
LINKED = re.compile(rb"""\s(?:href|action|formaction|src)=["']([^"']*)""")


def _forms(text: str) -> list[bytes]:
    """How a text is written: in a coding, in JSON, in JSON that is a text of JSON, in an address."""
    escaped, quoted = text.encode("unicode-escape"), quote(text).encode()
    coded = [text.encode(code) for code in CODES]
    return [*coded, escaped, escaped.replace(b"\\", rb"\\"), quoted, quoted.lower()]


NAMES = tuple(surname + GIVEN for surname in SURNAMES)
PLANTED = re.compile(
    rb"(?<!\d)360101(?:19|20)\d{9}[0-9Xx](?![0-9])|(?<!\d)(?:86)?1540000\d{4}(?!\d)|"
    + b"|".join(re.escape(form) for name in NAMES for form in _forms(name))
)
PARTS = (b"360101", b"1540000", *_forms(GIVEN))  # where none of them is, nothing is: that is quick to see


def is_in(content: bytes) -> bool:
    """Whether something planted stands in clear."""
    return any(part in content for part in PARTS) and PLANTED.search(content) is not None


class Heard(logging.Handler):
    """Keeps which loggers, refusals and addresses said something planted since it was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self._by: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one line, and what is noted beside it."""
        said = f"{record.getMessage()} {getattr(record, 'noted', '')}"
        if record.name.partition(".")[0] not in OF_TESTS and is_in(said.encode(errors="replace")):
            self._by.add(f"{record.name} at {record.filename}:{record.lineno}")

    def answered(self, answer: httpx.Response | httpx2.Response) -> None:
        """Look at an answer that is read already: no problem repeats what it refuses, nor does a header or a link.

        A page that gives a form back, filled in as it was sent, is for whoever sent it.
        """
        said = [each for pair in answer.headers.raw for each in pair]
        kind = answer.headers.get("Content-Type", "")
        if kind == "application/problem+json":
            said.append(answer.content)
        if kind.startswith("text/html") and is_in(answer.content):
            said += LINKED.findall(answer.content)
        if any(map(is_in, said)):
            self._by.add(f"an answer {answer.status_code} to {answer.request.method}")

    def addressed(self, address: str) -> None:
        """Look at an address that one of ours asks for."""
        if is_in(address.encode()):
            self._by.add("an address that was asked for")

    def labelled(self, labels: Iterable[object]) -> None:
        """Look at the labels of a metric."""
        if is_in(" ".join(map(str, labels)).encode(errors="replace")):
            self._by.add("a metric")

    def refuse(self) -> None:
        """Fail where something was said."""
        by, self._by = self._by, set()
        assert not by, f"a person's number, name or telephone was said by {by}"


def refuse_in(files: Iterable[Path]) -> None:
    """Fail where one of these files, or its name, holds something planted."""
    held = [str(file) for file in files if file.is_file() and is_in(bytes(file) + b"\n" + file.read_bytes())]
    assert not held, f"a person's number, name or telephone stands in clear in {held}"


heard = Heard()


def listen() -> None:
    """Hear from now on what is logged and measured, what is answered to any client, and what ours ask for."""
    logging.getLogger().addHandler(heard)
    patch = pytest.MonkeyPatch()  # for as long as there are tests
    for kind in (httpx.Client, httpx2.Client):
        patch.setattr(kind, "send", _attentive(kind.send))
    patch.setattr(httpx.AsyncClient, "send", _asking(httpx.AsyncClient.send))
    patch.setattr(MetricWrapperBase, "labels", _labelling(MetricWrapperBase.labels))


def _attentive(send: Callable[..., Any]) -> Callable[..., Any]:
    def sent(client: object, request: object, **how: Any) -> Any:
        answer = send(client, request, **how)
        if not how.get("stream"):
            heard.answered(answer)
        return answer

    return sent


def _asking(send: Callable[..., Any]) -> Callable[..., Any]:
    def sent(client: object, request: httpx.Request, **how: Any) -> Any:
        heard.addressed(str(request.url))
        return send(client, request, **how)

    return sent


def _labelling(labels: Callable[..., Any]) -> Callable[..., Any]:
    def labelled(metric: object, *values: object, **named: object) -> Any:
        heard.labelled([*values, *named.values()])
        return labels(metric, *values, **named)

    return labelled
