"""A plain model of counting: after each event everything is counted anew, with sets and fractions and nothing kept."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from uuid import UUID

from shared.contracts.policy import Quota
from shared.contracts.registration import RegistrationEvent

LEFT = ("exited", "cancelled", "expired")


@dataclass(frozen=True)
class Asked:
    """One quota in one period, as the pack words it."""

    quota: Quota
    label: str
    first: date
    last: date
    round: str | None = None
    rival: str | None = None

    def counts(self, one: RegistrationEvent) -> bool:
        if one.counted_on is None or one.programme not in self.quota.programmes:
            return False
        for name, values in self.quota.where.items():
            if one.classes.get(name) not in values:
                return False
        if self.round and one.classes.get("round"):
            return one.classes["round"] == self.round
        return self.first <= one.counted_on <= self.last


@dataclass
class Plain:
    """What the city knows after some events, and what was told on the way."""

    asked: Sequence[Asked]
    newest: dict[UUID, RegistrationEvent] = field(default_factory=dict)
    told: dict[str, list[tuple[int, str, int, int]]] = field(default_factory=lambda: defaultdict(list))

    def hear(self, event: RegistrationEvent) -> None:
        known = self.newest.get(event.registration_id)
        if known and known.version >= event.version:
            return
        before = {quota.label: self.value(quota) for quota in self.asked}
        self.newest[event.registration_id] = event
        for other, version in event.moved_with.items():
            if other in self.newest and self.newest[other].version < version:
                self.newest[other] = self.newest[other].model_copy(update={"subject_ref": event.subject_ref})
        for quota in self.asked:
            self._tell(quota, before[quota.label], self.value(quota))

    def heads(self, quota: Asked) -> dict[str, set[tuple[UUID, str]]]:
        """Who is gross, net and in stock, and for which unit."""
        found: dict[str, set[tuple[UUID, str]]] = {"gross": set(), "net": set(), "in_stock": set()}
        for subject in {one.subject_ref for one in self.newest.values()}:
            own = [one for one in self.newest.values() if one.subject_ref == subject and quota.counts(one)]
            good = [one for one in own if one.state in ("recognised", "suspended", *LEFT)]
            void = [one for one in own if one.state == "revoked"]
            if not good and not void:
                continue
            first = self._earliest(good or void)
            credited, there = self._credited(quota, first), first.reporting_unit
            whose = quota.quota.unit
            if whose in (None, credited):
                found["gross"].add((subject, credited))
            if self._counts_elsewhere(quota, subject, first):
                continue
            if good and whose in (None, credited):
                found["net"].add((subject, credited))
            if any(one.state not in LEFT for one in good) and whose in (None, there):
                found["in_stock"].add((subject, there))
        return found

    @staticmethod
    def _credited(quota: Asked, one: RegistrationEvent) -> str:
        """Who recognised it, or for the city's quotas whom a boundary gave it to since."""
        places = [*(spell.reporting_unit for spell in one.spells), one.reporting_unit]
        unit = places[0]
        for spell, following in zip(one.spells, places[1:], strict=True):
            if spell.boundary and spell.reporting_unit == unit and quota.quota.unit is None:
                unit = following
        return unit

    def _counts_elsewhere(self, quota: Asked, subject: UUID, own: RegistrationEvent) -> bool:
        """Whether the subject was recognised in the other programme before, and counts only there."""
        mine = (own.counted_on, own.registration_id)
        return any(
            one.programme == quota.rival and one.counted_on is not None and (one.counted_on, one.registration_id) < mine
            for one in self.newest.values()
            if one.subject_ref == subject and one.state in ("recognised", "suspended", *LEFT)
        )

    def value(self, quota: Asked) -> int:
        return len(self.heads(quota)["net" if quota.quota.measure == "net_cumulative" else "in_stock"])

    def stock_on(self, quota: Asked, day: date) -> Counter[str]:
        """Who was there at the end of a day, by unit."""
        there: Counter[str] = Counter()
        for subject in {one.subject_ref for one in self.newest.values()}:
            own = [one for one in self.newest.values() if one.subject_ref == subject and quota.counts(one)]
            good = [one for one in own if one.state in ("recognised", "suspended", *LEFT)]
            if not good or self._counts_elsewhere(quota, subject, self._earliest(good)):
                continue
            first = self._earliest(good)
            since = first.counted_on or date.max
            stays = any(one.state not in LEFT for one in good)
            until = max([since, *(one.ended_on or one.counted_on or since for one in good)])
            if since <= day and (stays or day < until):
                unit = next((spell.reporting_unit for spell in first.spells if day < spell.until), first.reporting_unit)
                there[unit] += quota.quota.unit in (None, unit)
        return there

    def _tell(self, quota: Asked, before: int, after: int) -> None:
        if quota.quota.amount == 0:
            return
        for percent in sorted(quota.quota.milestones, reverse=after < before):
            mark = Fraction(percent, 100) * quota.quota.amount
            earlier = [kind for which, kind, _, _ in self.told[quota.label] if which == percent]
            rises = sum(kind != "fallen_back" for kind in earlier)
            if before < mark <= after:
                self.told[quota.label].append((percent, "regained" if earlier else "reached", after, rises + 1))
            if after < mark <= before:
                self.told[quota.label].append((percent, "fallen_back", after, rises))

    @staticmethod
    def _earliest(some: Iterable[RegistrationEvent]) -> RegistrationEvent:
        first: RegistrationEvent | None = None
        for one in some:
            if first is None or Plain._rank(one) < Plain._rank(first):
                first = one
        assert first is not None
        return first

    @staticmethod
    def _rank(one: RegistrationEvent) -> tuple[bool, date, UUID]:
        return one.yields, one.counted_on or date.max, one.registration_id
