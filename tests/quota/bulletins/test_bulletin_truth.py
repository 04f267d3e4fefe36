"""Bulletins under any history: what was published stays, and what is revised is a recount from scratch."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.quota.bulletins import commands
from services.quota.bulletins.commands import ProposedBulletin, PublishedBulletin
from services.quota.bulletins.models import BULLETIN, Bulletin
from services.quota.bulletins.rules import hash_of
from services.quota.bulletins.schemas import Content, NewBulletin, content_of
from services.quota.tables import QuotaTable
from shared.contracts.registration import RegistrationEvent
from shared.db import Database
from shared.operations import Call
from tests.conftest import NewDatabase
from tests.quota.counting.plain import NOTHING, Plain, PlainQuota
from tests.quota.counting.test_any_order import ALWAYS, deliveries, small_pack, small_quotas
from tests.quota.given import BUREAU, apply, deliver

EDITIONS = ["2018-11", "2019-02", "2019-08", "2020-01", "2019"]
SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Delivered = tuple[list[RegistrationEvent], list[int]]


@pytest.fixture
def fresh(new_database: NewDatabase) -> Callable[[], Database]:
    """Makes databases with the small pack in force, as many as are asked for."""

    def small(database: Database) -> None:
        apply(database, small_pack())

    return lambda: new_database(QuotaTable.metadata, filled=small)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@settings(SETTINGS, max_examples=40)
@given(deliveries(), st.lists(st.sampled_from(EDITIONS), min_size=1, max_size=8))
def test_as_published_stays_and_as_revised_is_a_recount(
    fresh: Callable[[], Database], delivery: Delivered, editions: list[str]
) -> None:
    as_published_stays_and_as_revised_is_a_recount(fresh(), delivery, editions)


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
@settings(SETTINGS, max_examples=8)
@given(deliveries(), st.lists(st.sampled_from(EDITIONS), min_size=1, max_size=8))
def test_on_postgresql_as_published_stays_and_as_revised_is_a_recount(
    fresh: Callable[[], Database], delivery: Delivered, editions: list[str]
) -> None:
    as_published_stays_and_as_revised_is_a_recount(fresh(), delivery, editions)


def as_published_stays_and_as_revised_is_a_recount(
    database: Database, delivery: Delivered, editions: list[str]
) -> None:
    """Every edition tells what a plain recount tells at its moment, and restates exactly what is another figure now."""
    order, ends = delivery
    plain = Plain(small_quotas())
    published: dict[str, str] = {}
    start = 0
    for n, end in enumerate(ends):
        deliver(database, *order[start:end])
        for each in order[start:end]:
            plain.hear(each)
        start = end
        bulletin = publish(database, editions[n % len(editions)])
        content = content_of(bulletin)
        assert figures(content) == {
            quota.label: counted(plain, quota, content.as_of)
            for quota in plain.quotas
            if quota.quota.unit is None and quota.first <= content.as_of and quota.last >= content.start
        }
        assert_restated(plain, content, published)
        published[str(bulletin.id)] = bulletin.content
    with database.reading() as session:
        kept = {str(row.id): (row.content, row.sha256) for row in session.execute(BULLETIN.select())}
    database.close()
    assert {identity: content for identity, (content, _) in kept.items()} == published
    assert all(hash_of(content) == sha256 for content, sha256 in kept.values())


def publish(database: Database, edition: str) -> Bulletin:
    with database.writing() as session:
        (done,) = commands.publish(session, [Call(ProposedBulletin(NewBulletin(edition=edition), False), BUREAU)])
    assert isinstance(done, PublishedBulletin)
    return done.bulletin


def figures(content: Content) -> dict[str, int | None]:
    return {line.period: line.value for line in content.city}


def counted(plain: Plain, quota: PlainQuota, day: date) -> int:
    """A figure as of a day, counted anew with everything heard of."""
    _, net, in_stock = plain.known(quota, day, ALWAYS).get("", NOTHING)
    return in_stock if quota.quota.measure == "in_stock" else net


def assert_restated(plain: Plain, content: Content, published: dict[str, str]) -> None:
    """What the edition before said is now another figure by exactly what is restated, and by nothing else."""
    if content.previous is None:
        assert content.restatements == []
        return
    before = Content.model_validate_json(published[str(content.previous.id)])
    restated = {each.period: each for each in content.restatements}
    for quota in plain.quotas:
        if quota.label not in figures(before):
            continue
        now = counted(plain, quota, before.as_of)
        was = figures(before)[quota.label]
        if quota.label in restated:
            one = restated[quota.label]
            assert (one.published, one.revised) == (was, now)
            assert now - (was or 0) == sum(each.change for each in one.causes) == sum(each.change for each in one.units)
        else:
            assert was == now
