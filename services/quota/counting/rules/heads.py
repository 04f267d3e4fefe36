"""Who counts (计数规则): one head per subject and quota, derived from nothing but the subject's registrations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.quota.quotas.rules import Measure, Scope
from shared.contracts.registration import IN_STOCK, LEFT, STANDING, ClassChange, RegistrationState, Spell


class Seen(NamedTuple):
    """The newest version of a registration this service has heard of.

    `spells` are the units it was with before, `class_changes` what became of its classes since it counts.
    """

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
    class_changes: Sequence[ClassChange] = ()

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


class Stretch(NamedTuple):
    """Days on end: the first one, and the first one after them; without it they go on."""

    since: date
    until: date | None


def belonging(scope: Scope, one: Seen) -> list[Stretch]:
    """The days on which a registration belongs to a quota, by the classes it has on each (认定后变化).

    Where nothing became of them, all days from the one it counts from on. A period is over for whoever comes after it.
    """
    if one.counted_on is None or one.programme not in scope.programmes:
        return []
    if not one.class_changes:
        covered = scope.covers(one.programme, one.classes, one.counted_on)
        return [Stretch(one.counted_on, None)] if covered else []
    changes: dict[date, dict[str, str | None]] = {one.counted_on: {}}
    for each in one.class_changes:
        changes.setdefault(max(each.since, one.counted_on), {})[each.name] = each.value
    found: list[Stretch] = []
    classes = dict(one.classes)
    for day in sorted(changes):
        classes |= changes[day]
        inside, within = scope.covers(one.programme, classes, one.counted_on), bool(found) and found[-1].until is None
        if within and not inside:
            found[-1] = Stretch(found[-1].since, day)
        elif inside and not within and (day == one.counted_on or scope.end is None or day <= scope.end):
            found.append(Stretch(day, None))
    return found


class _Dated(NamedTuple):
    """A registration that belongs to a quota, with its place among those of its subject."""

    rank: tuple[bool, date, UUID]
    one: Seen
    days: list[Stretch]


def head(scope: Scope, registrations: Iterable[Seen]) -> Head | None:
    """The head a subject has in a quota, if any: credited to its earliest registration that counts (不重复计算).

    One that yields (让出归属) has the credit only where none counts that does not. A subject that counts once over
    several programmes (只计一次) has a head without a figure but gross where another programme has it. Of a class that
    changes, it counts from the day on which it has it, and is in stock as long as it has it (在岗, 落户, 双证).
    """
    registrations = list(registrations)
    dated = [
        _Dated((each.yields, days[0].since, each.registration_id), each, days)
        for each in registrations
        if (days := belonging(scope, each))
    ]
    counting = [each for each in dated if each.one.state in STANDING]
    found = counting or [each for each in dated if each.one.state == RegistrationState.REVOKED]
    if not found:
        return None
    (_, counted_on, registration_id), first, _ = min(found, key=lambda each: each.rank)
    net = bool(counting) and not _counts_elsewhere(scope, registrations, first)
    days = _in_stock(counting, counted_on) if net else []
    in_stock = any(each.until is None for each in days)
    ended_on = max((each.until for each in days if each.until), default=counted_on) if net and not in_stock else None
    one = Head(registration_id, first.recognised_in, counted_on, ended_on, net, in_stock)
    if first.spells or (net and days != [Stretch(counted_on, ended_on)]):
        return _moved(one, first, days, scope.unit)
    return one if scope.unit in (None, one.unit) else None


def _in_stock(counting: Sequence[_Dated], since: date) -> list[Stretch]:
    """The days on which a subject is in stock (在库), by what counts of it.

    Where classes never changed, from the first one to the last, even if one registration ended before the next.
    """
    if not any(each.one.class_changes for each in counting):
        ends = [each.one.ended_on or each.days[0].since for each in counting]
        stays = any(each.one.state in IN_STOCK for each in counting)
        return [Stretch(since, None if stays else max(since, *ends))]
    found: list[Stretch] = []
    for days in sorted((days for each in counting for days in _until_left(each)), key=lambda days: days.since):
        if found and (found[-1].until is None or days.since <= found[-1].until):
            before = found[-1]
            both = before.until and days.until and max(before.until, days.until)
            found[-1] = Stretch(before.since, both)
        else:
            found.append(days)
    return found


def _until_left(each: _Dated) -> Iterator[Stretch]:
    """Its days without those since it left."""
    left = (each.one.ended_on or each.days[0].since) if each.one.state in LEFT else None
    for since, until in each.days:
        end = min((day for day in (until, left) if day), default=None)
        if end is None or since < end:
            yield Stretch(since, end)


def _moved(one: Head, first: Seen, days: Sequence[Stretch], own: str | None) -> Head | None:
    """A head that moved: in stock where it was on each of its days; its credit moves only where a boundary did
    (区划调整).

    A unit's own quota keeps the credit it gave, whatever boundary moved later, and has in stock who came.
    """
    credit, stock = Counts(1, int(one.net), 0), Counts(0, 0, int(one.net))
    book = _Book(one.unit, one.counted_on, credit)
    places, credited = [(one.counted_on, one.unit)], one.unit
    following = [each.reporting_unit for each in first.spells[1:]] + [first.reporting_unit]
    for spell, unit in zip(first.spells, following if first.spells else (), strict=True):
        on = max(spell.until, one.counted_on)
        if spell.boundary and credited == spell.reporting_unit and own is None:
            book.move(credited, unit, on, credit)
            credited = unit
        places.append((on, unit))
    there = None
    for day in sorted({day for day, _ in places} | {day for each in days for day in each if day}):
        inside = any(each.since <= day and (each.until is None or day < each.until) for each in days)
        unit_then = [unit for on, unit in places if on <= day][-1] if inside else None
        if there is not None:
            book.enter(there, day, NOTHING.minus(stock))
        if unit_then is not None:
            book.enter(unit_then, day, stock)
        there = unit_then
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


def _counts_elsewhere(scope: Scope, registrations: Iterable[Seen], first: Seen) -> bool:
    own = (first.counted_on or date.max, first.registration_id)
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
    old, differences = entries(before), entries(after)
    for at, counts in old.items():
        differences[at] = differences.get(at, NOTHING).minus(counts)
    return [(unit, on, counts) for (unit, on), counts in sorted(differences.items()) if counts != NOTHING]
