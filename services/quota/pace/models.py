"""The table of lamps."""

from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column
from sqlmodel import Field

from services.quota.pace.rules.curves import Lamp
from services.quota.pace.rules.lamps import LampState
from services.quota.tables import QuotaTable
from shared.columns import classes
from shared.db import table_of


class LampShown(QuotaTable, table=True):
    """What the lamp of a quota shows; `changes` rises with each change, so that of two at once one is announced."""

    __tablename__ = "lamp"
    __table_args__ = (CheckConstraint("lamp IN ('green', 'yellow', 'red')", name="lamp"),)

    __classes__ = classes(
        internal="quota_id lamp since_on caught_up_on told changes",
    )

    quota_id: UUID = Field(primary_key=True, foreign_key="quota.id")
    lamp: str
    since_on: date
    caught_up_on: date | None = None
    announced: bool = Field(default=False, sa_column=Column("told", Boolean, key="announced", nullable=False))
    changes: int = 1

    def shown(self) -> LampState:
        """What is shown."""
        return LampState(Lamp(self.lamp), self.since_on, self.caught_up_on, self.announced)


LAMP = table_of(LampShown)
