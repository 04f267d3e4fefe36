"""Where places are limited (限额), as far as the registry has heard: whom no limit covers needs no place. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from shared.contracts.policy import Annual, PackQuota, Rounds
from shared.contracts.scopes import covers


@dataclass(frozen=True)
class Limit:
    """Whom one quota with limited places covers; of what was laid down long ago, only the programmes may be known.

    `key` and `version` are those of the quota: another version may be another amount.
    """

    programmes: Sequence[str]
    unit: str | None = None
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    round: str | None = None
    key: str = ""
    version: int = 0


class KnownLimits:
    """Every limit that is known."""

    def __init__(self, known: Iterable[Limit]) -> None:
        self._known = list(known)
        self.programmes = {code for limit in self._known for code in limit.programmes}

    def cover(self, programme: str, unit: str, classes: Mapping[str, str | None], counted_on: date) -> bool:
        """Whether a registration that counts from that day would need a place."""
        return any(
            limit.unit in (None, unit) and covers(limit, programme, classes, counted_on) for limit in self._known
        )

    def versions(self, programme: str) -> list[tuple[str, int]]:
        """Which limits a programme has, in which version each."""
        return sorted((limit.key, limit.version) for limit in self._known if programme in limit.programmes)


def limits_of(quota: PackQuota) -> dict[str, Limit]:
    """The scopes of a pack's quota by their labels: a round each, one for all years of an annual one."""
    period = quota.period
    if isinstance(period, Rounds):
        return {each.label: _limit(quota, each.start, each.end, each.label) for each in period.rounds}
    if isinstance(period, Annual):
        return {"": _limit(quota, date(period.first_year, 1, 1), date(period.last_year, 12, 31))}
    return {"": _limit(quota, period.start, period.end)}


def _limit(quota: PackQuota, start: date, end: date | None, round_: str | None = None) -> Limit:
    return Limit(quota.programmes, quota.unit, quota.where, start, end, round_)
