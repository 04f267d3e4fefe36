"""Events of partner institutions (合作单位); nothing personal."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.events import Event


class InstitutionEvent(Event):
    """What every event of an institution says: which one, and its version since."""

    source: ClassVar[str] = "/registry"
    topic: ClassVar[str] = "talent.registry.v1"

    institution_id: UUID
    version: int = Field(ge=1)

    @property
    def key(self) -> str:
        """The events of one institution in order."""
        return str(self.institution_id)


class InstitutionDeactivated(InstitutionEvent):
    """停用合作单位: it takes part no longer, and is sent nothing more"""

    type: ClassVar[str] = "registry.institution.deactivated.v1"


class InstitutionReactivated(InstitutionEvent):
    """恢复合作单位: it takes part again; what was switched off stays off until it is switched on"""

    type: ClassVar[str] = "registry.institution.reactivated.v1"


INSTITUTION_EVENTS: tuple[type[InstitutionEvent], ...] = (InstitutionDeactivated, InstitutionReactivated)
