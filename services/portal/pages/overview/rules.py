"""How quotas become groups and years: values in, places out."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

NUMERALS = "〇一二三四五六七八九十"


def item_number(clause: str) -> str:
    """The number of the item within a clause: 二(七)17 is item 17; a clause without one stands for itself."""
    found = re.search(r"(\d+)\D*$", clause)
    return found.group(1) if found else clause


def clause_order(clause: str) -> tuple[list[int], int]:
    """Clauses in the order of the document: chapter and section (一, 二, 三 …) first, then the item as a number.

    What stands in no clause comes last: the bureau laid it down itself.
    """
    number = item_number(clause)
    chapters = [NUMERALS.index(sign) for sign in clause if sign in NUMERALS] if clause else [len(NUMERALS)]
    return chapters, int(number) if number.isdigit() else 0


class Beginning(Protocol):
    """Something that holds from a day on."""

    @property
    def start(self) -> date:
        """The first day."""


class WithPeriod(Protocol):
    """Something with a period."""

    @property
    def period(self) -> Beginning:
        """Its period."""


D = TypeVar("D", bound=WithPeriod)


def newest_first(items: Iterable[D]) -> Sequence[D]:
    """The quota whose period began last comes first; the earlier ones follow."""
    return sorted(items, key=lambda item: item.period.start, reverse=True)
