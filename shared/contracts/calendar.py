"""Events of the working-day calendar; nothing personal."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from shared.events import Event


class CalendarDecreed(Event):
    """放假安排: a year's working days as a decree has them; a higher version replaces a lower one"""

    type: ClassVar[str] = "registry.calendar.decreed.v1"
    source: ClassVar[str] = "/registry"
    topic: ClassVar[str] = "talent.registry.v1"

    year: int
    version: int = Field(ge=1)
    document_no: str
    days_off: list[date] = Field(description="weekdays that are off")
    days_worked: list[date] = Field(description="weekend days that are worked")

    @property
    def key(self) -> str:
        """The decrees of a year in order."""
        return f"calendar {self.year}"
