"""Who counts (计数规则): one head per subject and quota, derived from nothing but the subject's registrations."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.quota.quotas.rules import Measure, Scope
from shared.contracts.registration import IN_STOCK, STANDING, RegistrationState, Spell


class Seen(NamedTuple):
    """The newest version of a registration this service has heard of; `spells` are the units it was with before."""

    registration_id: UUID
    version: int
    subject_ref: UUID
    subject_kind: str
    programme: str
    institution_id: UUID
    reporting_unit: str
    state: str
    counted_on: date | None
    ended_on: date | None
    classes: Mapping[str, str | None]
    known_at: datetime
    yields: bool = False
    spells: Sequence[Spell] = ()

    @property
    def recognised_in(self) -> str:
        """The unit that recognised it, and has the credit (认定单位)."""
        return self.spells[0].reporting_unit if self.spells else self.reporting_unit


def figure_of(measure: str) -> str:
    """Which of the counts a quota's measure names."""
    return "in_stock" if measure == Measure.IN_STOCK else "net"


class Counts(NamedTuple):
    """Gross (累计认定), net cumulative (净累计) and in stock (在库)."""

    gross: int
    net: int
    in_stock: int

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(self.gross + other.gross, self.net + other.net, self.in_stock + other.in_stock)

    def minus(self, other: "Counts") -> "Counts":
        """What this has beyond the other."""
        return Counts(self.gross - other.gross, self.net - other.net, self.in_stock - other.in_stock)

    def measured(self, measure: str) -> int:
        """The figure that the quota's measure names."""
        figure: int = getattr(self, figure_of(measure))
        return figure


class LedgerCell(NamedTuple):
    """What a head puts into the ledger for one unit on one day."""

    unit: str
    on: date
    counts: Counts


class Head(NamedTuple):
    """One subject in one quota (一个人头): the registration and unit credited, since when, until when.

    `net` false: every registration behind it is revoked, so that it shows in the gross figure alone (累计认定).
    `gross` false: a unit's own quota has it in stock without the credit. `cells` are given where it moved.
    """

    registration_id: UUID
    unit: str
    counted_on: date
    ended_on: date | None
    net: bool
    in_stock: bool
    gross: bool = True
    cells: tuple[LedgerCell, ...] = ()


NOTHING = Counts(0, 0, 0)
Entries = dict[tuple[str, date], Counts]


def head(scope: Scope, registrations: Iterable[Seen]) -> Head | None:
    """The head a subject has in a quota, if any: credited to its earliest registration that counts (不重复计算).

    One that yields (让出归属) has the credit only where none counts that does not. A subject that counts once over
    several programmes (只计一次) has a head without a figure but gross where another programme has it.
    """
    registrations = list(registrations)
    dated = [
        ((each.yields, each.counted_on, each.registration_id), each)
        for each in registrations
        if each.counted_on is not None and scope.covers(each.programme, each.classes, each.counted_on)
    ]
    counting = [each for each in dated if each[1].state in STANDING]
    found = counting or [each for each in dated if each[1].state == RegistrationState.REVOKED]
    if not found:
        return None
    (_, counted_on, registration_id), first = min(found, key=lambda each: each[0])
    net = bool(counting) and not _counts_elsewhere(scope, registrations, (counted_on, registration_id))
    in_stock = net and any(each.state in IN_STOCK for _, each in counting)
    ended_on = None
    if net and not in_stock:
        ended_on = max(counted_on, *(each.ended_on or on for (_, on, _), each in counting))
    one = Head(registration_id, first.recognised_in, counted_on, ended_on, net, in_stock)
    if first.spells:
        return _moved(one, first, scope.unit)
    return one if scope.unit in (None, one.unit) else None


def _moved(one: Head, first: Seen, own: str | None) -> Head | None:
    """A head that moved: in stock where it was on each day; its credit moves only where a boundary did (区划调整).

    A unit's own quota keeps the credit it gave, whatever boundary moved later, and has in stock who came.
    """
    credit, stock = Counts(1, int(one.net), 0), Counts(0, 0, int(one.net))
    book = _Book(one.unit, one.counted_on, credit.plus(stock))
    credited = there = one.unit
    following = [each.reporting_unit for each in first.spells[1:]] + [first.reporting_unit]
    for spell, unit in zip(first.spells, following, strict=True):
        on = max(spell.until, one.counted_on)
        if spell.boundary and credited == spell.reporting_unit and own is None:
            book.move(credited, unit, on, credit)
            credited = unit
        if one.ended_on is None or on <= one.ended_on:
            book.move(there, unit, on, stock)
            there = unit
    if one.ended_on is not None:
        book.enter(there, one.ended_on, NOTHING.minus(stock))
    cells = tuple(cell for cell in book.cells() if own in (None, cell.unit))
    return one._replace(cells=cells) if own is None else _own(one, own, cells)


class _Book:
    """The ledger of one head."""

    def __init__(self, unit: str, on: date, counts: Counts) -> None:
        self._entries: Entries = {(unit, on): counts}

    def enter(self, unit: str, on: date, counts: Counts) -> None:
        self._entries[unit, on] = self._entries.get((unit, on), NOTHING).plus(counts)

    def move(self, old: str, new: str, on: date, counts: Counts) -> None:
        self.enter(old, on, NOTHING.minus(counts))
        self.enter(new, on, counts)

    def cells(self) -> list[LedgerCell]:
        return [
            LedgerCell(unit, on, counts) for (unit, on), counts in sorted(self._entries.items()) if counts != NOTHING
        ]


def _own(one: Head, unit: str, cells: tuple[LedgerCell, ...]) -> Head | None:
    """What of a head that moved belongs to one unit's own quota."""
    if not cells:
        return None
    total = NOTHING
    for cell in cells:
        total = total.plus(cell.counts)
    left = [cell.on for cell in cells if cell.counts.in_stock < 0]
    since, until = min(cell.on for cell in cells), max(left) if left and not total.in_stock else None
    flags = bool(total.net), bool(total.in_stock), bool(total.gross)
    return Head(one.registration_id, unit, since, until, *flags, cells)


def _counts_elsewhere(scope: Scope, registrations: Iterable[Seen], own: tuple[date, UUID]) -> bool:
    return any(
        scope.rivals[each.programme] or (each.counted_on, each.registration_id) < own
        for each in registrations
        if each.programme in scope.rivals and each.counted_on is not None and each.state in STANDING
    )


def entries(one: Head | None) -> Entries:
    """What a head puts into the ledger, by unit and date; who left is taken from the stock on the day of leaving."""
    if one is None:
        return {}
    if one.cells:
        return {(unit, on): counts for unit, on, counts in one.cells}
    if not one.net:
        return {(one.unit, one.counted_on): Counts(1, 0, 0)}
    found = {(one.unit, one.counted_on): Counts(1, 1, 1)}
    if one.ended_on is not None:
        left = (one.unit, one.ended_on)
        found[left] = found.get(left, NOTHING).plus(Counts(0, 0, -1))
    return found


def ledger_rows(before: Head | None, after: Head | None) -> list[tuple[str, date, Counts]]:
    """The entries that turn one head into another; what is already written is never changed, only added to."""
    old, new = entries(before), entries(after)
    differences = {at: new.get(at, NOTHING).minus(old.get(at, NOTHING)) for at in old.keys() | new.keys()}
    return [(unit, on, counts) for (unit, on), counts in sorted(differences.items()) if counts != NOTHING]
