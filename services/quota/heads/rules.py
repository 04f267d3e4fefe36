"""Who counts (计数规则): one head per subject and quota, derived from nothing but the subject's registrations."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.quota.quotas.rules import Measure, Scope

# Recognised once and not revoked: leaving later does not undo it (累计).
NET_STATES = frozenset({"recognised", "suspended", "exited", "cancelled", "expired"})
IN_STOCK_STATES = frozenset({"recognised", "suspended"})
REVOKED = "revoked"


class Seen(NamedTuple):
    """The newest version of a registration this service has heard of."""

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


class Head(NamedTuple):
    """One subject in one quota (一个人头): the registration and unit credited, since when, until when.

    `net` false: every registration behind it is revoked, so that it shows in the gross figure alone (累计认定).
    """

    registration_id: UUID
    unit: str
    counted_on: date
    ended_on: date | None
    net: bool
    in_stock: bool


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
        return self.in_stock if measure == Measure.IN_STOCK else self.net


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
        if each.counted_on is not None and scope.takes_in(each.programme, each.classes, each.counted_on)
    ]
    counting = [each for each in dated if each[1].state in NET_STATES]
    found = counting or [each for each in dated if each[1].state == REVOKED]
    if not found:
        return None
    (_, counted_on, registration_id), first = min(found, key=lambda each: each[0])
    if scope.unit is not None and first.reporting_unit != scope.unit:
        return None
    if counting and _counts_elsewhere(scope, registrations, (counted_on, registration_id)):
        return Head(registration_id, first.reporting_unit, counted_on, None, net=False, in_stock=False)
    in_stock = any(each.state in IN_STOCK_STATES for _, each in counting)
    ended_on = None
    if counting and not in_stock:
        ended_on = max(counted_on, *(each.ended_on or on for (_, on, _), each in counting))
    return Head(registration_id, first.reporting_unit, counted_on, ended_on, bool(counting), in_stock)


def _counts_elsewhere(scope: Scope, registrations: Iterable[Seen], own: tuple[date, UUID]) -> bool:
    return any(
        scope.rivals[each.programme] or (each.counted_on, each.registration_id) < own
        for each in registrations
        if each.programme in scope.rivals and each.counted_on is not None and each.state in NET_STATES
    )


def entries(one: Head | None) -> Entries:
    """What a head puts into the ledger, by unit and date; who left is taken from the stock on the day of leaving."""
    if one is None:
        return {}
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
