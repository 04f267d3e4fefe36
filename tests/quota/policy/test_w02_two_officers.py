"""A policy's amounts change by two officers, on quota's own way in too."""

from services.quota.policy.commands import applying as policy
from services.quota.policy.commands.applying import AppliedPack, ProposedPack
from services.quota.quotas.models import AppliedDocument
from shared.auth import Caller
from shared.contracts.policy import PolicyPack
from shared.db import Database
from shared.operations import Call
from tests.quota.conftest import Site
from tests.quota.given import BUREAU, SECOND, apply, define, nanchang
from tests.quota.policy.decided import edited, quotas

LOWERED = edited("T12", amount=1)


def put(database: Database, pack: PolicyPack, officer: Caller, *, dry_run: bool = False) -> AppliedPack:
    with database.writing() as session:
        (outcome,) = policy.apply(session, [Call(ProposedPack(pack, dry_run), officer)])
    assert isinstance(outcome, AppliedPack)
    return outcome


def test_w02_an_amount_of_the_policy_takes_two_officers(city: Database) -> None:
    (before,) = quotas(city, "T12")
    for officer in (BUREAU, BUREAU):
        first = put(city, LOWERED, officer)
        assert first.awaiting
        assert [each.terms.amount for each in first.changes] == [1]
    assert not put(city, LOWERED, SECOND, dry_run=True).awaiting
    assert quotas(city, "T12")[0].amount == before.amount
    assert put(city, edited("T12", amount=2), SECOND).awaiting
    assert put(city, LOWERED, SECOND).awaiting  # what one proposes last is what waits
    assert not put(city, LOWERED, BUREAU).awaiting
    assert quotas(city, "T12")[0].amount == 1
    with city.reading() as session:
        kept = session.get_one(AppliedDocument, nanchang().document.number)
        assert (kept.applied_by, kept.seconded_by) == ("bureau-2", "bureau")


def test_w02_a_quota_decided_on_meanwhile_starts_it_anew(city: Database) -> None:
    assert put(city, LOWERED, BUREAU).awaiting
    define(city, amount=3)
    assert put(city, LOWERED, SECOND).awaiting
    assert not put(city, LOWERED, BUREAU).awaiting


def test_w02_the_first_document_of_all_is_in_force_at_once_and_a_word_of_it_is_a_change(empty: Database) -> None:
    assert not put(empty, nanchang(), BUREAU).awaiting
    assert not put(empty, nanchang(), BUREAU).awaiting
    programmes = [each.model_copy(update={"name_zh": f"{each.name_zh}甲"}) for each in nanchang().programmes]
    assert put(empty, nanchang().model_copy(update={"programmes": programmes}), BUREAU).awaiting
    assert apply(empty).changes == []


def test_w02_over_http_it_is_202_and_then_200(site: Site) -> None:
    body = LOWERED.model_dump(mode="json")
    first = site.ask("bureau", "PUT", "/v1/policy", body)
    assert (first.status_code, first.json()["awaiting"]) == (202, "second_officer")
    assert "→ 1" in first.json()["changes"][0]["detail"]
    second = site.ask("bureau-2", "PUT", "/v1/policy", body)
    assert (second.status_code, "awaiting" in second.json()) == (200, False)
