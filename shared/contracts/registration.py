"""Events of the registry: a registration's full counting state, and nothing personal (no name, no number)."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.events import Event

SubjectKind = Literal["person", "organisation", "post"]


class RegistrationState(StrEnum):
    """Where a registration stands (登记状态); which transitions lead from one to another, the workflow says."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 已提交
    ENDORSED = "endorsed"  # 单位审核通过
    DISTRICT_PASSED = "district_passed"  # 县区初审通过
    CITY_PASSED = "city_passed"  # 市级复核通过
    PROPOSED = "proposed"  # 拟认定
    ON_NOTICE = "on_notice"  # 公示中
    OBJECTED = "objected"  # 异议核查
    RECOGNISED = "recognised"  # 已认定
    SUSPENDED = "suspended"  # 暂停
    RETURNED = "returned"  # 退回修改
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    REJECTED = "rejected"  # 不予认定
    WITHDRAWN = "withdrawn"  # 撤回
    EXITED = "exited"  # 退出
    CANCELLED = "cancelled"  # 注销
    EXPIRED = "expired"  # 期满
    REVOKED = "revoked"  # 撤销


# Sets of states, as the rules of the bureau speak of them.
AMENDABLE = (RegistrationState.DRAFT, RegistrationState.RETURNED)  # 可修改
IN_REVIEW = (
    RegistrationState.SUBMITTED,
    RegistrationState.ENDORSED,
    RegistrationState.DISTRICT_PASSED,
    RegistrationState.CITY_PASSED,
)  # 审核中
UNDER_NOTICE = (RegistrationState.ON_NOTICE, RegistrationState.OBJECTED)  # 公示期内
IN_STOCK = (RegistrationState.RECOGNISED, RegistrationState.SUSPENDED)  # 在库
LEFT = (RegistrationState.EXITED, RegistrationState.CANCELLED, RegistrationState.EXPIRED)  # 出库: the past stays
STANDING = (*IN_STOCK, *LEFT)  # 认定有效: recognised once, and not void
NEVER_RECOGNISED = (
    RegistrationState.NOT_ACCEPTED,
    RegistrationState.REJECTED,
    RegistrationState.WITHDRAWN,
)  # ended before recognition
NO_EFFECT = (*NEVER_RECOGNISED, RegistrationState.REVOKED)  # never recognised, or as if never
ENDED = (*NEVER_RECOGNISED, *LEFT, RegistrationState.REVOKED)


class Spell(BaseModel):
    """A unit that a registration was with until a day, from which on the next one has it (填报单位变更).

    `boundary`: a boundary moved (区划调整), and the credit went along; else whoever is registered moved, and it stays.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    reporting_unit: str
    until: date
    boundary: bool = False


class ClassChange(BaseModel):
    """A class that has another value from a day on, after its registration counts (认定后变化): 空缺, 落户, 双证."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    name: str
    value: str | None
    since: date


class RegistrationEvent(Event):
    """One registration (登记) as it counts after a change; a higher version replaces a lower one, in whatever order."""

    source: ClassVar[str] = "/registry"
    topic: ClassVar[str] = "talent.registry.v1"

    registration_id: UUID
    version: int = Field(ge=1)
    programme: str
    subject_ref: UUID
    subject_kind: SubjectKind
    institution_id: UUID
    reporting_unit: str
    township: str | None = None
    state: RegistrationState
    counted_on: date | None = None
    ended_on: date | None = None
    classes: dict[str, str | None] = Field(default_factory=dict, description="on the day it counts from")
    class_changes: list[ClassChange] = Field(
        default_factory=list, description="what became of `classes` later, in order of the days"
    )
    decision_no: str | None = None
    spells: list[Spell] = Field(
        default_factory=list,
        description="units it was with before `reporting_unit`, in order; the first is the one that recognised it",
    )
    yields: bool = Field(default=False, description="its subject's head is credited to another, while one counts")
    moved_with: dict[UUID, int] = Field(
        default_factory=dict,
        description="registrations that came to this subject in the same act, each with the version that says so",
    )
    replay: bool = False
    cause: UUID | None = Field(default=None, description="the import that entered or withdrew it, with many others")

    @property
    def key(self) -> str:
        """One subject's events travel in order, whatever programme they concern."""
        return str(self.subject_ref)


class RegistrationSubmitted(RegistrationEvent):
    """提交"""

    type: ClassVar[str] = "registry.registration.submitted.v1"


class RegistrationReturned(RegistrationEvent):
    """退回修改"""

    type: ClassVar[str] = "registry.registration.returned.v1"


class RegistrationRecognised(RegistrationEvent):
    """认定"""

    type: ClassVar[str] = "registry.registration.recognised.v1"


class RegistrationSuspended(RegistrationEvent):
    """暂停"""

    type: ClassVar[str] = "registry.registration.suspended.v1"


class RegistrationResumed(RegistrationEvent):
    """恢复在库"""

    type: ClassVar[str] = "registry.registration.resumed.v1"


class RegistrationExited(RegistrationEvent):
    """退出"""

    type: ClassVar[str] = "registry.registration.exited.v1"


class RegistrationCancelled(RegistrationEvent):
    """注销"""

    type: ClassVar[str] = "registry.registration.cancelled.v1"


class RegistrationExpired(RegistrationEvent):
    """期满"""

    type: ClassVar[str] = "registry.registration.expired.v1"


class RegistrationRevoked(RegistrationEvent):
    """撤销"""

    type: ClassVar[str] = "registry.registration.revoked.v1"


class RegistrationRestored(RegistrationEvent):
    """撤销被推翻，恢复认定"""

    type: ClassVar[str] = "registry.registration.restored.v1"


class RegistrationTransferred(RegistrationEvent):
    """变更填报单位"""

    type: ClassVar[str] = "registry.registration.transferred.v1"


class RegistrationCorrected(RegistrationEvent):
    """更正"""

    type: ClassVar[str] = "registry.registration.corrected.v1"


class RegistrationFactRecorded(RegistrationEvent):
    """认定后情况: something that follows recognition was recorded, corrected or withdrawn"""

    type: ClassVar[str] = "registry.registration.fact_recorded.v1"


REGISTRATION_EVENTS: tuple[type[RegistrationEvent], ...] = (
    RegistrationSubmitted,
    RegistrationReturned,
    RegistrationRecognised,
    RegistrationSuspended,
    RegistrationResumed,
    RegistrationExited,
    RegistrationCancelled,
    RegistrationExpired,
    RegistrationRevoked,
    RegistrationRestored,
    RegistrationTransferred,
    RegistrationCorrected,
    RegistrationFactRecorded,
)


class SeatLapsed(Event):
    """名额作废: nothing will come of a place asked of quota; travels behind whatever was told of the subject before.

    Without `seat_id` it speaks of every place the registration waits for or holds.
    """

    type: ClassVar[str] = "registry.seat.lapsed.v1"
    source: ClassVar[str] = "/registry"
    topic: ClassVar[str] = "talent.registry.v1"

    registration_id: UUID
    subject_ref: UUID
    seat_id: UUID | None = None

    @property
    def key(self) -> str:
        """In order with what is told of the subject's registrations."""
        return str(self.subject_ref)
