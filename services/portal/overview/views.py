"""The page as it is laid out: groups, rows, milestones, alerts and units, from what the services answered."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.portal.overview import rules
from services.portal.overview.schemas import Alert, Document, Milestone, Programme, Progress, ReportingUnit
from shared.problems import Said

HELD = ("reached", "regained")
LATEST = 10  # milestones shown


@dataclass(frozen=True)
class Heard:
    """What the services answered; None for the one that did not."""

    progress: list[Progress] | None
    programmes: list[Programme] | None
    units: list[ReportingUnit] | None
    alerts: list[Alert] | None
    document: Document | None


@dataclass(frozen=True)
class Row:
    """One quota of the city: the period that runs, the earlier ones, and what units were given as their own."""

    now: Progress
    earlier: Sequence[Progress] = ()
    of_units: Sequence[Progress] = ()


@dataclass(frozen=True)
class Counted:
    """What has no amount: a plain count (其中, 只计数), or a programme that nobody counts (`count` None)."""

    programme: str
    count: Progress | None = None


@dataclass(frozen=True)
class Group:
    """An item of the policy with its quotas and its plain counters."""

    clause: str
    number: str
    rows: Sequence[Row]
    counted: Sequence[Counted]


@dataclass(frozen=True)
class Told:
    """A milestone of one quota, for the list of the latest."""

    quota: Progress
    milestone: Milestone


@dataclass(frozen=True)
class Overview:
    """Everything on the page."""

    heard: Heard
    as_of: date
    known_at: datetime | None
    groups: Sequence[Group] = ()
    results: Counter[str] = field(default_factory=Counter)
    lamps: Counter[str] = field(default_factory=Counter)
    latest: Sequence[Told] = ()
    newest: Told | None = None
    parked: int = 0
    waiting: int = 0
    replaced: frozenset[object] = frozenset()
    columns: Sequence[Progress] = ()
    table: Sequence[tuple[str, Sequence[int | None]]] = ()
    names: dict[str, Said] = field(default_factory=dict)
    starts: Sequence[date] = ()


def overview(heard: Heard, as_of: date) -> Overview:
    """Lay out the page."""
    progress = heard.progress or []
    rows = _rows(progress, heard.units or [])
    columns = [row.now for row in rows if row.now.units is not None]
    latest = _latest(progress)
    return Overview(
        heard=heard,
        as_of=progress[0].as_of if progress else as_of,
        known_at=progress[0].known_at if progress else None,
        groups=_groups(rows, progress, heard.programmes or []),
        results=Counter(rules.result(row.now.status) for row in rows),
        lamps=Counter(row.now.pace.lamp if row.now.pace else "none" for row in rows),
        latest=latest[:LATEST],
        newest=next((told for told in latest if told.milestone.state in HELD), None),
        parked=max((item.parked for item in progress), default=0),
        waiting=sum(alert.state == "open" for alert in heard.alerts or []),
        replaced=frozenset(alert.supersedes for alert in heard.alerts or [] if alert.supersedes),
        columns=columns,
        table=_table(columns, heard.units or []),
        names=_names(heard),
        starts=[item.period.start for item in progress],
    )


def _names(heard: Heard) -> dict[str, Said]:
    programmes, units = heard.programmes or [], heard.units or []
    return {each.code: Said(each.name_zh, each.name_en) for each in programmes} | {
        each.code: Said(each.name_zh, each.name_en) for each in units
    }


def _has_amount(item: Progress) -> bool:
    return item.amount is not None and item.status != "no_amount"


def _rows(progress: Sequence[Progress], units: Sequence[ReportingUnit]) -> list[Row]:
    place = {unit.code: n for n, unit in enumerate(units)}  # in the order of the policy, as in the table below
    by_code: dict[str, list[Progress]] = defaultdict(list)
    of_units: dict[str, list[Progress]] = defaultdict(list)
    for item in progress:
        if _has_amount(item):
            (by_code if item.unit is None else of_units)[item.code].append(item)
    rows = []
    for code in sorted(by_code):
        now, *earlier = rules.newest_first(by_code[code])
        own = [item for item in of_units[code] if item.period == now.period]
        rows.append(Row(now, earlier, sorted(own, key=lambda item: place.get(item.unit or "", len(place)))))
    return rows


def _groups(rows: Sequence[Row], progress: Sequence[Progress], programmes: Sequence[Programme]) -> list[Group]:
    """By the clause that decided; so are plain counts, and programmes that nobody counts."""
    rows_of: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        rows_of[row.now.clause].append(row)
    counted_of: dict[str, list[Counted]] = defaultdict(list)
    for item in progress:
        if item.unit is None and not _has_amount(item):
            counted_of[item.clause].append(Counted(item.programme, item))
    told = {item.programme for item in progress}
    for programme in programmes:
        if programme.code not in told:
            counted_of[programme.clause].append(Counted(programme.code))
    return [
        Group(clause, rules.item_number(clause), rows_of[clause], counted_of[clause])
        for clause in sorted(rows_of.keys() | counted_of.keys(), key=rules.clause_order)
    ]


def _latest(progress: Sequence[Progress]) -> list[Told]:
    """The milestones that moved last by the day that counts; those of one day as learnt, the highest first."""
    told = [
        Told(item, milestone) for item in progress for milestone in item.milestones if milestone.reached_on is not None
    ]
    return sorted(told, key=lambda t: (t.milestone.reached_on, t.milestone.percent), reverse=True)


def _table(columns: Sequence[Progress], units: Sequence[ReportingUnit]) -> list[tuple[str, Sequence[int | None]]]:
    """What each unit contributes to each quota; None where nothing was reported, which is not zero."""
    by_unit: dict[str, dict[int, int]] = defaultdict(dict)
    for place, column in enumerate(columns):
        for each in column.units or []:
            by_unit[each.unit][place] = each.value
    known = [unit.code for unit in units]
    codes = known + sorted(by_unit.keys() - set(known)) if columns else []
    return [(code, [by_unit[code].get(place) for place in range(len(columns))]) for code in codes]
