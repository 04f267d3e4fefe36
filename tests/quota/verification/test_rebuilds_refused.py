"""Rebuilds that are not filled, that lack what was known, or that make no sense."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from services.quota.counting.models import SEEN
from services.quota.verification.models import SHADOW
from shared.auth import Role
from shared.contracts.facts import Fact
from tests.quota.given import ref
from tests.quota.verification.damaged import Counted, figures, rows, teacher
from tests.quota.verification.rebuilt import Rebuilding, facts, signed


def fact(*about: Any, **more: Any) -> dict[str, Any]:
    return Fact.of(teacher(*about, **more)).model_dump(mode="json")


@pytest.mark.parametrize("lost", ["registration", "act"])
def test_a_registry_that_lost_something_takes_nothing_away(counted: Counted, lost: str) -> None:
    """A whole registration, or its last act: 409, and everything stays, also what could have been replaced."""
    database = counted.site.database
    others = [each for each in facts(counted) if each["version"] == 1]
    counted.damage(update(SEEN).where(SEEN.c.registration_id == ref(2)).values(reporting_unit="xinjian"))
    before = figures(database), facts(counted)
    rebuild = Rebuilding.begun(counted.site).filled(others if lost == "registration" else [*others, fact(1)])
    shown = rebuild.shown()["registrations"]
    assert (shown["different"], shown["behind"], shown["lost"]) == (1, 1, [str(ref(1))])
    refused = rebuild.ask("/swap")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/registry-behind")
    assert (figures(database), facts(counted)) == before
    assert counted.adjustments() == []
    assert rebuild.ask("", method="DELETE").json()["state"] == "dropped"
    assert rows(database, SHADOW) == 0


def test_nothing_half_filled_is_swapped_in(counted: Counted) -> None:
    """Before it is said that all is in, where it is not so, and where another rebuild was begun since."""
    whole = facts(counted)
    left = Rebuilding.begun(counted.site)
    assert left.ask("/facts", {"facts": whole[:1]}).status_code == 200
    assert left.ask("/filled", {"registrations": 3}).json()["type"] == "/problems/not-so-many"
    assert left.ask("/swap").json()["type"] == "/problems/not-filled"
    assert left.shown() is None

    rebuild = Rebuilding.begun(counted.site).filled(whole)
    for path, body in (("/facts", {"facts": whole}), ("/filled", {"registrations": 1}), ("/swap", None)):
        assert left.ask(path, body).json()["type"] == "/problems/rebuild-ended"
    assert rebuild.ask("/facts", {"facts": whole}).json()["type"] == "/problems/filling-over"
    assert rebuild.swapped()["adjustments"] == 0
    assert rebuild.ask("/swap").json()["type"] == "/problems/rebuild-ended"
    assert rebuild.site.get(rebuild.path, Role.BUREAU_OFFICER).json()["state"] == "swapped"


def test_w02_an_operator_alone_puts_no_figures_in_force_that_the_registry_did_not_tell(counted: Counted) -> None:
    """Facts of their own, what it told of others, what it signed long ago or for something else: nothing is kept."""
    site, own, true = counted.site, [fact(0, reporting_unit="xinjian", version=2)], [fact(0)]
    rebuild = Rebuilding.begun(site)
    issuer, token = site.issuer.settings.issuer, site.issuer.token(Role.OPERATOR)
    for facts_, signature in (
        (own, signed(site, true)),
        (true + own, signed(site, true)),
        (true, signed(site, true, exp=1)),
        (true, signed(site, true, iss=f"{issuer}x")),
        (true, signed(site, true, aud=site.issuer.settings.audience)),
        (true, signed(site, true, sha256=None)),
        (true, signed(site, true, typ="JWT")),
        (true, signed(replace(site, issuer=replace(site.issuer, kid="other")), true)),
        (true, token),
        (true, "x"),
    ):
        refused = rebuild.ask("/facts", {"facts": facts_, "signature": signature})
        assert (refused.status_code, [each["code"] for each in refused.json()["errors"]]) == (422, ["not_signed"])
    assert site.http.get("/v1/facts", headers={"Authorization": f"Bearer {signed(site, true)}"}).status_code == 401
    assert rows(site.database, SHADOW) == 0


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a character that no database holds": ({"reporting_unit": "dong\x00hu"}, "/facts/0/reporting_unit"),
    "a version beyond numbers": ({"version": 2**63}, "/facts/0/version"),
    "a version before the first": ({"version": 0}, "/facts/0/version"),
    "a state there is not": ({"state": "lost"}, "/facts/0/state"),
    "no day": ({"counted_on": "2019-02-30"}, "/facts/0/counted_on"),
}


@pytest.mark.parametrize("wrong", BAD)
def test_what_the_registry_would_not_tell_is_refused(counted: Counted, wrong: str) -> None:
    """422 with the place; nothing of the page is kept, and a good page is."""
    change, pointer = BAD[wrong]
    rebuild = Rebuilding.begun(counted.site)
    refused = rebuild.ask("/facts", {"facts": [fact(0) | change, fact(1)]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert rows(counted.site.database, SHADOW) == 0


def test_pages_that_overlap_and_requests_that_make_no_sense(counted: Counted) -> None:
    """Of a registration told twice the newer version stays, in whatever order; what is not there is 404."""
    rebuild = Rebuilding.begun(counted.site)
    for page in ([fact(0, version=2), fact(0)], [fact(0, version=3), fact(1)], [fact(0, version=2)]):
        assert rebuild.ask("/facts", {"facts": page}).status_code == 200
    with counted.site.database.reading() as session:
        kept = session.execute(select(SHADOW.c.version).order_by(SHADOW.c.version)).scalars().all()
    assert kept == [1, 3]
    bad: list[dict[str, Any]] = [{"facts": []}, {"facts": [fact(0)] * 1_001}, {"facts": [fact(0)], "more": 1}, {}]
    for body in bad:
        assert rebuild.ask("/facts", body).status_code == 422
    assert rebuild.ask("/filled", {"registrations": -1}).status_code == 422
    for reason in ({}, {"reason": " "}, {"reason": "a\x00b"}):
        assert counted.site.ask(Role.OPERATOR, "POST", "/v1/rebuilds", reason).status_code == 422
    nowhere = Rebuilding(counted.site, f"/v1/rebuilds/{ref('none')}")
    requests: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("DELETE", "", None),
        ("POST", "/swap", None),
        ("POST", "/facts", {"facts": [fact(0)]}),
    ]
    assert {nowhere.ask(path, body, method).status_code for method, path, body in requests} == {404}
