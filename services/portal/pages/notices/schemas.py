"""What the registry answers about public notices, as far as the pages show it."""

from datetime import date
from uuid import UUID

from services.portal.client.schemas import ServiceAnswer
from shared.working_days import Year


class RunningShown(ServiceAnswer):
    """A notice that runs, or waits for the decision."""

    programme: str
    first_day: date
    last_day: date
    entries: int
    objected: int


class DraftShown(ServiceAnswer):
    """What is proposed: on the list of one officer, or on nobody's."""

    programme: str
    first_day: date | None = None
    impact_assessment_ref: str | None = None
    by: str | None = None
    registrations: list[UUID]


class YearShown(ServiceAnswer):
    """A year of the working-day calendar."""

    year: int
    source: str
    days_off: list[date]
    days_worked: list[date]

    def read(self) -> Year:
        """The same, as days are reckoned by it."""
        return Year(self.year, frozenset(self.days_off), frozenset(self.days_worked))


class EntryName(ServiceAnswer):
    """Who or what is on a notice, masked."""

    name: str


class EntryShown(ServiceAnswer):
    """A registration on a notice, or proposed for one."""

    id: UUID
    programme: str
    state: str
    subject: EntryName
    reporting_unit: str
    notice_first_day: date | None = None
    notice_last_day: date | None = None
