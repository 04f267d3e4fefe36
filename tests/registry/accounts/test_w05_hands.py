"""Who had a hand in a credential: nobody approves what they issued, nor decides on what was written with it."""

from typing import Any

import pytest

from tests.registry.accounts.issued import issued, token_answer
from tests.registry.conftest import Registry
from tests.registry.subjects import person

CUT = "360101198501012000"  # damaged, so that it waits for a look
OFFICERS = ("bureau", "bureau-2", "bureau-3")
# Who issued the clerk's client, who approved it, who gave it a new secret.
HANDS = {
    "issued": ("bureau", "bureau-3", None),
    "approved": ("operator", "bureau", None),
    "rotated": ("operator", "bureau-3", "bureau"),
}


def with_hand(registry: Registry, act: str) -> dict[str, Any]:
    """A registration that waits for an officer, written with a credential in which `bureau` had a hand."""
    issuer, approver, rotator = HANDS[act]
    path = issued(registry, issuer)
    assert registry.post(approver, f"{path}/approve").status_code == 200
    if rotator:
        registry.credentials["new-clerk"] = registry.post(rotator, f"{path}/rotate").json()
    written = registry.post("new-clerk", "/v1/registrations", person(subject={"id_number": CUT}))
    assert (written.status_code, written.json()["state"]) == (201, "submitted"), written.text
    return dict(written.json())


def test_w05_until_another_approves_it_a_credential_is_good_for_nothing(registry: Registry) -> None:
    path = issued(registry, "operator")
    unknown = registry.http.post("/oauth/token", data={"grant_type": "client_credentials", "client_id": "x"})
    refused = token_answer(registry, "new-clerk")
    assert (refused.status_code, {**refused.json(), "instance": None}) == (401, {**unknown.json(), "instance": None})
    assert registry.post("operator", f"{path}/approve").status_code == 403
    approved = registry.post("bureau", f"{path}/approve")
    assert (approved.status_code, bool(approved.json()["approved_at"])) == (200, True)
    assert token_answer(registry, "new-clerk").status_code == 200
    again = registry.post("bureau-2", f"{path}/approve")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-approved")


def test_w05_who_issued_it_or_knows_its_secret_approves_nothing(registry: Registry) -> None:
    path = issued(registry, "bureau")
    assert registry.post("bureau-2", f"{path}/rotate").status_code == 200
    for officer in ("bureau", "bureau-2"):
        refused = registry.post(officer, f"{path}/approve")
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/another-approves")
    assert token_answer(registry, "new-clerk").status_code == 401
    assert registry.post("bureau-3", f"{path}/approve").status_code == 200
    assert registry.ask("operator", "DELETE", path).status_code == 200
    assert registry.post("bureau-3", f"{path}/approve").status_code == 404


@pytest.mark.parametrize("act", HANDS)
def test_w05_who_had_a_hand_in_a_credential_decides_on_nothing_it_wrote(registry: Registry, act: str) -> None:
    written = with_hand(registry, act)
    for action in ("recognise", "return", "reject"):
        refused = registry.act("bureau", written["id"], action, reason="核对")
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/had-a-hand"), action
    assert registry.act("bureau-2", written["id"], "recognise", reason="核对").status_code == 200
    for action in ("suspend", "revoke"):
        assert registry.act("bureau", written["id"], action, reason="核对").status_code == 409
    assert registry.get("bureau", f"/v1/registrations/{written['id']}").status_code == 200


def test_w05_nor_on_whether_its_people_are_one(registry: Registry) -> None:
    written = with_hand(registry, "issued")
    other = registry.post("institution-b-clerk", "/v1/registrations", person(7)).json()
    sides = {"one": written["subject_ref"], "other": other["subject_ref"], "reason": "姓名相同"}
    case = registry.post("bureau", "/v1/duplicates", sides).json()["id"]
    decision = {"decision": "same", "reason": "核对"}
    refused = registry.post("bureau", f"/v1/duplicates/{case}/decision", decision)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/had-a-hand")
    assert registry.post("bureau-2", f"/v1/duplicates/{case}/decision", decision).status_code == 200
    assert registry.post("bureau", f"/v1/duplicates/{case}/undo", {"reason": "核对"}).status_code == 409
    assert registry.post("bureau-2", f"/v1/duplicates/{case}/undo", {"reason": "核对"}).status_code == 200
