"""What notify answers about follow-ups, as far as the pages show it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer


class FollowUpEntryShown(ServiceAnswer):
    """What was done to it; `actor` null: by itself."""

    kind: str
    done_at: datetime
    actor: str | None = None
    recipient: str | None = None
    said: str | None = None
    paused_until: date | None = None
    by_link: bool = False


class FollowUpShown(ServiceAnswer):
    """A follow-up as its reader sees it."""

    id: UUID
    severity: str
    title: str
    body: str
    alert_id: UUID
    owner: str
    state: str
    level: int = 0
    overdue: bool = False
    due_at: datetime | None = None
    due_by_weekends: bool = False
    climbs_at: datetime | None = None
    paused_until: date | None = None
    opened_at: datetime
    history: Sequence[FollowUpEntryShown] = ()
    acts: Sequence[str] = ()
    assignable: Sequence[str] = ()
    posts: Mapping[str, str] = {}

    def called(self, code: str) -> str:
        """What a post is called."""
        return self.posts.get(code, code)
