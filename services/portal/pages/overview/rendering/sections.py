"""The page as it is laid out: groups, rows, milestones, alerts and units, from what the services answered."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.portal.client.progress import MilestoneAnswer, ProgrammeAnswer, ProgressAnswer, UnitAnswer
from services.portal.pages.overview import rules
from services.portal.pages.overview.queries import OverviewAnswers
from services.portal.shell.figures import names_of, result
from shared.problems import Said

HELD = ("reached", "regained")
LATEST = 10  # milestones shown
MOST_BEHIND = 3  # targets named on the card of the pace


@dataclass(frozen=True)
class QuotaRow:
    """One quota of the city: the period that runs, the earlier ones, and what units were given as their own."""

    now: ProgressAnswer
    earlier: Sequence[ProgressAnswer] = ()
    of_units: Sequence[ProgressAnswer] = ()


@dataclass(frozen=True)
class PlainCount:
    """What has no amount: a plain count (其中, 只计数), or a programme that nobody counts (`count` None)."""

    programme: str
    count: ProgressAnswer | None = None


@dataclass(frozen=True)
class PolicyItem:
    """An item of the policy with its quotas and its plain counters."""

    clause: str
    number: str
    rows: Sequence[QuotaRow]
    counted: Sequence[PlainCount]


@dataclass(frozen=True)
class MovedMilestone:
    """A milestone of one quota, for the list of the latest."""

    quota: ProgressAnswer
    milestone: MilestoneAnswer


@dataclass(frozen=True)
class Overview:
    """Everything on the page."""

    answers: OverviewAnswers
    as_of: date
    known_at: datetime | None
    groups: Sequence[PolicyItem] = ()
    results: Counter[str] = field(default_factory=Counter)
    lamps: Counter[str] = field(default_factory=Counter)
    behind: Sequence[ProgressAnswer] = ()
    latest: Sequence[MovedMilestone] = ()
    newest: MovedMilestone | None = None
    parked: int = 0
    waiting: int = 0
    replaced: frozenset[object] = frozenset()
    columns: Sequence[ProgressAnswer] = ()
    table: Sequence[tuple[str, Sequence[int | None]]] = ()
    names: Mapping[str, Said] = field(default_factory=dict)
    starts: Sequence[date] = ()


def overview(answers: OverviewAnswers, as_of: date) -> Overview:
    """Lay out the page."""
    progress = answers.progress or []
    rows = _rows(progress, answers.units or [])
    columns = [row.now for row in rows if row.now.units is not None]
    latest = _latest(progress)
    return Overview(
        answers=answers,
        as_of=progress[0].as_of if progress else as_of,
        known_at=progress[0].known_at if progress else None,
        groups=_groups(rows, progress, answers.programmes or []),
        results=Counter(result(row.now.status) for row in rows),
        lamps=Counter(row.now.pace.lamp if row.now.pace else "none" for row in rows),
        behind=_behind([row.now for row in rows]),
        latest=latest[:LATEST],
        newest=next((each for each in latest if each.milestone.state in HELD), None),
        parked=max((item.parked for item in progress), default=0),
        waiting=sum(alert.state == "open" for alert in answers.alerts or []),
        replaced=frozenset(alert.supersedes for alert in answers.alerts or [] if alert.supersedes),
        columns=columns,
        table=_table(columns, answers.units or []),
        names=names_of(answers.programmes, answers.units),
        starts=[item.period.start for item in progress],
    )


def _rows(progress: Sequence[ProgressAnswer], units: Sequence[UnitAnswer]) -> list[QuotaRow]:
    place = {unit.code: n for n, unit in enumerate(units)}  # in the order of the policy, as in the table below
    by_code: dict[str, list[ProgressAnswer]] = defaultdict(list)
    of_units: dict[str, list[ProgressAnswer]] = defaultdict(list)
    for item in progress:
        if item.has_amount:
            (by_code if item.unit is None else of_units)[item.code].append(item)
    rows = []
    for code in sorted(by_code):
        now, *earlier = rules.newest_first(by_code[code])
        own = [item for item in of_units[code] if item.period == now.period]
        rows.append(QuotaRow(now, earlier, sorted(own, key=lambda item: place.get(item.unit or "", len(place)))))
    return rows


def _groups(
    rows: Sequence[QuotaRow], progress: Sequence[ProgressAnswer], programmes: Sequence[ProgrammeAnswer]
) -> list[PolicyItem]:
    """By the clause that decided; so are plain counts, and programmes that nobody counts."""
    rows_of: dict[str, list[QuotaRow]] = defaultdict(list)
    for row in rows:
        rows_of[row.now.clause].append(row)
    counted_of: dict[str, list[PlainCount]] = defaultdict(list)
    for item in progress:
        if item.unit is None and not item.has_amount:
            counted_of[item.clause].append(PlainCount(item.programme, item))
    known = {item.programme for item in progress}
    for programme in programmes:
        if programme.code not in known:
            counted_of[programme.clause].append(PlainCount(programme.code))
    return [
        PolicyItem(clause, rules.item_number(clause), rows_of[clause], counted_of[clause])
        for clause in sorted(rows_of.keys() | counted_of.keys(), key=rules.clause_order)
    ]


def _behind(quotas: Sequence[ProgressAnswer]) -> list[ProgressAnswer]:
    """Those that are furthest behind their pace and not green, the worst first."""
    late = [(float(each.pace.ahead_points), each) for each in quotas if each.pace and each.pace.lamp != "green"]
    return [each for _, each in sorted(late, key=lambda one: one[0])[:MOST_BEHIND]]


def _latest(progress: Sequence[ProgressAnswer]) -> list[MovedMilestone]:
    """The milestones that moved last by the day that counts; those of one day as learnt, the highest first."""
    moved = [
        MovedMilestone(item, milestone)
        for item in progress
        for milestone in item.milestones
        if milestone.reached_on is not None
    ]
    return sorted(moved, key=lambda each: (each.milestone.reached_on, each.milestone.percent), reverse=True)


def _table(columns: Sequence[ProgressAnswer], units: Sequence[UnitAnswer]) -> list[tuple[str, Sequence[int | None]]]:
    """What each unit contributes to each quota; None where nothing was reported, which is not zero."""
    by_unit: dict[str, dict[int, int]] = defaultdict(dict)
    for place, column in enumerate(columns):
        for each in column.units or []:
            by_unit[each.unit][place] = each.value
    known = [unit.code for unit in units]
    codes = known + sorted(by_unit.keys() - set(known)) if columns else []
    return [(code, [by_unit[code].get(place) for place in range(len(columns))]) for code in codes]
