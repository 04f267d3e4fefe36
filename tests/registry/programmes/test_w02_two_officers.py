"""Rules change by two officers, who see the difference; a registration keeps the workflow it began with."""

from copy import deepcopy
from typing import Any

from tests.registry.conftest import PACK_OF_NANCHANG, Registry
from tests.registry.programmes.test_policy import TINY
from tests.registry.subjects import person
from tests.registry.transitions.test_notices import AFTER
from tests.registry.transitions.test_workflow import PUBLISHED, Drafts

BUREAU, SECOND, A = "bureau", "bureau-2", "institution-a-clerk"


def changed(programme: str = "hongcheng-craftsmen", **changes: Any) -> dict[str, Any]:
    """The pack of Nanchang with one programme otherwise."""
    pack = deepcopy(PACK_OF_NANCHANG)
    for each in pack["programmes"]:
        each.update(changes if each["code"] == programme else {})
    return pack


def with_amount(amount: int) -> dict[str, Any]:
    pack = deepcopy(PACK_OF_NANCHANG)
    pack["quotas"][0]["amount"] = amount
    return pack


DIRECT = changed(workflow="direct", notice_working_days=None)


def put(registry: Registry, name: str, pack: Any, query: str = "") -> Any:
    return registry.ask(name, "PUT", f"/v1/policy{query}", pack)


def workflow(registry: Registry) -> str:
    return str(registry.get(BUREAU, "/v1/programmes/hongcheng-craftsmen").json()["workflow"])


def lines(answer: Any) -> set[tuple[str, str, str, Any, Any]]:
    return {(each["part"], each["code"], each["field"], each["before"], each["after"]) for each in answer["difference"]}


def test_w02_a_workflow_changes_by_two_officers_who_see_what_changes(registry: Registry) -> None:
    first = put(registry, BUREAU, DIRECT)
    assert (first.status_code, first.json()["awaiting"]) == (202, "second_officer")
    difference = {
        ("programmes", "hongcheng-craftsmen", "workflow", "notice", "direct"),
        ("programmes", "hongcheng-craftsmen", "notice_working_days", 5, None),
    }
    assert lines(first.json()) == difference
    assert put(registry, BUREAU, DIRECT).status_code == 202
    assert workflow(registry) == "notice"
    shown = registry.get(SECOND, "/v1/policy").json()
    (proposal,) = shown["proposals"]
    assert (shown["awaiting"], proposal["by"], proposal["void"]) == ("second_officer", "bureau", False)
    assert lines(proposal) == difference
    done = put(registry, SECOND, DIRECT)
    assert (done.status_code, done.json()["awaiting"], workflow(registry)) == (200, None, "direct")
    shown = registry.get("auditor", "/v1/policy").json()
    assert (shown["awaiting"], shown["proposals"]) == (None, [])
    last = shown["history"][0]
    assert (last["by"], last["second_by"], lines(last)) == ("bureau", "bureau-2", difference)
    assert [(each["applied_by"], each["seconded_by"]) for each in shown["documents"]] == [("bureau", "bureau-2")]


def test_w02_an_amount_of_the_pack_is_a_change_like_any_other(registry: Registry) -> None:
    was = PACK_OF_NANCHANG["quotas"][0]
    first = put(registry, BUREAU, with_amount(1))
    assert first.status_code == 202
    assert lines(first.json()) == {("quotas", was["code"], "amount", was["amount"], 1)}
    assert put(registry, SECOND, with_amount(1)).status_code == 200
    assert put(registry, BUREAU, with_amount(1)).json()["difference"] == []


def test_w02_another_content_and_a_policy_that_changed_meanwhile_start_anew(registry: Registry) -> None:
    assert put(registry, BUREAU, DIRECT).status_code == 202
    assert put(registry, SECOND, with_amount(1)).status_code == 202
    assert put(registry, BUREAU, DIRECT).status_code == 202
    assert put(registry, SECOND, TINY).status_code == 202
    assert put(registry, BUREAU, TINY).status_code == 200  # another document came into force
    assert registry.get(BUREAU, "/v1/policy").json()["proposals"][0]["void"] is True
    assert put(registry, SECOND, DIRECT).status_code == 202
    assert workflow(registry) == "notice"
    assert put(registry, BUREAU, DIRECT).status_code == 200


def test_w02_a_dry_run_proposes_nothing_and_confirms_nothing(registry: Registry) -> None:
    tried = put(registry, BUREAU, DIRECT, "?dry_run=true")
    assert (tried.status_code, tried.json()["awaiting"], len(tried.json()["difference"])) == (200, None, 2)
    assert put(registry, SECOND, DIRECT).status_code == 202
    assert put(registry, BUREAU, DIRECT, "?dry_run=true").status_code == 200
    assert workflow(registry) == "notice"


def test_w02_what_was_changed_is_on_the_trail(registry: Registry) -> None:
    for name in (BUREAU, SECOND):
        put(registry, name, DIRECT)
    entries = registry.get("auditor", "/v1/audit?action=apply_policy&limit=1000").json()["items"][-2:]
    assert [(each["by"], each["outcome"]) for each in entries] == [("bureau", "awaiting"), ("bureau-2", "done")]
    assert all("workflow: notice → direct" in each["purpose"] for each in entries)
    history = registry.get("auditor", "/v1/policy").json()["history"][0]
    assert history["digest_before"] in entries[-1]["purpose"]


def test_w02_what_is_under_way_keeps_its_workflow(registry: Registry) -> None:
    """Notice to direct: a craftsman proposed before goes through the notice; one who comes afterwards does not."""
    drafts = Drafts(registry, "notice")
    proposed, draft = drafts.at("proposed"), drafts.at("draft")
    registry.put_policy(DIRECT).raise_for_status()
    for name in (BUREAU, SECOND):
        noticed = registry.act(name, proposed, "publish", **PUBLISHED)
    assert (noticed.status_code, noticed.json()["state"]) == (200, "on_notice"), noticed.text
    assert noticed.json()["notice_last_day"] is not None
    assert registry.act(A, draft, "submit").status_code == 200
    fresh = person(88, "hongcheng-craftsmen", subject={"gender": "female"})
    for each in (draft, registry.post(A, "/v1/registrations", fresh).json()["id"]):
        assert registry.act(BUREAU, each, "endorse").json()["open"][0] == "recognise"
        assert registry.act(BUREAU, each, "recognise", reason="核对无误").json()["state"] == "recognised"
    registry.put_policy(PACK_OF_NANCHANG).raise_for_status()
    decided = {"decision_no": "洪人社字〔2019〕1号", "decision_date": "2019-12-20"}
    assert registry.act(BUREAU, proposed, "recognise", **decided).json()["state"] == "recognised"


def test_w02_a_calendar_changes_by_two_officers_who_see_which_notices_move(registry: Registry) -> None:
    def decree(name: str, body: Any) -> Any:
        return registry.ask(name, "PUT", "/v1/calendar/2020", body, If_Match='"0"')

    first = decree(BUREAU, AFTER)
    assert (first.status_code, first.json()["awaiting"]) == (202, "second_officer")
    assert decree(BUREAU, AFTER).status_code == 202
    assert registry.get("leader", "/v1/calendar/2020").json()["source"] == "package"
    other = AFTER | {"document_no": "国办发明电〔2020〕9号"}
    assert decree(SECOND, other).status_code == 202
    assert decree(SECOND, AFTER).status_code == 202
    assert decree(BUREAU, AFTER).status_code == 200
    assert registry.get("leader", "/v1/calendar/2020").json()["document_no"] == AFTER["document_no"]
