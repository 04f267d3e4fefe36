"""Counting (计数): events folded one by one into heads, ledger lines, counters and milestones, all in memory."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.quota.counting.rules.heads import NOTHING, Counts, Head, Seen, head, ledger_rows
from services.quota.counting.rules.milestones import Mark, Passed, cross, crossed
from services.quota.quotas.rules import Scope


class CountedQuota(NamedTuple):
    """A quota as counting sees it."""

    id: UUID
    scope: Scope
    measure: str
    amount: int
    generation: int
    milestones: tuple[int, ...]


class Member(NamedTuple):
    """A subject in a quota: its head, if it has one, and since when that is known."""

    head: Head | None
    registration_id: UUID
    known_at: datetime


class Line(NamedTuple):
    """A line of the ledger (台账)."""

    quota_id: UUID
    subject_ref: UUID
    registration_id: UUID
    unit: str
    counts: Counts
    counted_on: date
    known_at: datetime
    cause_event: UUID | None


class Rise(NamedTuple):
    """A figure that one event raised: what it was then, and whether that is history, and no news."""

    value: int
    quiet: bool


Of = tuple[UUID, UUID]  # quota, subject
In = tuple[UUID, str]  # quota, unit; '' is the whole


@dataclass
class Books:
    """Everything a batch of events can touch, counted event by event in memory, so that batching tells the same story.

    `seen`, `members`, `counters` and `marks` hold what is stored; the rest gathers what has become of it.
    """

    quotas: Sequence[CountedQuota]
    seen: dict[UUID, Seen]
    members: dict[Of, Member]
    counters: dict[In, Counts]
    marks: dict[tuple[UUID, int], Mark]

    newer: dict[UUID, Seen] = field(default_factory=dict)
    along: set[UUID] = field(default_factory=set)
    moved: dict[Of, Member] = field(default_factory=dict)
    touched: dict[In, Counts] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    rises: dict[UUID, list[Rise]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self._of_subject: dict[UUID, dict[UUID, Seen]] = defaultdict(dict)
        for each in self.seen.values():
            self._of_subject[each.subject_ref][each.registration_id] = each
        self._for_programme: dict[str, list[CountedQuota]] = defaultdict(list)
        for quota in self.quotas:
            for programme in {*quota.scope.programmes, *quota.scope.rivals}:
                self._for_programme[programme].append(quota)

    def fold(
        self, new: Seen, cause_event: UUID, moved_with: Mapping[UUID, int] | None = None, *, quiet: bool = False
    ) -> None:
        """Take in a registration; one that is not newer than what was seen changes nothing. Quiet: nothing is
        announced.

        Registrations that came to its subject in the same act come with it, unless they are known at that version: a
        person with several is never counted here and there at once.
        """
        old = self.seen.get(new.registration_id)
        if old is not None and new.version <= old.version:
            return
        changed = [(old, new)] if old else []
        for registration_id, version in (moved_with or {}).items():
            other = self.seen.get(registration_id)
            if other is not None and other.version < version and registration_id != new.registration_id:
                changed.append((other, other._replace(subject_ref=new.subject_ref)))
                self.along.add(registration_id)
        for was, _ in changed:
            del self._of_subject[was.subject_ref][was.registration_id]
        for each in (new, *(becomes for _, becomes in changed)):
            self._of_subject[each.subject_ref][each.registration_id] = self.seen[each.registration_id] = each
        self.newer[new.registration_id] = new
        touched = [new, *(each for pair in changed for each in pair)]
        subjects = {each.subject_ref for each in touched}
        for quota in self._concerned({each.programme for each in touched}):
            lines = [line for each in sorted(subjects) for line in self.recount(quota, each, new.known_at, cause_event)]
            if lines:
                self._pass(quota, lines, quiet=quiet)

    def _concerned(self, programmes: Collection[str]) -> Iterable[CountedQuota]:
        if len(programmes) == 1:
            (only,) = programmes
            return self._for_programme.get(only, [])
        return {quota.id: quota for each in programmes for quota in self._for_programme.get(each, ())}.values()

    def recount(self, quota: CountedQuota, subject: UUID, known_at: datetime, cause_event: UUID | None) -> list[Line]:
        """Put one subject's head in one quota right, with the lines that takes; later lines are never known earlier."""
        member = self.members.get((quota.id, subject))
        before = member.head if member else None
        after = head(quota.scope, self._of_subject[subject].values())
        credited = after or before
        if credited is None or before == after:
            return []
        known_at = max(known_at, member.known_at) if member else known_at
        lines = [
            Line(quota.id, subject, credited.registration_id, unit, counts, on, known_at, cause_event)
            for unit, on, counts in ledger_rows(before, after)
        ]
        self.members[quota.id, subject] = self.moved[quota.id, subject] = Member(
            after, credited.registration_id, known_at
        )
        for line in lines:
            for place in ((quota.id, ""), (quota.id, line.unit)):
                self.counters[place] = self.touched[place] = self.counters.get(place, NOTHING).plus(line.counts)
        self.lines += lines
        return lines

    def heard_of(self, quota: CountedQuota, subject: UUID, otherwise: datetime) -> datetime:
        """Since when what a subject is worth to a quota is known."""
        found = [
            each.known_at for each in self._of_subject[subject].values() if each.programme in quota.scope.programmes
        ]
        return max(found, default=otherwise)

    def _pass(self, quota: CountedQuota, lines: Sequence[Line], *, quiet: bool) -> None:
        after = self.counters[quota.id, ""].measured(quota.measure)
        before = after - sum(line.counts.measured(quota.measure) for line in lines)
        if after > before:
            self.rises[quota.id].append(Rise(after, quiet))
        for percent in crossed(before, after, quota.amount, quota.milestones):
            mark, announced = cross(self.marks[quota.id, percent], loud=not quiet)
            self.marks[quota.id, percent] = mark
            by = mover(lines, quota.measure, after > before)
            self.passed.append(
                Passed(
                    quota.id,
                    quota.generation,
                    percent,
                    mark,
                    announced,
                    after,
                    by.counted_on,
                    by.registration_id,
                    by.known_at,
                )
            )


def mover(lines: Iterable[Line], measure: str, rising: bool) -> Line:
    """The line that moved a headcount: its date is the day the head began to count, or left, or counts no more from."""
    direction = 1 if rising else -1
    moving = [line for line in lines if line.counts.measured(measure) * direction > 0]
    return max(moving, key=lambda line: line.counted_on)
