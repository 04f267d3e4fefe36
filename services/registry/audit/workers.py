"""Checkpoints (检查点): the end of the trail, signed and written where the database cannot reach.

A chain of hashes shows what was changed in it, but not that its end was cut off, nor that all of it was made anew.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from services.registry.audit.queries import signed
from shared import clock
from shared.contracts.audit import Checkpoint
from shared.service import Context
from shared.trail import head

EVERY = 60.0  # seconds between two checkpoints
LOOK = 1.0  # seconds between two looks whether the trail has grown


def append(path: Path, point: Checkpoint) -> None:
    """Write a checkpoint on a line of its own, also behind one that was not finished when its machine stopped."""
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
        whole = file.read(1) in (b"", b"\n")
        file.write(b"" if whole else b"\n")
        file.write(point.model_dump_json().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def keeping(context: Context) -> Callable[[], int]:
    """Write a checkpoint where the trail has grown, at most one a minute."""
    due, written = 0.0, 0
    _ = context.vault.signing.current  # refused at the start rather than at the first checkpoint

    def write_if_due() -> int:
        nonlocal due, written
        if time.monotonic() < due:
            return 0
        due = time.monotonic() + LOOK
        with context.database.reading() as session:
            sequence, hash_ = head(session)
        if sequence == written:
            return 0
        append(context.settings.checkpoints_path, signed(context.vault, sequence, hash_, clock.now()))
        written, due = sequence, time.monotonic() + EVERY
        return 0

    return write_if_due
