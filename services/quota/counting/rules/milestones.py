"""Milestones (节点): which are crossed, and what may be announced of it; values in, decision out."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class MilestoneState(StrEnum):
    """未达, 已达成, 曾达成现回落, 恢复达成."""

    PENDING = "pending"
    REACHED = "reached"
    FALLEN_BACK = "fallen_back"
    REGAINED = "regained"


class Mark(NamedTuple):
    """Where one milestone stands: its state, what was announced last (None: nothing) and how often as held."""

    state: MilestoneState = MilestoneState.PENDING
    announced: MilestoneState | None = None
    episode: int = 0

    @property
    def holds(self) -> bool:
        """Whether the headcount is at or above the milestone."""
        return self.state in (MilestoneState.REACHED, MilestoneState.REGAINED)


class MilestoneStanding(NamedTuple):
    """Where a milestone stands, and since when."""

    percent: int
    state: MilestoneState
    reached_on: date | None = None
    detected_at: datetime | None = None


class Passed(NamedTuple):
    """A milestone passed, up or down: where it stands now, what is to be announced, and the head that moved
    the count.
    """

    quota_id: UUID
    generation: int
    percent: int
    mark: Mark
    announced: MilestoneState | None
    value: int
    counted_on: date
    registration_id: UUID
    known_at: datetime


def holds(value: int, amount: int, percent: int) -> bool:
    """Whether a headcount has reached a percentage of the amount, exactly or beyond; no amount, no milestone."""
    return amount > 0 and value * 100 >= percent * amount


def crossed(before: int, after: int, amount: int, percents: Iterable[int]) -> list[int]:
    """Every milestone between two headcounts, in the order they were passed: rising upwards, falling downwards."""
    passed = [each for each in percents if holds(before, amount, each) != holds(after, amount, each)]
    return sorted(passed, reverse=after < before)


def heads_needed(amount: int, percent: int) -> int:
    """The ordinal of the head that reaches a milestone."""
    return -(-percent * amount // 100)


def cross(mark: Mark, loud: bool = True) -> tuple[Mark, MilestoneState | None]:
    """Cross a milestone, up if it was not held and down if it was; and what is to be announced, if anything.

    Announced is only what the reader does not already believe: nothing falls back that was never announced, and nothing
    is regained that was never said to be lost. A quiet crossing (replayed history) moves the state and announces
    nothing.
    """
    if mark.holds:
        fallen = mark._replace(state=MilestoneState.PENDING if mark.announced is None else MilestoneState.FALLEN_BACK)
        if not loud or mark.announced in (None, MilestoneState.FALLEN_BACK):
            return fallen, None
        return fallen._replace(announced=MilestoneState.FALLEN_BACK), MilestoneState.FALLEN_BACK
    again = mark.announced in (MilestoneState.FALLEN_BACK, MilestoneState.REGAINED)
    risen = mark._replace(state=MilestoneState.REGAINED if again else MilestoneState.REACHED)
    if not loud or mark.announced in (MilestoneState.REACHED, MilestoneState.REGAINED):
        return risen, None
    return risen._replace(announced=risen.state, episode=mark.episode + 1), risen.state


def rebased(value: int, amount: int, percents: Iterable[int], announced: bool) -> dict[int, Mark]:
    """Milestones under a new amount: what holds is held from the start and fires no more, whether announced or not."""
    held = Mark(MilestoneState.REACHED, MilestoneState.REACHED, 1) if announced else Mark(MilestoneState.REACHED)
    return {each: held if holds(value, amount, each) else Mark() for each in percents}
