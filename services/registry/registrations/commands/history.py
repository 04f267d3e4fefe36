from typing import Any

from services.registry.registrations.models import HistoryEntry, Registration
from shared.auth import Caller
from shared.new_rows import new_row


def history_entry(registration: Registration, action: str, caller: Caller, **more: Any) -> HistoryEntry:
    """The entry (办理记录) of what brought a registration to its present version; to be added to the session."""
    return new_row(
        HistoryEntry,
        registration_id=registration.id,
        version=registration.version,
        action=action,
        state=registration.state,
        by=caller.actor,
        role=caller.role.value,
        at=registration.updated_at,
        **more,
    )
