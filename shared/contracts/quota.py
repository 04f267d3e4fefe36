"""Events of quota: amounts, milestones, caps, pace, places that wait, units not heard of, bulletins published."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events import Event


class QuotaEvent(Event):
    """A fact about one quota (目标任务); names the programme so that readers need not ask back."""

    source: ClassVar[str] = "/quota"
    topic: ClassVar[str] = "talent.quota.v1"

    quota_id: UUID
    code: str
    programme: str
    unit: str | None = None
    period_label: str
    amount: int
    measure_word: str
    comparison: Literal["at_least", "more_than", "about", "between"] | None = Field(
        default=None, description="how the amount is worded; absent from events before 0.2.0"
    )

    @property
    def key(self) -> str:
        """One quota's events travel in order."""
        return str(self.quota_id)


class LaidDown(QuotaEvent):
    """What a quota is, and whom it covers: `capped` says that those need a place (名额) to be recognised.

    Of what was announced before the scope was, `starts_on` is null, and every day up to `ends_on` may be covered.
    """

    programmes: list[str] = Field(default_factory=list)
    capped: bool = False
    where: dict[str, list[str]] = Field(default_factory=dict, description="only classes with one of these values")
    starts_on: date | None = None
    ends_on: date | None = None
    round: str | None = None
    version: int = Field(default=0, description="a higher version of the quota replaces a lower one")


class QuotaDefined(LaidDown):
    """下达目标"""

    type: ClassVar[str] = "quota.quota.defined.v1"


class QuotaRevised(LaidDown):
    """调整目标: milestones are measured against the new amount from here on; `rebased` says which hold under it."""

    type: ClassVar[str] = "quota.quota.revised.v1"

    amount_before: int
    effective_on: date
    document_no: str
    value: int
    rebased: list[int] = Field(default_factory=list)


class CapEvent(QuotaEvent):
    """A cap (限额) and the headcount that came up to it, or passed it; told once for each amount."""

    places: int = Field(description="how many may be recognised: the amount, and the tolerance of 左右")
    value: int


class QuotaFilled(CapEvent):
    """名额已满"""

    type: ClassVar[str] = "quota.quota.filled.v1"


class QuotaExceeded(CapEvent):
    """超出名额"""

    type: ClassVar[str] = "quota.quota.exceeded.v1"


class SeatOverdue(Event):
    """预留待核: a place was asked for a recognition that quota has not heard of; will there be one?"""

    type: ClassVar[str] = "quota.seat.overdue.v1"
    source: ClassVar[str] = "/quota"
    topic: ClassVar[str] = "talent.quota.v1"

    seat_id: UUID
    registration_id: UUID
    subject_ref: UUID

    @property
    def key(self) -> str:
        """One seat's events travel in order."""
        return str(self.seat_id)


class MilestoneEvent(QuotaEvent):
    """A milestone (节点, percent of the amount) and the headcount that moved it."""

    percent: int
    generation: int
    value: int
    counted_on: date
    episode: int = Field(ge=1, description="1 for the first time, one more for each time it was regained")


class MilestoneReached(MilestoneEvent):
    """首次达成"""

    type: ClassVar[str] = "quota.milestone.reached.v1"


class MilestoneFallenBack(MilestoneEvent):
    """曾达成，现回落"""

    type: ClassVar[str] = "quota.milestone.fallen_back.v1"

    cause: Literal["revoked", "exited", "cancelled", "expired", "corrected"] | None = Field(
        default=None, description="what became of the registration that moved it; absent from events before 0.2.0"
    )
    cause_count: int | None = Field(
        default=None, description="how many registrations it took away since the milestone was last reached"
    )


class MilestoneRegained(MilestoneEvent):
    """恢复达成"""

    type: ClassVar[str] = "quota.milestone.regained.v1"


class PaceEvent(QuotaEvent):
    """A quota against time (序时进度) at the end of a day, and the lamp it shows from now on."""

    value: int
    expected_percent: str
    ahead_points: str = Field(description="percentage points ahead of time; negative: behind")
    catch_up: int = Field(description="heads missing to be in step")
    lamp: Literal["green", "yellow", "red"]
    counted_on: date


class PaceBehind(PaceEvent):
    """进度滞后: the lamp has turned red"""

    type: ClassVar[str] = "quota.pace.behind.v1"


class PaceRecovered(PaceEvent):
    """恢复序时: the headcount is in step again, after it was told to be behind"""

    type: ClassVar[str] = "quota.pace.recovered.v1"


class UnitSilent(QuotaEvent):
    """未报送: a unit that owes a monthly report was not heard of, which is not a nil return (零报告)"""

    type: ClassVar[str] = "quota.unit.silent.v1"

    value: int = Field(description="the unit's headcount as it was last known")
    month: str = Field(description="YYYY-MM")


class BulletinPublished(Event):
    """发布通报: an edition that never changes; `restatements` is how many published figures it says otherwise."""

    type: ClassVar[str] = "quota.bulletin.published.v1"
    source: ClassVar[str] = "/quota"
    topic: ClassVar[str] = "talent.quota.v1"

    bulletin_id: UUID
    kind: Literal["bulletin", "annual_report"]
    edition: str
    edition_no: int
    title: str
    number: str | None = None
    issued_on: date
    as_of: date
    sha256: str
    restatements: int

    @property
    def key(self) -> str:
        """One edition is told once."""
        return str(self.bulletin_id)


QUOTA_EVENTS: tuple[type[Event], ...] = (
    QuotaDefined,
    QuotaRevised,
    QuotaFilled,
    QuotaExceeded,
    SeatOverdue,
    MilestoneReached,
    MilestoneFallenBack,
    MilestoneRegained,
    PaceBehind,
    PaceRecovered,
    UnitSilent,
    BulletinPublished,
)
