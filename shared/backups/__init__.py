"""Backups (备份): all databases of an installation as they were at one moment, written whole, and put back whole.

A service that counts must not be restored to another moment than the bus it reads and the registry it follows. So every
database is held for a few milliseconds, its snapshot taken, and let go; what is copied afterwards is that moment.
Keys are never part of a backup: whoever finds one reads no personal value. A backup names the keys it needs.
"""

from pathlib import Path
from typing import Protocol

SERVICES = ("registry", "quota", "notify")
BUS = "bus"  # the part that the embedded bus is; Apache Kafka keeps its own copies


class NotDone(Exception):
    """What cannot be backed up or restored, in a sentence that says what to do; nothing was changed."""


class Store(Protocol):
    """Where a service, or the embedded bus, keeps its data."""

    suffix: str

    def refuse_use(self) -> None:
        """Raises NotDone while anything is connected to it."""

    def is_empty(self) -> bool:
        """Whether there is nothing in it that could be lost."""

    def restore(self, copy: Path) -> None:
        """Put the copy in its place, whole or not at all. Raises NotDone."""
