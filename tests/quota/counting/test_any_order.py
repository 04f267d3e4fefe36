"""Any order, repetition and interleaving of events, in any batches, counts and tells what a plain model does."""

from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table as SqlTable
from sqlalchemy import func, select
from sqlmodel import Session

from services.quota.counting.models import CROSSING, HEADCOUNT, LEDGER
from services.quota.counting.queries import sums
from services.quota.counting.rules.heads import NOTHING, Counts
from services.quota.figures.queries import records
from services.quota.figures.rules import by_month
from services.quota.quotas.models import QUOTA, Quota
from services.quota.tables import QuotaTable
from shared.auth import Caller, Role
from shared.contracts.policy import PolicyPack
from shared.contracts.registration import RegistrationEvent, Spell
from shared.db import Database
from tests.conftest import NewDatabase
from tests.quota.counting.plain import Plain, PlainQuota
from tests.quota.given import apply, deliver, event, nanchang

UNITS = ("donghu", "xihu", "anyi")
DAYS = [date(2018, 11, 3), date(2019, 2, 1), date(2019, 2, 1), date(2019, 8, 9), date(2020, 1, 5)]
STATES = ["submitted", "recognised", "recognised", "recognised", "suspended", "exited", "expired", "revoked", "revoked"]
# When events were told: within days and months and at their very ends, in the calendar of the bureau.
TIMES = [
    datetime(2019, 8, 31, 15, 59, 59, tzinfo=UTC),
    datetime(2019, 8, 31, 16, 0, tzinfo=UTC),
    datetime(2019, 9, 4, 2, 0, tzinfo=UTC),
    datetime(2019, 9, 4, 8, 0, tzinfo=UTC),
    datetime(2020, 2, 1, 1, 0, tzinfo=UTC),
]
AMID = TIMES[2]  # a day on which more was told later
ALWAYS = datetime(9999, 1, 1, tzinfo=UTC)
BUREAU = Caller("bureau", Role.BUREAU_OFFICER, person="bureau")
Past = dict[tuple[date, datetime], dict[tuple[str, str], Counts]]
SPAN = {"kind": "span", "label": "span", "start": "2018-01-01", "end": "2022-12-31", "basis": "operator_set"}


def small_pack() -> PolicyPack:
    """Four quotas over two programmes: by year, by class and in stock, by unit, by rounds."""
    usual: dict[str, Any] = {
        "programmes": ["skilled-workers"],
        "comparison": "at_least",
        "measure": "net_cumulative",
        "milestones": [25, 50, 75, 100],
        "period": SPAN,
    } | dict.fromkeys(("measure_word_zh", "measure_word_en", "clause", "wording_zh", "wording_en"), "-")
    both = ["skilled-workers", "highly-skilled-workers"]
    rounds = [
        {"label": "2018-2019", "start": "2018-01-01", "end": "2019-12-31", "basis": "inferred"},
        {"label": "2020-2021", "start": "2020-01-01", "end": "2021-12-31", "basis": "inferred"},
    ]
    quotas = [
        {"code": "A01", "amount": 3, "period": SPAN | {"label": "A01", "start": "2019-01-01", "end": "2019-12-31"}},
        {
            "code": "B01",
            "amount": 2,
            "programmes": both,
            "where": {"skill_level": ["1", "2"]},
            "measure": "in_stock",
            "period": SPAN | {"label": "B01"},
        },
        {"code": "C01", "amount": 1, "unit": "donghu", "programmes": both, "period": SPAN | {"label": "C01"}},
        {"code": "D01", "amount": 4, "programmes": ["hongcheng-craftsmen"]}
        | {"period": {"kind": "rounds", "rounds": rounds}},
    ]
    once = {"one": "hongcheng-craftsmen", "other": "skilled-workers", "rule": "count_once", "clause": "-"}
    content = nanchang().model_dump(mode="json") | {"quotas": [usual | quota for quota in quotas], "relations": [once]}
    return PolicyPack.model_validate(content)


def small_quotas() -> list[PlainQuota]:
    """The same quotas, one by one."""
    a, b, c, d = small_pack().quotas
    span = date(2018, 1, 1), date(2022, 12, 31)
    return [
        PlainQuota(a, "A01", date(2019, 1, 1), date(2019, 12, 31), rival="hongcheng-craftsmen"),
        PlainQuota(b, "B01", *span, rival="hongcheng-craftsmen"),
        PlainQuota(c, "C01", *span, rival="hongcheng-craftsmen"),
        PlainQuota(d, "2018-2019", date(2018, 1, 1), date(2019, 12, 31), "2018-2019", rival="skilled-workers"),
        PlainQuota(d, "2020-2021", date(2020, 1, 1), date(2021, 12, 31), "2020-2021", rival="skilled-workers"),
    ]


@st.composite
def spells(draw: st.DrawFn) -> list[Spell]:
    """The units it was with before, if it ever moved."""
    days = draw(st.one_of(st.just([]), st.lists(st.sampled_from(DAYS), max_size=2)))
    return [
        Spell(reporting_unit=draw(st.sampled_from(UNITS)), until=day, boundary=draw(st.booleans()))
        for day in sorted(days)
    ]


@st.composite
def histories(draw: st.DrawFn) -> list[RegistrationEvent]:
    """Every version of some registrations: corrected, revoked, left, moved, even to another subject."""
    events: list[RegistrationEvent] = []
    for n in range(draw(st.integers(1, 7))):
        programme = draw(st.sampled_from(["skilled-workers", "highly-skilled-workers", "hongcheng-craftsmen"]))
        subject = draw(st.sampled_from("vwxyz"))
        for version in range(1, draw(st.integers(1, 4)) + 1):
            counted_on = draw(st.sampled_from(DAYS))
            if draw(st.integers(0, 19)) == 0:
                subject = draw(st.sampled_from("vwxyz"))
            events.append(
                event(
                    draw(st.sampled_from(STATES)),
                    n,
                    version,
                    programme=programme,
                    subject_ref=event(name=subject).subject_ref,
                    counted_on=counted_on,
                    time=draw(st.sampled_from(TIMES)),
                    ended_on=draw(st.sampled_from([None, *DAYS])),
                    yields=draw(st.integers(0, 9)) == 0,
                    reporting_unit=draw(st.sampled_from(UNITS)),
                    spells=draw(spells()),
                    classes={
                        "skill_level": draw(st.sampled_from(["1", "4", None])),
                        "round": draw(st.sampled_from(["2018-2019", "2020-2021", None])),
                    },
                )
            )
    for _ in range(draw(st.integers(0, 3))):
        events += draw(joined_or_parted(events))
    return events


@st.composite
def joined_or_parted(draw: st.DrawFn, events: list[RegistrationEvent]) -> list[RegistrationEvent]:
    """Some registrations go to another subject in one act, each told by an event of its own that names them all."""
    newest = {each.registration_id: each for each in events}
    chosen = draw(st.sets(st.sampled_from(sorted(newest)), min_size=1, max_size=3))
    subject = event(name=draw(st.sampled_from("vwxyz"))).subject_ref
    moved = {each: newest[each].version + 1 for each in chosen}
    return [
        event(**newest[each].model_dump() | {"version": moved[each], "subject_ref": subject, "moved_with": moved})
        for each in sorted(chosen)
    ]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[RegistrationEvent], list[int]]:
    """A history in any order or as it was learnt, some of it more than once; and where its batches end."""
    history = draw(histories())
    again = draw(st.lists(st.sampled_from(history), max_size=6))
    order = draw(st.permutations(history + again))
    if draw(st.booleans()):
        order.sort(key=lambda each: each.time)
    ends = draw(st.sets(st.integers(1, len(order)), max_size=6))
    return order, sorted(ends | {len(order)})


@pytest.fixture
def fresh(new_database: NewDatabase) -> Callable[[], Database]:
    """Makes databases with the small pack in force, as many as are asked for."""

    def small(database: Database) -> None:
        apply(database, small_pack())

    return lambda: new_database(QuotaTable.metadata, filled=small)


SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@settings(SETTINGS, max_examples=80)
@given(deliveries())
def test_as_the_plain_model_tells_it(
    fresh: Callable[[], Database], delivery: tuple[list[RegistrationEvent], list[int]]
) -> None:
    with closing(fresh()) as database:
        as_the_plain_model_says(database, *delivery)


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
@settings(SETTINGS, max_examples=20)
@given(deliveries())
def test_on_postgresql_as_the_plain_model_tells_it(
    fresh: Callable[[], Database], delivery: tuple[list[RegistrationEvent], list[int]]
) -> None:
    with closing(fresh()) as database:
        as_the_plain_model_says(database, *delivery)


def as_the_plain_model_says(database: Database, order: list[RegistrationEvent], ends: list[int]) -> None:
    """Counters, ledger, units, any day as known at any instant, and the log of milestones are the plain model's.

    What was once shown as known at an instant stays, as long as nobody tells of anything earlier than that.
    """
    plain = Plain(small_quotas())
    start = 0
    published: Past = {}
    for end in ends:
        deliver(database, *order[start:end])
        start = end
        to_come = min((each.time for each in order[end:]), default=ALWAYS)
        published = past_of(database, [at for at in TIMES if at < to_come]) | published
    for each in order:
        plain.hear(each)
    past = past_of(database, [*TIMES, ALWAYS])
    assert {then: past[then] for then in published} == published
    with database.reading() as session:
        counters, ledger, logged = held(session, HEADCOUNT), held(session, LEDGER), log(session)
        assert session.execute(sums.lacking()).all() == []
    for quota in plain.quotas:
        heads = plain.heads(quota)
        expected = {"": Counts(*(len(heads[name]) for name in Counts._fields))}
        for unit in UNITS:
            expected[unit] = Counts(*(Counter(u for _, u in heads[name])[unit] for name in Counts._fields))
        assert {unit: counters.get((quota.label, unit), NOTHING) for unit in expected} == expected
        assert {unit: ledger.get((quota.label, unit), NOTHING) for unit in expected if unit} == {
            unit: counts for unit, counts in expected.items() if unit
        }
        assert logged[quota.label] == plain.crossings[quota.label]
        for (day, at), figures in past.items():
            known = {unit: Counts(*counts) for unit, counts in plain.known(quota, day, at).items()}
            shown = {unit: counts for (label, unit), counts in figures.items() if label == quota.label}
            assert shown == {unit: counts for unit, counts in known.items() if counts != NOTHING}
        for day in sorted(set(DAYS)):
            assert behind(database, quota, day, AMID) == plain.standing(quota, day, AMID)
        for at in (*TIMES, ALWAYS):
            assert in_the_end(database, quota, at) == past[DAYS[-1], at].get((quota.label, ""), NOTHING)


def past_of(database: Database, instants: list[datetime]) -> Past:
    """What every quota shows in every unit, as of each day and as known at each instant."""
    with database.reading() as session:
        labels: dict[UUID, str] = dict(session.execute(select(QUOTA.c.id, QUOTA.c.label)).all())
        return {
            (day, at): {
                (labels[quota], unit): counts
                for (quota, unit), counts in sums.figures(
                    session, list(labels), None, day, None if at == ALWAYS else at
                ).items()
                if counts != NOTHING
            }
            for day in sorted(set(DAYS))
            for at in instants
        }


def behind(database: Database, wanted: PlainQuota, day: date, at: datetime) -> dict[UUID, date]:
    """Who stood behind a figure as of a day and as known at an instant, and since when each counts."""
    with database.reading() as session:
        quota = labelled(session, wanted)
        rows = records.behind_the_number(session, quota, BUREAU, records.AsOf(day, at), None, 100)
    assert [row.ordinal for row in rows] == list(range(1, len(rows) + 1))
    return {row.subject_ref: row.counted_on for row in rows}


def in_the_end(database: Database, wanted: PlainQuota, at: datetime) -> Counts:
    """Where the months of a quota end, as they were known at an instant."""
    with database.reading() as session:
        learnt = records.months(session, labelled(session, wanted), None if at == ALWAYS else at)
        months = by_month(learnt)
    return months[-1].standing if months else NOTHING


def labelled(session: Session, wanted: PlainQuota) -> Quota:
    """The quota that the plain model calls by its label."""
    found: Quota = session.execute(select(Quota).where(QUOTA.c.label == wanted.label)).scalars().one()
    return found


def held(session: Session, table: SqlTable) -> dict[tuple[str, str], Counts]:
    """The sums of a table, by quota and unit."""
    sums = [func.sum(table.c[name]) for name in Counts._fields]
    statement = select(QUOTA.c.label, table.c.unit, *sums).join(QUOTA, QUOTA.c.id == table.c.quota_id)
    rows = session.execute(statement.group_by(QUOTA.c.label, table.c.unit))
    return {(label, unit): Counts(*counts) for label, unit, *counts in rows}


def log(session: Session) -> dict[str, list[tuple[int, str, int, int]]]:
    """What was told of each quota's milestones, in order."""
    columns = (QUOTA.c.label, CROSSING.c.percent, CROSSING.c.kind, CROSSING.c.value, CROSSING.c.episode)
    statement = select(*columns).join(QUOTA, QUOTA.c.id == CROSSING.c.quota_id).order_by(CROSSING.c.id)
    events: dict[str, list[tuple[int, str, int, int]]] = defaultdict(list)
    for label, *crossing in session.execute(statement):
        events[label].append((crossing[0], crossing[1], crossing[2], crossing[3]))
    return events
