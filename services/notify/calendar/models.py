"""The table of years that a decree moved."""

from sqlmodel import Field

from services.notify.tables import NotifyTable
from shared.columns import classes
from shared.db import Json


class DecreedYear(NotifyTable, table=True):
    """A year's working days as a decree has them (放假安排), as the registry announced it. Days are ISO dates."""

    __tablename__ = "calendar_years"

    __classes__ = classes(
        public="year version document_no days_off days_worked",
    )

    year: int = Field(primary_key=True)
    version: int
    document_no: str = Field(max_length=100)
    days_off: list[str] = Field(sa_type=Json)
    days_worked: list[str] = Field(sa_type=Json)
