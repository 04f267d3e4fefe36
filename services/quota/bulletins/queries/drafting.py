"""Draws up an edition: the city's table, each programme's units, indicators, and what is restated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from services.quota.bulletins import rules
from services.quota.bulletins.queries import figures as queries
from services.quota.bulletins.queries.adding_up import total, whole
from services.quota.bulletins.queries.indicators import indicator_lines, missing
from services.quota.bulletins.queries.names import PolicyNames
from services.quota.bulletins.queries.restating import Before, restate, revised_amounts
from services.quota.bulletins.queries.snapshots import Snapshot, of_code, of_programme
from services.quota.bulletins.rules import BulletinKind, EditionTerm, SumKind
from services.quota.bulletins.schemas import VERSION, Content, ProgrammeTable, QuotaLine, Text, UnitGroup, UnitLine
from services.quota.figures.queries.progress import parked
from services.quota.figures.rules import growth_percent
from services.quota.figures.schemas.progress import Progress, ProgressQuery, ProgressRead
from services.quota.pace.rules.curves import month_of
from services.quota.quotas.models import Quota
from services.quota.quotas.queries import packs
from services.quota.quotas.rules import Attainment
from services.quota.returns.queries import first_months

STATUS_NOTES = {
    Attainment.ATTAINED: Text(zh="达标", en="attained"),
    Attainment.BASICALLY_ATTAINED: Text(zh="基本达标", en="basically attained"),
    Attainment.EXCEEDED: Text(zh="超额需说明", en="beyond the amount, to be explained"),
}
POOLED = Text(zh="全市统筹", en="pooled over the city")
CONTRIBUTES = Text(zh="未分解任务，仅列完成数", en="no amount of its own, count only")
NO_END = Text(zh="未定期限", en="no end of period")
UNREPORTED = Text(zh="未报送", en="no report")


@dataclass(frozen=True)
class Order:
    """What an officer asks for: which edition, under which number and date, with 环比 or without."""

    kind: BulletinKind
    term: EditionTerm
    number: str | None
    issued_on: date
    month_on_month: bool


def draft(session: Session, order: Order, edition_no: int, before: Before | None, at: datetime) -> Content | None:
    """The whole edition (一期通报) as everything in the books says it at `at`; None where no quota had begun by then.

    Figures are heads, percentages texts with one decimal, points with two. The caller has counting locked, so that no
    line falls between this edition and the next. Writes nothing.
    """
    term = order.term
    edition = _Edition(session, order)
    if not edition.rows or not edition.names.packs:
        return None
    city = [edition.quota_line(row) for row in edition.rows if row.quota.unit is None]
    indicators = indicator_lines(session, term.end)
    names = edition.names
    return Content(
        version=VERSION,
        kind=order.kind,
        edition=term.edition,
        edition_no=edition_no,
        title=Text.of(rules.title(order.kind, term)),
        number=order.number,
        issuer=names.issuer,
        addressees=names.addressees,
        sealed=names.style.sealed,
        issued_on=order.issued_on,
        document=names.document,
        start=term.start,
        as_of=term.end,
        known_at=at,
        month_on_month=order.month_on_month,
        parked=parked(session),
        city=city,
        programmes=edition.tables(),
        indicators=indicators,
        silent=[names.of_unit(code) for code in edition.silent],
        missing=missing(indicators, city, term) if order.kind == BulletinKind.ANNUAL_REPORT else [],
        previous=before.previous if before else None,
        restatements=restate(session, before, names) if before else [],
        amounts_revised=revised_amounts(session, before, edition.rows, names) if before else [],
    )


class _Edition:
    """The figures of one edition beside those it is compared with."""

    def __init__(self, session: Session, order: Order) -> None:
        self.term = term = order.term

        def on(day: date) -> Snapshot:
            return Snapshot(day, queries.figures_on(session, day))

        self.now, self.before, self.year_ago = on(term.end), on(term.before), on(term.year_ago)
        self.two_before = on(term.two_before) if order.month_on_month else None
        self.names = PolicyNames(packs(session))
        self.units = self.names.units(term.end)
        self.units_year_ago = self.names.units(term.year_ago)
        self.rows = [row for row in self.now.lines() if (row.quota.ends_on or term.start) >= term.start]
        self.first_reports = first_months(session)
        self.owing = queries.not_reported(session, [row.quota for row in self.rows], term.end)
        self.unheard = self._unheard(self.now)
        silent = {*self.unheard, *(unit for units in self.owing.values() for unit in units)}
        self.silent = [code for code in self.units if code in silent]
        self.parts = {part.quota.id: row.quota.code for row in self.now.rows for part in row.parts}

    def _unheard(self, then: Snapshot) -> list[str]:
        """Units of which nothing had been heard by a day, no nil return (零报告) either: no data, which is not zero."""
        heard = {unit for given in then.given.values() for unit in given}
        heard |= {unit for unit, month in self.first_reports.items() if month <= month_of(then.on)}
        return rules.unheard((code for code, each in self.units.items() if each.kind != "city"), heard)

    def quota_line(self, row: Progress) -> QuotaLine:
        """The city's line of one quota."""
        quota = row.quota
        figures = self._figures(quota, None, row.value, row)
        notes = [POOLED] if quota.city_pool else []
        if figures["status"] in STATUS_NOTES:
            notes.append(STATUS_NOTES[figures["status"]])
        notes += [NO_END] if quota.amount and quota.ends_on is None else []
        notes += _left_over(row.unallocated or 0)
        notes += _in_stock(row)
        return QuotaLine(
            **figures,
            quota_id=quota.id,
            code=quota.code,
            name=self.names.of_quota(quota),
            period=quota.label,
            measure_word=_measure_word(quota),
            part_of=self.parts.get(quota.id),
            notes=notes,
            clause=quota.clause or None,
        )

    def tables(self) -> list[ProgrammeTable]:
        """Each programme's units; units with amounts of their own where the city has none come as well."""
        city = [row.quota for row in self.rows if row.quota.unit is None and row.quota.id not in self.parts]
        there = {of_programme(quota) for quota in city}
        for row in self.rows:
            if row.quota.unit is not None and of_programme(row.quota) not in there:
                there.add(of_programme(row.quota))
                city.append(row.quota)
        return [self._table(quota) for quota in city]

    def _table(self, quota: Quota) -> ProgrammeTable:
        """Every unit, what each group and all of them add up to, and the city beside them."""
        groups, row = self._groups(quota), self.now.city.get(of_code(quota))
        of_city = self._figures(row.quota, None, row.value, row) if row else None
        return ProgrammeTable(
            code=quota.code,
            name=self.names.of_quota(quota),
            period=quota.label,
            measure_word=_measure_word(quota),
            city_pool=quota.city_pool,
            groups=groups,
            whole=whole(quota, groups, of_city),
        )

    def _groups(self, quota: Quota) -> list[UnitGroup]:
        by_kind: dict[str, list[str]] = {}
        for code, unit in self.units.items():
            by_kind.setdefault(self.names.group_of(unit), []).append(code)
        ranked = {kind: self._ranked(quota, codes) for kind, codes in by_kind.items()}
        return [
            UnitGroup(kind=kind, lines=lines, total=total(SumKind.GROUP, quota, lines) if len(lines) > 1 else None)
            for kind, lines in ranked.items()
        ]

    def _ranked(self, quota: Quota, units: Sequence[str]) -> list[UnitLine]:
        places, then = self._places(self.now, quota, units), self._places(self.before, quota, units)
        lines = []
        for unit in rules.in_order(places, units):
            row = self.now.own[of_programme(quota)].get(unit)
            value = None if unit in self.unheard else self.now.value(quota, unit)
            if value is None and not self._silent_on(quota, unit, row):
                value = 0  # heard of, and with nobody here: that is a figure
            place = places.get(unit)
            moved = then[unit].rank - place.rank if place and unit in then else None
            lines.append(
                UnitLine(
                    **self._figures(quota, unit, value, row),
                    unit=unit,
                    name=self.names.of_unit(unit),
                    rank=place.rank if place else None,
                    tied=place.tied if place else False,
                    rank_change=moved,
                    notes=self._remarks(quota, unit, row),
                )
            )
        return lines

    def _remarks(self, quota: Quota, unit: str, row: Progress | None) -> list[Text]:
        """备注 of one unit."""
        if self._silent_on(quota, unit, row):
            return [UNREPORTED]
        if row is not None and row.wording.amount:
            return []
        return [POOLED] if quota.city_pool else [CONTRIBUTES] if quota.amount else []

    def _silent_on(self, quota: Quota, unit: str, row: Progress | None) -> bool:
        """Whether nothing was heard of a unit, or it owes the report of the last month."""
        return unit in self.unheard or unit in self.owing.get((row.quota if row else quota).id, ())

    def _places(self, then: Snapshot, quota: Quota, units: Sequence[str]) -> dict[str, rules.RankedPlace]:
        own, unheard = then.own[of_programme(quota)], self._unheard(then)
        rows = {unit: own[unit] for unit in units if unit in own and unit not in unheard}
        shares = {unit: Fraction(row.value, row.wording.amount) for unit, row in rows.items() if row.wording.amount}
        return rules.ranking(shares)

    def _figures(self, quota: Quota, unit: str | None, value: int | None, row: Progress | None) -> dict[str, Any]:
        """One line's figures; `row` is the quota that asks for an amount, if any does."""
        read = ProgressRead.of(row, ProgressQuery(self.term.end, queries.EVERYTHING, True), 0, "zh") if row else None
        reported = read if value is not None else None  # of what was never reported only the amount is known
        pace = reported.pace if reported else None
        added = None if value is None else value - (self.before.value(quota, unit) or 0)
        comparable = unit is None or unit in self.units_year_ago
        year_ago = self.year_ago.comparable(quota, unit) if comparable else None
        return {
            "amount": read.amount if read else None,
            "amount_max": read.amount_max if read else None,
            "value": value,
            "added": added,
            "completion_percent": reported.completion_percent if reported else None,
            "expected_percent": pace.expected_percent if pace else None,
            "ahead_points": pace.ahead_points if pace else None,
            "lamp": pace.lamp if pace else None,
            "status": reported.status if reported else None,
            "year_ago": year_ago,
            "year_on_year_percent": None if value is None else growth_percent(value, year_ago),
            "month_on_month_percent": self._month_on_month(quota, unit, added),
        }

    def _month_on_month(self, quota: Quota, unit: str | None, added: int | None) -> str | None:
        if self.two_before is None or added is None:
            return None
        last = self.before.value(quota, unit)
        return None if last is None else growth_percent(added, last - (self.two_before.value(quota, unit) or 0))


def _left_over(unallocated: int) -> list[Text]:
    """What no unit was given, or what units were given beyond the city's amount."""
    if unallocated < 0:
        return [Text(zh=f"超额分解{-unallocated:,}", en=f"{-unallocated:,} given beyond the amount")]
    return [Text(zh=f"未分解{unallocated:,}", en=f"{unallocated:,} given to no unit")] if unallocated else []


def _in_stock(row: Progress) -> list[Text]:
    """What the programme has in stock, where the period's figure leaves out who was recognised before it."""
    stock, word = row.programme_stock, _measure_word(row.quota)
    if stock is None or stock == row.value:
        return []
    return [Text(zh=f"在库{stock:,}{word.zh}（含此前认定）", en=f"{stock:,} {word.en} in stock, earlier ones included")]


def _measure_word(quota: Quota) -> Text:
    return Text(zh=quota.measure_word_zh, en=quota.measure_word_en)
