"""Subject and reference in alternation, and the line of the table that comes of it.

A machine is faster in one minute than in the next. So each figure is a ratio to a reference asked within the same
seconds, and what counts is the median of the ratios of some pairs.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

PAIRS = 5

Better = Literal["more", "less"]


@dataclass(frozen=True)
class Target:
    """What is asked of the ratio, or of the subject alone: no less than `bound` where more is better, else no more."""

    of: Literal["ratio", "subject"]
    better: Better
    bound: float

    def met_by(self, figure: float) -> bool:
        """Whether a figure is good enough."""
        return figure >= self.bound if self.better == "more" else figure <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.better == "more" else "≤"
        return f"{sign} {self.bound:g}" + (" ×" if self.of == "ratio" else "")


@dataclass(frozen=True)
class Line:
    """One line of the table: medians of both sides, and the pairs' ratios (subject ÷ reference).

    `reference` and `ratio` are None where nothing can stand beside the subject; then `lowest` and `highest` are its
    own. `target` is empty, and `met` None, for what is only reported.
    """

    name: str
    unit: str
    subject: float
    reference: float | None
    ratio: float | None
    lowest: float
    highest: float
    pairs: int
    target: str
    met: bool | None


def in_turn(
    *sides: Callable[[], float], pairs: int = PAIRS, before: Callable[[], object] = lambda: None
) -> list[list[float]]:
    """What each side measures, one after the other within each pair; who begins changes from pair to pair.

    What a pair needs is made `before` it.
    """
    found: list[list[float]] = [[] for _ in sides]
    for n in range(pairs):
        before()
        order = range(len(sides)) if n % 2 == 0 else reversed(range(len(sides)))
        for side in order:
            found[side].append(sides[side]())
    return found


def line(
    name: str, unit: str, subject: Sequence[float], reference: Sequence[float], target: Target | None = None
) -> Line:
    """The line of a subject beside its reference, measured in pairs."""
    ratios = [ours / theirs for ours, theirs in zip(subject, reference, strict=True)]
    ours, ratio = statistics.median(subject), statistics.median(ratios)
    met = target.met_by(ratio if target.of == "ratio" else ours) if target else None
    between = statistics.median(reference), ratio, min(ratios), max(ratios)
    return Line(name, unit, ours, *between, len(ratios), str(target or ""), met)


def alone(name: str, unit: str, subject: Sequence[float], target: Target | None = None) -> Line:
    """The line of a subject that has no reference."""
    ours = statistics.median(subject)
    met = target.met_by(ours) if target else None
    return Line(name, unit, ours, None, None, min(subject), max(subject), len(subject), str(target or ""), met)
