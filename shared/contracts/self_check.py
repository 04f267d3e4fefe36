"""Events of the daily self-check (每日自检): they go the way of a registration, and concern nobody."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.events import Event


class SelfCheckEvent(Event):
    """One self-check on its way; `started_at` is when the registry began it."""

    check_id: UUID
    started_at: datetime

    @property
    def key(self) -> str:
        """One self-check travels in order."""
        return str(self.check_id)


class SelfCheckStarted(SelfCheckEvent):
    """自检开始: nothing is registered and nothing counted by it"""

    type: ClassVar[str] = "registry.self_check.started.v1"
    source: ClassVar[str] = "/registry"
    topic: ClassVar[str] = "talent.registry.v1"


class SelfCheckPassedOn(SelfCheckEvent):
    """自检经目标服务转出: no figure was touched by it"""

    type: ClassVar[str] = "quota.self_check.passed_on.v1"
    source: ClassVar[str] = "/quota"
    topic: ClassVar[str] = "talent.quota.v1"


SELF_CHECK_EVENTS: tuple[type[SelfCheckEvent], ...] = (SelfCheckStarted, SelfCheckPassedOn)
