"""Organisations that merge and split: titles, posts and codes follow, and all of it can be taken back."""

from typing import Any

import pytest

from shared.contracts.registration import RegistrationCancelled, RegistrationCorrected
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, organisation_code, post
from tests.registry.transitions.test_announcements import assert_facts_as_announced
from tests.registry.transitions.test_workflow import DECIDED, PUBLISHED, A

BASES, STUDIOS = "internship-bases", "skill-master-studios"
ON = "2020-06-15"
MERGER = {
    "kind": "merger", "old_uscc": organisation_code(1), "effective_on": ON, "decision_no": "洪市监〔2020〕7号",
    "successors": [{"uscc": organisation_code(2), "name": "测试单位2"}], "reason": "吸收合并",
}  # fmt: skip


def titled(registry: Registry, n: int, programme: str = BASES) -> str:
    """An organisation's recognition in a programme."""
    id_ = str(registry.post(A, "/v1/registrations", organisation(n, programme)).json()["id"])
    actions: list[tuple[str, str, dict[str, str]]] = [
        ("institution-a-reviewer", "endorse", {}), ("bureau", "pass_district", {}), ("bureau", "pass_city", {}),
    ]  # fmt: skip
    if programme == STUDIOS:
        actions += [("bureau", "propose", {}), ("bureau", "publish", PUBLISHED), ("bureau-2", "publish", PUBLISHED)]
    for name, action, given in [*actions, ("bureau", "recognise", DECIDED)]:
        answer = registry.act(name, id_, action, **given)
        assert answer.status_code in (200, 202), answer.text
    return id_


def read(registry: Registry, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = registry.get("bureau", f"/v1/registrations/{id_}").json()
    return found


def reorganised(registry: Registry, **changes: Any) -> dict[str, Any]:
    answer = registry.post("bureau", "/v1/reorganisations", MERGER | changes)
    assert answer.status_code == 201, answer.text
    done: dict[str, Any] = answer.json()
    return done


def undone(registry: Registry, done: dict[str, Any]) -> Any:
    return registry.post("bureau", f"/v1/reorganisations/{done['id']}/undo", {"reason": "登记有误"})


def test_b08_of_two_bases_one_is_left_and_the_merged_one_is_cancelled_from_that_day(registry: Registry) -> None:
    """A merged into B: B keeps one base, A's is 注销（合并）: 累计 stays, 在库 falls; undone, all is back."""
    a, b = titled(registry, 1), titled(registry, 2)
    before = [read(registry, each) for each in (a, b)]
    done = reorganised(registry)
    assert (done["collapsed"], done["carried"], done["pending"]) == ([a], [], [])
    after = read(registry, a)
    assert (after["state"], after["ended_on"], after["subject"]["status"]) == ("cancelled", ON, "merged")
    assert after["subject"]["successors"] == [{"uscc": organisation_code(2), "name": "测试单位2"}]
    assert read(registry, b) == before[1]
    event = registry.events()[-1]
    assert isinstance(event, RegistrationCancelled)
    assert (event.state, str(event.ended_on), event.counted_on) == ("cancelled", ON, event.counted_on)
    assert undone(registry, done).json()["undone_by"] == "bureau"
    restored = read(registry, a)
    changes = {"version": restored["version"], "updated_at": restored["updated_at"]}
    assert restored == before[0] | changes
    assert isinstance(registry.events()[-1], RegistrationCorrected)
    assert_facts_as_announced(registry)
    history = registry.get("bureau", f"/v1/registrations/{a}/history").json()["items"]
    assert [each["action"] for each in history[-2:]] == ["succeed", "unsucceed"]
    assert undone(registry, done).json()["type"] == "/problems/already-undone"


def test_a_title_that_the_heir_has_not_goes_to_the_heir(registry: Registry) -> None:
    """The head becomes the heir's: the same registration under another subject, told with what goes along."""
    base, studio = titled(registry, 1), titled(registry, 1, STUDIOS)
    heirs = titled(registry, 2)
    done = reorganised(registry)
    assert (done["collapsed"], done["carried"]) == ([base], [studio])
    heir = read(registry, heirs)["subject_ref"]
    assert (read(registry, studio)["subject_ref"], read(registry, studio)["state"]) == (heir, "recognised")
    outcome = {str(event.registration_id): event for event in registry.events()}
    assert list(outcome[studio].moved_with) == [outcome[studio].registration_id]
    again = registry.post(A, "/v1/registrations", organisation(2, STUDIOS))
    assert again.json()["type"] == "/problems/already-registered"
    found = registry.get("bureau", f"/v1/registrations?q={organisation_code(1)}").json()["items"]
    assert {each["id"] for each in found} == {base, studio}
    undone(registry, done)
    assert read(registry, studio)["subject_ref"] == read(registry, base)["subject_ref"] != heir
    assert_facts_as_announced(registry)


def test_a_code_that_ended_names_its_successor(registry: Registry) -> None:
    """After that day refused, with the code to use; a fact of before waits for an officer's eyes."""
    registry.post(A, "/v1/registrations", organisation(1, submit=False))
    done = reorganised(registry)
    late = registry.post(A, "/v1/registrations", organisation(1, BASES, fact_date=ON))
    (fault,) = late.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/subject/uscc", "retired_code")
    assert f"测试单位2（{organisation_code(2)}）" in fault["detail"]
    hosted = registry.post(A, "/v1/registrations", post(1, fact_date=ON)).json()["errors"]
    assert [(each["pointer"], each["code"]) for each in hosted] == [("/subject/host_uscc", "retired_code")]
    tried = registry.post(A, f"/v1/programmes/{BASES}/check", organisation(1, BASES, fact_date=ON)).json()
    assert (tried["verdict"], tried["reasons"][0]["code"]) == ("refused", "retired_code")
    early = registry.post(A, "/v1/registrations", organisation(1, BASES)).json()
    assert [each["code"] for each in early["warnings"]] == ["retired_code"]
    assert reorganise_again(registry) == "organisation-ended"
    assert undone(registry, done).status_code == 200
    registry.act("bureau", early["id"], "reject", reason="改报")
    assert registry.post(A, "/v1/registrations", organisation(1, BASES, fact_date=ON)).json()["warnings"] == []


def reorganise_again(registry: Registry) -> str:
    """Why what ended cannot end again; whom it would have gone to is not written down."""
    unheard_of = [{"uscc": organisation_code(8), "name": "测试单位8"}]
    refused = registry.post("bureau", "/v1/reorganisations", MERGER | {"successors": unheard_of})
    assert (refused.status_code, refused.json()["organisations"]) == (409, [organisation_code(1)])
    assert registry.get("bureau", f"/v1/organisations/{organisation_code(8)}").status_code == 404
    return str(refused.json()["type"].removeprefix("/problems/"))


def test_posts_outlive_their_host_and_go_to_its_successor(registry: Registry) -> None:
    """The post is the same under its new host: whoever registers it there is told that it is."""
    registry.post(A, "/v1/registrations", organisation(1, submit=False))
    held = registry.post(A, "/v1/registrations", post(1)).json()
    done = reorganised(registry)
    assert (done["posts"], read(registry, held["id"])["subject"]["host_uscc"]) == (1, organisation_code(2))
    same = registry.post(A, "/v1/registrations", post(1, subject={"host_uscc": organisation_code(2)}))
    assert same.json()["type"] == "/problems/already-registered"
    undone(registry, done)
    assert read(registry, held["id"])["subject"] == held["subject"]


def test_a_split_leaves_the_titles_or_gives_them_to_the_heir_that_is_named(registry: Registry) -> None:
    base = titled(registry, 1)
    parts = [{"uscc": organisation_code(n), "name": f"测试单位{n}"} for n in (3, 4)]
    split = {"kind": "split", "successors": parts}
    refused = registry.post("bureau", "/v1/reorganisations", MERGER | split).json()["errors"]
    assert [each["code"] for each in refused] == ["heir_needed"]
    survives = reorganised(registry, **split, continues=True)
    assert (survives["heir"], survives["carried"]) == (None, [])
    assert read(registry, base)["subject"]["status"] == "active"
    done = reorganised(registry, **split, heir_uscc=organisation_code(4))
    assert (done["heir"]["uscc"], done["carried"]) == (organisation_code(4), [base])
    subject = read(registry, base)["subject"]
    assert (subject["status"], [each["name"] for each in subject["successors"]]) == (
        "split",
        ["测试单位3", "测试单位4"],
    )


def test_what_was_built_upon_a_merger_is_undone_first(registry: Registry) -> None:
    """The heir merged in its turn: only the last of the two can be taken back."""
    studio = titled(registry, 1, STUDIOS)
    first = reorganised(registry)
    third = [{"uscc": organisation_code(3), "name": "测试单位3"}]
    second = reorganised(registry, old_uscc=organisation_code(2), successors=third, effective_on="2021-03-01")
    assert second["carried"] == [studio]
    assert undone(registry, first).json()["type"] == "/problems/acted-on-since"
    assert [undone(registry, each).status_code for each in (second, first)] == [200, 200]
    assert read(registry, studio)["subject_ref"] == read(registry, titled(registry, 1))["subject_ref"]


def test_a_branch_has_its_own_code_and_a_parent(registry: Registry) -> None:
    """分公司 and 校区 are registered by their own code; no organisation is its own branch's branch."""
    head, branch = (organisation_code(n) for n in (1, 2))
    for n in (1, 2):
        registry.post(A, "/v1/registrations", organisation(n, submit=False))
    path = f"/v1/organisations/{branch}/parent"
    outcome = registry.ask("bureau", "PUT", path, {"parent_uscc": head}).json()
    assert (outcome["parent"]["uscc"], outcome["branches"]) == (head, [])
    above = registry.get("auditor", f"/v1/organisations/{head}").json()
    assert [each["uscc"] for each in above["branches"]] == [branch]
    refused = registry.ask("bureau", "PUT", f"/v1/organisations/{head}/parent", {"parent_uscc": branch})
    assert [each["code"] for each in refused.json()["errors"]] == ["own_branch"]
    assert registry.ask("bureau", "PUT", path, {"parent_uscc": None}).json()["parent"] is None
    assert registry.get("bureau", f"/v1/organisations/{organisation_code(9)}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"old_uscc": "X"}, "/old_uscc", "wrong_length"),
        ({"old_uscc": organisation_code(9)}, "/old_uscc", "organisation_unknown"),
        ({"successors": [*MERGER["successors"], *MERGER["successors"]]}, "/successors", "one_successor"),
        ({"old_uscc": organisation_code(2)}, "/successors", "twice"),
        ({"effective_on": "2150-01-01"}, "/effective_on", "in_future"),
    ],
)
def test_a_reorganisation_that_cannot_be_is_refused_by_field(
    registry: Registry, changes: dict[str, Any], pointer: str, code: str
) -> None:
    refused = registry.post("bureau", "/v1/reorganisations", MERGER | changes)
    assert refused.status_code == 422
    assert (pointer, code) in [(each["pointer"], each["code"]) for each in refused.json()["errors"]]
