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


def log_once(log: logging.Logger, sentence: str) -> None:
    """Tell what is wrong, and the same sentence again at most once a minute."""
    at = time.monotonic()
    if at - _logged_at.get(sentence, -AGAIN_AFTER) >= AGAIN_AFTER:
        _logged_at[sentence] = at
        log.error("%s", sentence)
