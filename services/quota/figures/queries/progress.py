"""Named reads of progress: figures from counters now, or from the sums as of a date and as known at an instant."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlmodel import Session

from services.quota.counting.models import HEADCOUNT
from services.quota.counting.queries import milestones, sums
from services.quota.counting.queries.sums import Figures
from services.quota.counting.rules.heads import NOTHING, Counts
from services.quota.counting.rules.milestones import MilestoneStanding
from services.quota.figures.queries.outlook import outlooks
from services.quota.figures.queries.stock import programme_stocks
from services.quota.figures.schemas.progress import Outlook, Progress, ProgressQuery
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import QUOTA, Quota, Revision
from services.quota.quotas.rules import Decided, Wording, amount_on, overlap
from services.quota.seats import queries as seats_
from services.quota.seats.schemas import PlacesRead
from shared.contracts.places import Follows
from shared.service_tables import dead_letter


def progress(session: Session, wanted: ProgressQuery) -> list[Progress]:
    """Every quota whose period has begun, by code and period. A plain count stands in its target (其中), or last.

    Without a day and an instant figures are read from the counters, with either from the sums; in heads, as the
    quota's measure says. Read-only: locks and writes nothing.
    """
    begun = _begun(session, wanted)
    shares = quotas_.shares(session, [quota.id for quota in begun if quota.unit is None])
    wordings = _wordings(session, list({each.id: each for each in (*begun, *shares)}.values()), wanted)
    quotas = _shown(begun, wordings, wanted)
    ids = [quota.id for quota in quotas]
    figures = _by_units_that_stand(session, ids, wanted)
    standings = _standings(session, ids, wanted)
    gathered = _Gathered(
        wordings,
        figures,
        _by_unit(figures) if wanted.by_unit else {},
        standings,
        seats={} if wanted.past else _places(session, ids),
        outlooks=outlooks(session, wanted, quotas, wordings, figures, standings),
        shares=_amounts_of_shares(shares, wordings),
        stocks=programme_stocks(session, wanted, quotas),
    )
    return _with_parts([gathered.row(quota, wanted) for quota in quotas])


@dataclass(frozen=True)
class _Gathered:
    """Everything read for the rows of progress, by quota."""

    wordings: Mapping[UUID, Wording]
    figures: Figures
    units: Mapping[UUID, list[tuple[str, Counts]]]
    standings: Mapping[UUID, list[MilestoneStanding]]
    seats: Mapping[UUID, PlacesRead]
    outlooks: Mapping[UUID, Outlook]
    shares: Mapping[UUID, list[int]]
    stocks: Mapping[UUID, int]

    def row(self, quota: Quota, wanted: ProgressQuery) -> Progress:
        """A quota's row, or that of one unit's contribution to a quota of the city."""
        if wanted.unit is not None and quota.unit is None:
            return self._contribution(quota, wanted.unit)
        wording, given = self.wordings[quota.id], self.shares.get(quota.id)
        return Progress(
            quota=quota,
            unit=quota.unit,
            wording=wording,
            counts=self.figures.get((quota.id, ""), NOTHING),
            standings=self.standings[quota.id],
            units=self._split(quota),
            seats=self.seats.get(quota.id),
            unallocated=(wording.amount or 0) - sum(given) if given else None,
            outlook=self.outlooks[quota.id],
            programme_stock=self.stocks.get(quota.id),
        )

    def _contribution(self, quota: Quota, unit: str) -> Progress:
        return Progress(
            quota=quota,
            unit=unit,
            wording=replace(self.wordings[quota.id], amount=None),
            counts=self.figures.get((quota.id, unit), NOTHING),
            standings=[],
            units=self._split(quota),
            seats=None,
            unallocated=None,
            outlook=self.outlooks[quota.id].of_unit(unit),
        )

    def _split(self, quota: Quota) -> list[tuple[str, int]]:
        return [(unit, counts.measured(quota.measure)) for unit, counts in self.units.get(quota.id, ())]


def standing(figures: Figures, followed: Mapping[str, Follows]) -> Figures:
    """Figures by the units that stand on the day: what a unit had that has ended, the unit after it has (区划调整)."""
    found: Figures = {}
    for (quota_id, unit), counts in figures.items():
        place = (quota_id, followed[unit].unit if unit in followed else unit)
        found[place] = found.get(place, NOTHING).plus(counts)
    return found


def _by_units_that_stand(session: Session, quotas: Collection[UUID], wanted: ProgressQuery) -> Figures:
    units = wanted.by_unit or wanted.unit is not None
    followed = quotas_.units_followed(session, wanted.on) if units else {}
    if wanted.past:
        return standing(_from_sums(session, quotas, wanted, followed), followed)
    return standing(_from_counters(session, quotas, units=units), followed)


def _standings(
    session: Session, quotas: Collection[UUID], wanted: ProgressQuery
) -> dict[UUID, list[MilestoneStanding]]:
    if wanted.past:
        return milestones.standings_then(session, quotas, wanted.on, wanted.known_at)
    return milestones.standings(session, quotas)


def _by_unit(figures: Figures) -> dict[UUID, list[tuple[str, Counts]]]:
    """The figures of units, by quota and then by unit."""
    found: dict[UUID, list[tuple[str, Counts]]] = defaultdict(list)
    for (quota_id, unit), counts in sorted(figures.items()):
        if unit:
            found[quota_id].append((unit, counts))
    return found


def _amounts_of_shares(shares: Iterable[Quota], wordings: Mapping[UUID, Wording]) -> dict[UUID, list[int]]:
    """What the units were given of each quota of the city (任务分解)."""
    given: dict[UUID, list[int]] = defaultdict(list)
    for share in shares:
        if share.parent_id is not None:
            given[share.parent_id].append(wordings[share.id].amount or 0)
    return given


def _with_parts(rows: Sequence[Progress]) -> list[Progress]:
    """Plain counts of a target's programme, unit and period move into its row; the others keep theirs."""
    targets = {_place(row): row for row in rows if row.quota.amount}
    for row in rows:
        if not row.quota.amount and _place(row) in targets:
            targets[_place(row)].parts.append(row)
    return [row for row in rows if row.quota.amount or _place(row) not in targets]


def _place(row: Progress) -> tuple[str, str | None, date, date | None]:
    return row.quota.programme, row.unit, row.quota.starts_on, row.quota.ends_on


def parked(session: Session) -> int:
    """How many events could not be taken in and wait for somebody (待处理); figures may lack them as long."""
    waiting = select(func.count()).select_from(dead_letter).where(dead_letter.c.resolved_at.is_(None))
    return int(session.execute(waiting).scalar_one())


def _places(session: Session, quotas: Collection[UUID]) -> dict[UUID, PlacesRead]:
    """How the places of those that are capped are used."""
    waiting = seats_.waiting(session, quotas)
    caps = seats_.caps(session, quotas)
    return {quota: PlacesRead.of(cap, waiting.get(quota, 0)) for quota, cap in caps.items()}


def _begun(session: Session, wanted: ProgressQuery) -> list[Quota]:
    """The city's quotas and, unless one unit is asked for, everybody's."""
    statement = (
        select(Quota)
        .where(QUOTA.c.starts_on <= wanted.on)
        .order_by(QUOTA.c.amount == 0, QUOTA.c.code, QUOTA.c.starts_on)
        .order_by(QUOTA.c.unit.is_not(None), QUOTA.c.unit, QUOTA.c.id)  # the city before its units
    )
    if wanted.programme is not None:
        statement = statement.where(QUOTA.c.programme == wanted.programme)
    if wanted.unit is not None:
        statement = statement.where(QUOTA.c.unit.is_(None) | (QUOTA.c.unit == wanted.unit))
    return list(session.execute(statement).scalars())


def _shown(begun: Sequence[Quota], wordings: Mapping[UUID, Wording], wanted: ProgressQuery) -> list[Quota]:
    """Without shares that are not in force; a unit's own quota stands in for its contribution, but not for what a plain
    count says of it (其中)."""
    found = [quota for quota in begun if quota.parent_id is None or wordings[quota.id].amount]
    if wanted.unit is None:
        return found
    own = [quota for quota in found if quota.unit is not None]
    return [quota for quota in found if quota.unit is not None or not any(_stands_in(each, quota) for each in own)]


def _stands_in(own: Quota, city: Quota) -> bool:
    if own.programme != city.programme or (not city.amount and own.where != city.where):
        return False
    return overlap(own.starts_on, own.ends_on, city.starts_on, city.ends_on)


def _wordings(session: Session, quotas: Sequence[Quota], wanted: ProgressQuery) -> dict[UUID, Wording]:
    revisions = quotas_.revisions(session, [quota.id for quota in quotas]) if wanted.past else {}
    return {
        quota.id: Wording(
            kind=quota.kind,
            comparison=quota.comparison,
            amount=_amount_then(quota, revisions[quota.id], wanted) if wanted.past else quota.amount,
            amount_max=quota.amount_max,
            tolerance_percent=quota.tolerance_percent,
        )
        for quota in quotas
    }


def _amount_then(quota: Quota, revisions: Sequence[Revision], wanted: ProgressQuery) -> int:
    """The amount in force on the day, as far as it was known; the first has always been known, and a share begins."""
    known = [each for each in revisions if each.generation == 1 or each.known_at <= wanted.known_at]
    if quota.parent_id and known[0].effective_on > wanted.on:
        return 0
    return amount_on(wanted.on, [Decided(each.generation, each.amount, each.effective_on) for each in known]).amount


def _from_counters(session: Session, quotas: Collection[UUID], *, units: bool) -> Figures:
    statement = select(*HEADCOUNT.c).where(HEADCOUNT.c.quota_id.in_(list(quotas)))
    return _figures(session, statement if units else statement.where(HEADCOUNT.c.unit == ""))


def _from_sums(
    session: Session, quotas: Collection[UUID], wanted: ProgressQuery, followed: Mapping[str, Follows]
) -> Figures:
    ended = [old for old, follows in followed.items() if follows.unit == wanted.unit]
    units = None if wanted.by_unit else [wanted.unit, *ended] if wanted.unit else []
    known_at = None if wanted.all_known else wanted.known_at
    return sums.figures(session, quotas, units, wanted.on, known_at)


def _figures(session: Session, statement: Select[*tuple[object, ...]]) -> Figures:
    return {(quota_id, unit): Counts(*map(int, counts)) for quota_id, unit, *counts in session.execute(statement)}
