"""What a service tells of itself: lines with time, service and sentence."""

import logging
import time

AGAIN_AFTER = 60.0  # seconds

_logged_at: dict[str, float] = {}


def configure_logging(name: str) -> None:
    """Write our own lines; the libraries speak up only when something is wrong."""
    logging.basicConfig(
        level=logging.WARNING, format=f"%(asctime)s {name} %(levelname)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S%z"
    )
    for ours in ("shared", "services"):
        logging.getLogger(ours).setLevel(logging.INFO)
    logging.getLogger("uvicorn.error").addFilter(_of_a_request)


def _of_a_request(record: logging.LogRecord) -> bool:
    """Whether to tell what the server says: a sentence once a minute, whoever provokes it; and no traceback.

    An error has its line already, and a traceback may hold what was submitted.
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
