"""Acts, for the record that a service keeps of them: what was asked, by whom, and what came of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.auth import Caller
from shared.operations import Replayed


@dataclass(frozen=True)
class Act:
    """One item as a command did it or refused it; `request` is the id of the answer."""

    action: str
    item: Any
    outcome: Any
    caller: Caller
    request: UUID | None


@dataclass(frozen=True)
class Noted:
    """An item that came to no command: the route's name, and the object it named."""

    action: str
    object: str | None


__all__ = ["Act", "Noted", "Replayed"]
