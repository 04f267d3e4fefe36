"""A sender that is killed (kill -9) at a boundary: `python -m tests.notify.dying BOUNDARY SIDE NTH`.

Boundaries are everything that makes something final: a commit of the database, and handing a mail to its server.
"""

import os
import signal
import smtplib
import sys
from functools import wraps
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from services.notify.deliveries.workers import senders
from services.notify.main import service
from shared.service import Context

BOUNDARIES: dict[str, tuple[Any, str]] = {
    "commit": (DefaultDialect, "do_commit"),
    "mail": (smtplib.SMTP, "send_message"),
}


def lay_mine(boundary: str, side: str, nth: int) -> None:
    """Die right before or right after the n-th time that this is done."""
    owner, name = BOUNDARIES[boundary]
    plain, times = getattr(owner, name), 0

    @wraps(plain)
    def watched(*given: Any, **named: Any) -> Any:
        nonlocal times
        times += 1
        if times == nth and side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = plain(*given, **named)
        if times == nth and side == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, watched)


if __name__ == "__main__":
    context = Context.of(service.name)
    loops = senders(context)
    lay_mine(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    while any(loop() for loop in loops):
        pass
