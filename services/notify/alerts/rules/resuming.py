"""Where a reader of the live stream left off (续读): a position, and a mark of the alert that stood there. Pure."""

import re
from typing import NamedTuple
from uuid import UUID

from shared.problems import Said

_ID = re.compile(r"(?P<position>[0-9]{1,18})(?:-(?P<mark>[0-9a-f]{12}))?", re.ASCII)

RESUMED = Said(
    "您上次收到的提醒不在现有记录中（数据库可能由备份恢复）。此前的提醒请到收件箱查看，此后的在这里逐条推送",
    "The alert you received last is not on record here; a backup may have been restored. Look up earlier alerts in the "
    "inbox; those from now on follow here",
)


class ResumePoint(NamedTuple):
    """What an event's id says: the position, and which alert had it; older ids say the position alone."""

    position: int
    mark: str | None = None

    def is_of(self, alert_id: UUID | None) -> bool:
        """Whether the alert that stands there now is the one that was received."""
        return self.mark is None or alert_id is None or _mark(alert_id) == self.mark


def event_id(position: int, alert_id: UUID) -> str:
    """The id of an alert's event."""
    return f"{position}-{_mark(alert_id)}"


def resume_point(written: str) -> ResumePoint | None:
    """What an id says; None for what no event of ours ever had."""
    found = _ID.fullmatch(written)
    return ResumePoint(int(found["position"]), found["mark"]) if found else None


def _mark(alert_id: UUID) -> str:
    return alert_id.hex[-12:]  # of a UUIDv7 the part that is random
