"""Many registrations at once: each item is taken or refused on its own."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.event import listen, remove

from services.registry.registrations.commands.amending import Amendment, amend
from services.registry.registrations.commands.registering import Shown, register
from services.registry.registrations.errors import AlreadyRegistered
from services.registry.registrations.schemas import NewRegistration, RegistrationChange
from shared.auth import Caller, Role
from shared.problems import InvalidBody, NotFound
from shared.runner import Job, Runner
from shared.trail import record
from shared.versions import Versions
from tests.registry.audit.test_audit import trail
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person, resident_number
from tests.registry.test_registrations import MISMATCH, A, faults
from tests.registry.transitions.test_workflow import DECIDED, PUBLISHED, Drafts, paths

B = "institution-b-clerk"


def test_each_item_of_a_batch_has_its_own_outcome(registry: Registry) -> None:
    items = [
        person(1),
        person(2, subject={"id_number": "360101199001010101"}),
        person(1),
        person(3, surprise=1),
        "no object",
        organisation(1),
        person(4, programme="nowhere"),
        person(5, **MISMATCH),
    ]
    answer = registry.post(A, "/v1/registrations/batch", {"items": items})
    outcomes = answer.json()["items"]
    assert answer.status_code == 200
    assert [each["index"] for each in outcomes] == list(range(8))
    assert [each["status"] for each in outcomes] == [201, 422, 409, 422, 422, 201, 422, 201]
    assert outcomes[2]["problem"]["registration_id"] == outcomes[0]["registration"]["id"]
    assert outcomes[3]["problem"]["errors"][0]["pointer"] == "/surprise"
    assert [e["registration"]["state"] for e in outcomes if e["registration"]] == [
        "recognised",
        "submitted",
        "submitted",
    ]
    kept = registry.get(A, "/v1/registrations").json()["items"]
    assert {each["id"] for each in kept} == {e["registration"]["id"] for e in outcomes if e["registration"]}
    assert len(registry.events()) == 3


@pytest.mark.parametrize("items", [[], [person()] * 1001])
def test_a_batch_holds_one_to_a_thousand_items(registry: Registry, items: list[Any]) -> None:
    answer = registry.post(A, "/v1/registrations/batch", {"items": items})
    assert {pointer for pointer, _ in faults(answer)} == {"/items"}
    assert registry.get(A, "/v1/registrations").json()["items"] == []


def test_a_batch_of_a_thousand_is_taken(registry: Registry) -> None:
    answer = registry.post(A, "/v1/registrations/batch", {"items": [person(n) for n in range(1000)]})
    assert {each["status"] for each in answer.json()["items"]} == {201}
    assert len(registry.events()) == 1000


def test_a13_a_batch_that_a_spreadsheet_cut_is_refused_as_damaged(registry: Registry) -> None:
    cut = [person(n, subject={"id_number": resident_number(n)[:15] + "000"}) for n in range(5)]
    outcomes = registry.post(A, "/v1/registrations/batch", {"items": [*cut, organisation()]}).json()["items"]
    assert [each["status"] for each in outcomes] == [422] * 5 + [201]
    assert {each["problem"]["errors"][0]["code"] for each in outcomes[:5]} == {"excel_damaged"}
    assert "excel_damaged" not in registry.post(A, "/v1/registrations/batch", {"items": cut[:4]}).text


def test_many_organisations_are_recognised_with_as_many_statements_as_few(registry: Registry) -> None:
    """Their names, which change with recognition, are looked at for all of a call together."""
    acts = [rule.action for rule in paths("review")["recognised"] if rule.action != "submit"]

    def statements(first: int, number: int) -> int:
        items = [organisation(n, "internship-bases") for n in range(first, first + number)]
        entered = registry.post(A, "/v1/registrations/batch", {"items": items}).json()["items"]
        ids, sent = [each["registration"]["id"] for each in entered], []
        listen(registry.context.database.engine, "before_cursor_execute", note := lambda *about: sent.append(about[2]))
        for action in acts:
            sent.clear()
            wanted = {"ids": ids, "action": action} | (DECIDED if action == "recognise" else {})
            items = registry.post("bureau", "/v1/registrations/transitions", wanted).json()["items"]
            assert {each["status"] for each in items} == {200}
        remove(registry.context.database.engine, "before_cursor_execute", note)
        return sum("FROM client" not in each for each in sent)

    statements(1, 1)
    assert statements(10, 6) == statements(20, 2)


def test_many_are_moved_with_as_many_statements_as_few(registry: Registry) -> None:
    """Whatever the act looks at or leaves behind is read and written once for all of a call."""
    drafts = Drafts(registry, "notice")
    acts: list[tuple[str, str, dict[str, str]]] = [
        ("bureau", "publish", PUBLISHED),
        ("bureau-2", "publish", PUBLISHED),
        ("bureau", "recognise", DECIDED),
        ("bureau", "transfer", {"to": "xihu", "reason": "搬迁", "effective_on": "2020-01-06"}),
        ("bureau", "exit", {"reason": "离昌", "effective_on": "2020-06-15"}),
        ("bureau", "readmit", {"reason": "返昌", "effective_on": "2020-09-01"}),
        ("bureau", "revoke", {"reason": "材料虚假"}),
        ("bureau-2", "revoke", {"reason": "材料虚假"}),
        ("bureau", "overturn_revocation", {"reason": "复议撤销原决定"}),
    ]

    def statements(number: int) -> list[int]:
        ids, sent, counts = [drafts.at("proposed") for _ in range(number)], [], []
        listen(registry.context.database.engine, "before_cursor_execute", note := lambda *about: sent.append(about[2]))
        for name, action, given in acts:
            sent.clear()
            wanted = {"ids": ids, "action": action} | given
            items = registry.post(name, "/v1/registrations/transitions", wanted).json()["items"]
            assert {each["status"] for each in items} <= {200, 202}
            of_the_act = [each for each in sent if "FROM client" not in each]  # which reads an old token anew
            counts.append(len(of_the_act))
        remove(registry.context.database.engine, "before_cursor_execute", note)
        return counts

    statements(1)
    assert statements(6) == statements(2)


def test_institutions_that_write_at_once_share_a_batch_and_nothing_else(registry: Registry) -> None:
    """Two institutions and the bureau in one transaction: each is judged, owned, answered and audited as its own."""
    of = {name: UUID(registry.credentials[name]["institution_id"]) for name in (A, B)}
    callers = {name: Caller(name, Role.INSTITUTION_CLERK, of[name]) for name in (A, B)}
    callers["bureau"] = Caller("bureau", Role.BUREAU_OFFICER, person="bureau")

    def job(name: str, **body: Any) -> Job:
        return Job(register, callers[name], [NewRegistration.model_validate(body)], list)

    jobs = [
        job(A, **person(1)),
        job(B, **person(2)),
        job(A, **person(3, institution_id=str(of[B]))),
        job("bureau", **person(4, institution_id=str(of[B]))),
        job(B, **person(1)),
    ]
    settled = Runner(registry.context.database, registry.context.vault, record).execute(jobs)
    outcomes = [outcome for _, (outcome,) in settled]
    assert [type(each) for each in outcomes] == [Shown, Shown, InvalidBody, Shown, AlreadyRegistered]
    assert [each.registration.institution_id for each in outcomes if isinstance(each, Shown)] == [of[A], of[B], of[B]]
    assert outcomes[4].extra == {}  # whose it is, the other institution is not told
    kept = [(each.by, each.outcome) for each in trail(registry)[-5:]]
    assert kept == [(A, "done"), (B, "done"), (A, "invalid"), ("bureau", "done"), (B, "already-registered")]
    first = outcomes[0].registration
    seen = {name: registry.get(name, f"/v1/registrations/{first.id}").status_code for name in (A, B)}
    assert seen == {A: 200, B: 404}


def test_each_amends_only_its_own_in_a_batch_of_many(registry: Registry) -> None:
    of = {name: UUID(registry.credentials[name]["institution_id"]) for name in (A, B)}
    callers = {name: Caller(name, Role.INSTITUTION_CLERK, of[name]) for name in (A, B)}
    drafts = {
        name: UUID(registry.post(name, "/v1/registrations", person(n, submit=False)).json()["id"])
        for n, name in enumerate((A, B))
    }

    def job(name: str, draft: UUID) -> Job:
        change = RegistrationChange(external_ref=f"by {name}")
        return Job(amend, callers[name], [Amendment(draft, Versions(frozenset({1})), change)], list)

    jobs = [job(A, drafts[A]), job(B, drafts[A]), job(B, drafts[B])]
    settled = Runner(registry.context.database, registry.context.vault, record).execute(jobs)
    outcomes = [outcome for _, (outcome,) in settled]
    assert [type(each) for each in outcomes] == [Shown, NotFound, Shown]
    assert [each.registration.external_ref for each in outcomes if isinstance(each, Shown)] == [f"by {A}", f"by {B}"]
