from typing import Any

from services.registry.registrations.models import HistoryEntry, Registration
from shared.auth import Caller
from shared.new_rows import new_row

NAMED = ("action", "by", "at", "version")  # what the history has of a request that was made void


def history_entry(registration: Registration, action: str, caller: Caller, **more: Any) -> HistoryEntry:
    """The entry (办理记录) of what brought a registration to its present version; to be added to the session.

    Whatever changes a registration comes by here, and makes void what a first officer requested of it as it was before
    (首办作废): the entry says so.
    """
    return new_row(
        HistoryEntry,
        registration_id=registration.id,
        version=registration.version,
        action=action,
        state=registration.state,
        by=caller.actor,
        role=caller.role.value,
        at=registration.updated_at,
        voids=_void(registration, action, caller),
        **more,
    )


def _void(registration: Registration, action: str, caller: Caller) -> dict[str, Any] | None:
    waiting = registration.awaiting
    if not waiting or waiting.get("void"):
        return None
    at, version = registration.updated_at.isoformat(), registration.version
    void = {"action": action, "by": caller.actor, "at": at, "version": version}
    registration.awaiting = waiting | {"void": void}
    return {name: waiting[name] for name in NAMED}
