"""What a service tells of itself (日志): one line for each event, for people at a terminal, or as JSON for machines.

A line holds the time (UTC), level, service, process, the sentence, and as far as they are known the request, the event
and the trace that it belongs to. No line holds a control character, whatever somebody put into what is told, and none
a traceback: that may hold what was submitted.
"""

import logging
import re
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.config import settings
from shared.traces import here

AGAIN_AFTER = 60.0  # seconds
MOST_FRAMES = 5

# What would begin another line, hide a part of this one, or move a terminal's cursor.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")

_logged_at: dict[str, float] = {}


def configure_logging(service: str, part: str = "serve") -> None:
    """Write our own lines; the libraries speak up only when something is wrong.

    `part` is what the process does for its service: serve, relay, consume, or one of its workers.
    """
    shown = logging.StreamHandler()
    shown.setFormatter(_formatter(service, part, as_json=_as_json()))
    shown.addFilter(lambda record: _is_news(record) if record.name.startswith("opentelemetry") else True)
    root = logging.getLogger()
    root.handlers[:] = [each for each in root.handlers if not isinstance(each.formatter, _LineFormatter)] + [shown]
    root.setLevel(logging.WARNING)
    for ours in ("shared", "services"):
        logging.getLogger(ours).setLevel(settings().log_level.upper())
    logging.getLogger("uvicorn.error").addFilter(_is_news)


def _as_json() -> bool:
    return settings().log_format == "json" or (settings().log_format == "auto" and not sys.stderr.isatty())


class _LineFormatter(structlog.stdlib.ProcessorFormatter):
    """How a record becomes a line."""


def _formatter(service: str, part: str, *, as_json: bool) -> _LineFormatter:
    def described(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return _described(event, {"service": service, "process": part})

    written: Sequence[Processor] = (
        [described, structlog.processors.JSONRenderer(ensure_ascii=False), _plain]
        if as_json
        else [described, _escaped, _for_people()]
    )
    return _LineFormatter(processors=written)


def _for_people() -> Processor:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), timestamp_key="time", pad_event_to=0)


def _described(event: EventDict, ours: dict[str, str]) -> dict[str, Any]:
    """The fields of a line, in their order."""
    record: logging.LogRecord = event["_record"]
    where = here()
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    line = {"time": f"{at[:-6]}Z", "level": record.levelname.lower(), **ours, "event": event["event"]}
    known = {"request": where.request, "event_id": where.event, "trace": where.trace, **getattr(record, "noted", {})}
    if error := (event.get("exc_info") or (None, None))[1]:
        known["error"] = f"{type(error).__name__} at {place_of(error)}"
    return line | {name: value for name, value in known.items() if value is not None}


def _code(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _plain(logger: WrappedLogger, method: str, line: Any) -> str:
    """JSON says some of them as they are; between quotes the code means the same."""
    return UNSEEN.sub(_code, line)


def _escaped(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {name: UNSEEN.sub(_code, value) if isinstance(value, str) else value for name, value in event.items()}


def place_of(error: BaseException) -> str:
    """The lines that led to an error, the innermost first, without what it says: that may hold what was submitted."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))


def _is_news(record: logging.LogRecord) -> bool:
    """Whether to tell what a library says: a sentence once a minute, whoever provokes it.

    An error of a request has its line already.
    """
    return record.exc_info is None and _is_due(record.getMessage())


def log_once(log: logging.Logger, sentence: str) -> None:
    """Tell what is wrong, and the same sentence again at most once a minute."""
    if _is_due(sentence):
        log.error("%s", sentence)


def _is_due(sentence: str) -> bool:
    at = time.monotonic()
    due = at - _logged_at.get(sentence, -AGAIN_AFTER) >= AGAIN_AFTER
    if due:
        _logged_at[sentence] = at
    return due
