"""What an event of quota means as an alert: its kind, its weight and its facts."""

from dataclasses import dataclass
from uuid import UUID

from services.notify.alerts.rules import Happening, Kind, completion_percent, severity_of
from services.notify.alerts.schemas import Facts, Names
from services.notify.recipients.queries import Names as KnownNames
from services.notify.recipients.rules import Named
from shared import clock
from shared.contracts.quota import (
    CapEvent,
    MilestoneEvent,
    MilestoneFallenBack,
    MilestoneReached,
    MilestoneRegained,
    PaceBehind,
    PaceEvent,
    PaceRecovered,
    QuotaEvent,
    QuotaExceeded,
    QuotaFilled,
    QuotaRevised,
    UnitSilent,
)
from shared.problems import Said

KINDS: dict[type[QuotaEvent], Kind] = {
    MilestoneReached: Kind.MILESTONE_REACHED,
    MilestoneFallenBack: Kind.MILESTONE_FALLEN_BACK,
    MilestoneRegained: Kind.MILESTONE_REGAINED,
    QuotaRevised: Kind.CORRECTION,
    QuotaFilled: Kind.CAP_FILLED,
    QuotaExceeded: Kind.OVERRUN,
    PaceBehind: Kind.BEHIND_PACE,
    PaceRecovered: Kind.PACE_RECOVERED,
    UnitSilent: Kind.SILENT_PARTNER,
}
Told = MilestoneEvent | QuotaRevised | CapEvent | PaceEvent | UnitSilent


@dataclass(frozen=True)
class Tiding:
    """One event, as it concerns recipients."""

    cause: UUID
    happening: Happening
    facts: Facts

    @property
    def milestone(self) -> tuple[UUID, int | None]:
        """The quota and percentage it speaks of; no percentage for what concerns all of it."""
        return self.facts.quota_id, self.facts.percent


def tiding_of(event: Told, names: KnownNames) -> Tiding:
    """What is to be told of an event, with the names that hold now."""
    kind = KINDS[type(event)]
    percent = event.percent if isinstance(event, MilestoneEvent) else None
    happening = Happening(kind, severity_of(kind, percent), event.programme, event.unit)
    return Tiding(event.id, happening, _facts(event, names))


def _facts(event: Told, names: KnownNames) -> Facts:
    def called(kind: Named, code: str, otherwise: str) -> Names:
        said = names.get((kind, code), Said(otherwise, otherwise))
        return Names(zh=said.zh, en=said.en)

    page = f"/?as_of={event.counted_on}" if isinstance(event, MilestoneEvent | PaceEvent) else "/"
    figures = event.model_dump(
        include={
            "quota_id", "code", "period_label", "value", "amount", "percent", "counted_on", "generation", "episode",
            "places", "amount_before", "effective_on", "document_no", "rebased", "expected_percent", "ahead_points",
            "catch_up", "month",
        }
    )  # fmt: skip
    return Facts(
        **figures,
        completion_percent=completion_percent(event.value, event.amount),
        recorded_on=clock.business_date(event.time),
        link=f"{page}#{event.code}",
        programme_name=called(Named.PROGRAMME, event.programme, event.programme),
        unit_name=called(Named.UNIT, event.unit, event.unit) if event.unit else None,
        measure_word=called(Named.QUOTA, event.code, event.measure_word),
    )
