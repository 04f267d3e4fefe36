"""How long a post has (期限): settings of the bureau, in working hours by how much an alert matters."""

from datetime import timedelta
from functools import cached_property

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.notify.alerts.rules import Severity
from services.notify.calendar.rules import OfficeHours, read_hours

MOST_PAUSED = 92  # days


class TermSettings(BaseSettings):
    """The hours of an office, and how many of them there are to sign for an alert and to answer.

    A critical alert has its own terms; any other that opens a follow-up has those of a red one.
    """

    model_config = SettingsConfigDict(env_prefix="TALENT_", extra="ignore")

    office_hours: str = "08:30-12:00,14:00-17:30"
    sign_hours: int = Field(7, gt=0, le=1000)
    sign_hours_critical: int = Field(2, gt=0, le=1000)
    answer_hours: int = Field(35, gt=0, le=10_000)
    answer_hours_critical: int = Field(14, gt=0, le=10_000)

    @field_validator("office_hours")
    @classmethod
    def _are_hours(cls, text: str) -> str:
        read_hours(text)
        return text

    @cached_property
    def hours(self) -> OfficeHours:
        """The office hours, read."""
        return read_hours(self.office_hours)

    def to_sign(self, severity: str) -> timedelta:
        """How much working time there is to sign, on each rung of the ladder."""
        return timedelta(hours=self.sign_hours_critical if severity == Severity.CRITICAL else self.sign_hours)

    def to_answer(self, severity: str) -> timedelta:
        """How much working time there is to answer, after it was signed for or returned."""
        return timedelta(hours=self.answer_hours_critical if severity == Severity.CRITICAL else self.answer_hours)
