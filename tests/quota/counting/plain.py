"""A plain model of counting: after each event everything is counted anew, with sets and fractions and nothing kept."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from shared.contracts.policy import PackQuota
from shared.contracts.registration import RegistrationEvent

LEFT = ("exited", "cancelled", "expired")

Figures = tuple[int, int, int]  # gross, net, in stock
NOTHING: Figures = (0, 0, 0)


def plus(some: Figures, others: Figures, sign: int = 1) -> Figures:
    gross, net, in_stock = (one + sign * other for one, other in zip(some, others, strict=True))
    return gross, net, in_stock


@dataclass(frozen=True)
class PlainQuota:
    """One quota in one period, as the pack words it."""

    quota: PackQuota
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


@dataclass(frozen=True)
class Worth:
    """What a subject is worth to a quota: which registration has the head, and what became of it from day to day.

    `steps` are gross, net and in stock as a day changed them in a unit; `head` is whatever else makes it this one.
    """

    registration_id: UUID
    head: tuple[object, ...]
    changes: frozenset[tuple[date, str, Figures]]

    def on(self, day: date) -> dict[str, Figures]:
        """Figures by unit at the end of a day; '' the whole."""
        found: dict[str, Figures] = {}
        for when, unit, change in self.changes:
            for place in ("", unit) if when <= day else ():
                found[place] = plus(found.get(place, NOTHING), change)
        return found


@dataclass
class Plain:
    """What the city knows after some events, and what was told on the way."""

    quotas: Sequence[PlainQuota]
    newest: dict[UUID, RegistrationEvent] = field(default_factory=dict)
    crossings: dict[str, list[tuple[int, str, int, int]]] = field(default_factory=lambda: defaultdict(list))
    learnt: dict[tuple[str, UUID], list[tuple[datetime, Worth | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def hear(self, event: RegistrationEvent) -> None:
        known = self.newest.get(event.registration_id)
        if known and known.version >= event.version:
            return
        before = {quota.label: self.value(quota) for quota in self.quotas}
        self.newest[event.registration_id] = event
        for other, version in event.moved_with.items():
            if other in self.newest and self.newest[other].version < version:
                self.newest[other] = self.newest[other].model_copy(update={"subject_ref": event.subject_ref})
        for quota in self.quotas:
            self._cross(quota, before[quota.label], self.value(quota))
            self._learn(quota, event.time)

    def heads(self, quota: PlainQuota) -> dict[str, set[tuple[UUID, str]]]:
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
    def _credited(quota: PlainQuota, one: RegistrationEvent, on: date = date.max) -> str:
        """Who recognised it, or for the city's quotas whom a boundary gave it to by a day."""
        places = [*(spell.reporting_unit for spell in one.spells), one.reporting_unit]
        unit = places[0]
        for spell, following in zip(one.spells, places[1:], strict=True):
            if spell.boundary and spell.reporting_unit == unit and quota.quota.unit is None and spell.until <= on:
                unit = following
        return unit

    def _counts_elsewhere(self, quota: PlainQuota, subject: UUID, own: RegistrationEvent) -> bool:
        """Whether the subject was recognised in the other programme before, and counts only there."""
        mine = (own.counted_on, own.registration_id)
        return any(
            one.programme == quota.rival and one.counted_on is not None and (one.counted_on, one.registration_id) < mine
            for one in self.newest.values()
            if one.subject_ref == subject and one.state in ("recognised", "suspended", *LEFT)
        )

    def value(self, quota: PlainQuota) -> int:
        return len(self.heads(quota)["net" if quota.quota.measure == "net_cumulative" else "in_stock"])

    def known(self, quota: PlainQuota, day: date, at: datetime) -> dict[str, Figures]:
        """Figures by unit ('' the whole) as of a day, as it was known at an instant."""
        found: dict[str, Figures] = {}
        for (label, _), learnt in self.learnt.items():
            worth = [each for known_at, each in learnt if known_at <= at][-1:]
            if label == quota.label and worth and worth[0]:
                for unit, figures in worth[0].on(day).items():
                    found[unit] = plus(found.get(unit, NOTHING), figures)
        return found

    def standing(self, quota: PlainQuota, day: date, at: datetime) -> dict[UUID, date]:
        """Who is behind the figure as of a day, as it was known at an instant, and since when each counts."""
        measure = 1 if quota.quota.measure == "net_cumulative" else 2
        found = {}
        for (label, subject), learnt in self.learnt.items():
            worth = [each for known_at, each in learnt if known_at <= at][-1:]
            if label == quota.label and worth and worth[0] and worth[0].on(day).get("", NOTHING)[measure] > 0:
                found[subject] = min(when for when, _, change in worth[0].changes if change[measure] > 0)
        return found

    def _learn(self, quota: PlainQuota, at: datetime) -> None:
        """Note what has become known; of one subject nothing is learnt earlier than what was learnt before it."""
        of_quota = {subject for label, subject in self.learnt if label == quota.label}
        for subject in {one.subject_ref for one in self.newest.values()} | of_quota:
            learnt = self.learnt[quota.label, subject]
            worth = self._worth(quota, subject)
            if worth != (learnt[-1][1] if learnt else None):
                learnt.append((max(at, learnt[-1][0]) if learnt else at, worth))

    def _worth(self, quota: PlainQuota, subject: UUID) -> Worth | None:
        own = [one for one in self.newest.values() if one.subject_ref == subject and quota.counts(one)]
        good = [one for one in own if one.state in ("recognised", "suspended", *LEFT)]
        if not own or not (good or any(one.state == "revoked" for one in own)):
            return None
        first = self._earliest(good or [one for one in own if one.state == "revoked"])
        since = first.counted_on or date.max
        net = bool(good) and not self._counts_elsewhere(quota, subject, first)
        stays = any(one.state not in LEFT for one in good) or not net
        until = None if stays else max([since, *(one.ended_on or one.counted_on or since for one in good)])
        changes: set[tuple[date, str, Figures]] = set()
        before: dict[str, Figures] = {}
        for day in sorted({since, until or since, *(max(since, spell.until) for spell in first.spells)}):
            now = self._of_each(quota, first, day, net, there=net and (until is None or day < until))
            units = before.keys() | now.keys()
            changed = {unit: plus(now.get(unit, NOTHING), before.get(unit, NOTHING), -1) for unit in units}
            changes |= {(day, unit, change) for unit, change in changed.items() if change != NOTHING}
            before = now
        whole = (self._credited(quota, first, date.min), since, until, net) if quota.quota.unit is None else ()
        return Worth(first.registration_id, (bool(first.spells), *whole), frozenset(changes)) if changes else None

    def _of_each(
        self, quota: PlainQuota, one: RegistrationEvent, day: date, net: bool, there: bool
    ) -> dict[str, Figures]:
        """What each unit that the quota is of has of a head at the end of a day on which it counts."""
        place = next((spell.reporting_unit for spell in one.spells if day < spell.until), one.reporting_unit)
        has = {self._credited(quota, one, day): (1, int(net), 0)}
        has[place] = plus(has.get(place, NOTHING), (0, 0, int(there)))
        return {unit: figures for unit, figures in has.items() if quota.quota.unit in (None, unit)}

    def _cross(self, quota: PlainQuota, before: int, after: int) -> None:
        if quota.quota.amount == 0:
            return
        for percent in sorted(quota.quota.milestones, reverse=after < before):
            mark = Fraction(percent, 100) * quota.quota.amount
            earlier = [kind for which, kind, _, _ in self.crossings[quota.label] if which == percent]
            rises = sum(kind != "fallen_back" for kind in earlier)
            if before < mark <= after:
                self.crossings[quota.label].append((percent, "regained" if earlier else "reached", after, rises + 1))
            if after < mark <= before:
                self.crossings[quota.label].append((percent, "fallen_back", after, rises))

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
