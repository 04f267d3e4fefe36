"""Lists of decisions (办理清单): tried, carried out, approved by a second officer, imported again and taken back."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.registry.accounts.test_own_clients import given
from tests.registry.caps import cap
from tests.registry.conftest import Registry
from tests.registry.imports.files import A, counts, csv_of, imported, number, read, row, run, upload
from tests.registry.places import Places

HEADER = ("姓名", "证件号码", "人才计划", "办理事项", "文号", "日期", "生效日期", "理由")
NUMBER = "洪人才〔2019〕7号"


def listed(n: int, action: str, **cells: str) -> dict[str, str]:
    """A row of a list, about the n-th person."""
    usual = {
        "姓名": "赵植树",
        "证件号码": number(n),
        "人才计划": "youth-intake",
        "办理事项": action,
        "理由": "会议决定",
    }
    return dict.fromkeys(HEADER, "") | usual | cells


def brought(registry: Registry, rows: Iterable[dict[str, str]], name: str = "bureau", **query: Any) -> dict[str, Any]:
    """A list after the worker has done with it."""
    answer = upload(registry, csv_of(rows, HEADER), name, kind="transitions", programme="", **query)
    assert answer.status_code == 202, answer.text
    run(registry)
    return read(registry, answer.json()["id"], name)


@pytest.fixture
def known(registry: Registry) -> list[str]:
    """The ids of two people who are recognised."""
    return [registry.register(id_number=number(n)).json()["id"] for n in (1, 2)]


def states(registry: Registry, ids: Iterable[str]) -> list[str]:
    return [registry.get("bureau", f"/v1/registrations/{each}").json()["state"] for each in ids]


def test_a_list_is_tried_carried_out_and_the_same_again_is_unchanged(registry: Registry, known: list[str]) -> None:
    rows = [listed(1, "暂停"), listed(2, "退出", 生效日期="2020-01-01"), listed(3, "暂停"), listed(2, "没有的事")]
    tried = brought(registry, rows, dry_run="true")
    assert (tried["state"], counts(tried)) == ("previewed", (2, 0, 0, 2))
    assert states(registry, known) == ["recognised"] * 2
    assert [(each["row"], each["column"], each["code"]) for each in tried["problems"]] == [
        (4, "B", "unknown"),
        (5, "D", "not_a_choice"),
    ]
    registry.post("bureau", f"/v1/imports/{tried['id']}/commit")
    run(registry)
    done = read(registry, tried["id"], "bureau")
    assert (counts(done), states(registry, known)) == ((2, 0, 0, 2), ["suspended", "exited"])
    assert {str(each.cause) for each in registry.events()[2:]} == {tried["id"]}
    assert counts(brought(registry, rows)) == (0, 2, 0, 2)


def test_a_list_says_what_it_does_to_quotas(registry: Registry, known: list[str]) -> None:
    tried = brought(registry, [listed(1, "撤销"), listed(2, "暂停")], dry_run="true")
    assert [(each["action"], each["result"], each["rows"]) for each in tried["acts"]] == [
        ("revoke", "awaiting", 1),
        ("suspend", "accepted", 1),
    ]
    assert tried["effects"] == []  # nothing is revoked before a second officer says so


def test_a_list_asks_for_places_before_it_recognises(registry: Registry, quota: Places) -> None:
    cap(registry, quota, "youth-intake", 5, "donghu", {"start": "2019-01-01", "end": "2019-12-31"})
    imported(registry, csv_of([row(1)]))
    done = brought(registry, [listed(1, "认定", 文号=NUMBER, 日期="2019-12-20")])
    assert (done["problems"], counts(done)) == ([], (1, 0, 0, 0))


def test_two_officers_by_two_lists_or_by_approving_one(registry: Registry, known: list[str]) -> None:
    rows = [listed(n, "撤销") for n in (1, 2)]
    first = brought(registry, rows[:1])
    assert (first["rows"]["awaiting"], counts(first), states(registry, known)) == (
        1, (0, 0, 0, 0), ["recognised"] * 2,
    )  # fmt: skip
    assert counts(brought(registry, rows[:1]))[0] == 0, "the first officer twice is one officer"
    assert counts(brought(registry, rows[:1], "bureau-2")) == (1, 0, 0, 0)
    second = brought(registry, rows[1:])
    path = f"/v1/imports/{second['id']}/approve"
    assert registry.post("bureau", path).json()["type"] == "/problems/same-officer"
    assert registry.post(A, path).status_code == 403
    assert registry.post("bureau-2", path).status_code == 202
    run(registry)
    done = read(registry, second["id"], "bureau-2")
    assert (done["state"], counts(done), done["rows"]["awaiting"]) == ("committed", (1, 0, 0, 0), 0)
    assert states(registry, known) == ["revoked"] * 2
    (effect,) = [each for each in done["effects"] if each["unit"] is None]
    assert effect["value_after"] - effect["value_before"] == -1
    entry = registry.get("bureau", f"/v1/registrations/{known[1]}/history").json()["items"][-1]
    assert (entry["by"], entry["second_by"]) == tuple(
        registry.credentials[n]["client_id"] for n in ("bureau", "bureau-2")
    )


@pytest.mark.parametrize(("first", "second"), [("system", "bureau"), ("bureau", "system")])
def test_w05_who_is_one_officer_with_whom_brought_a_list_completes_none_of_it(
    registry: Registry, known: list[str], first: str, second: str
) -> None:
    path = given(registry, "bureau-2", by="bureau")
    assert registry.post("bureau-3", f"{path}/approve").status_code == 200
    rows = [listed(1, "撤销")]
    waiting = brought(registry, rows, first)
    approve = f"/v1/imports/{waiting['id']}/approve"
    assert registry.post(second, approve).json()["type"] == "/problems/one-officer"
    again = brought(registry, rows, second)
    assert (again["rows"]["rejected"], [each["code"] for each in again["problems"]]) == (1, ["one-officer"])
    assert registry.post("bureau-3", approve).status_code == 202
    run(registry)
    assert states(registry, known) == ["revoked", "recognised"]


def test_a_list_is_undone_as_a_correction_but_what_two_decided(registry: Registry, known: list[str]) -> None:
    done = brought(registry, [listed(1, "暂停"), listed(1, "退出", 生效日期="2020-01-01"), listed(2, "撤销")])
    registry.post("bureau-2", f"/v1/imports/{done['id']}/approve")
    run(registry)
    registry.post("bureau", f"/v1/imports/{done['id']}/undo")
    run(registry)
    undone = read(registry, done["id"], "bureau")
    assert (undone["state"], undone["rows"]["undone"], undone["rows"]["kept"]) == ("undone", 2, 1)
    assert [(each["row"], each["code"]) for each in undone["problems"]] == [(4, "act_stands")]
    shown = registry.get("bureau", f"/v1/registrations/{known[0]}").json()
    assert (shown["state"], shown["ended_on"], shown["exit_reason"]) == ("recognised", None, None)
    last = registry.events()[-1]
    assert (last.type, str(last.cause), last.state) == (
        "registry.registration.corrected.v1", done["id"], "recognised",
    )  # fmt: skip


def test_w05_whoever_had_a_hand_in_what_wrote_it_takes_no_decision_back(registry: Registry, known: list[str]) -> None:
    given(registry, A, by="bureau")
    path = f"/v1/imports/{brought(registry, [listed(1, '暂停')], 'bureau-2')['id']}/undo"
    refused = registry.post("bureau", path)
    assert (refused.status_code, refused.json().get("type")) == (409, "/problems/had-a-hand")
    assert registry.post("bureau-3", path).status_code == 202
    run(registry)
    assert states(registry, known[:1]) == ["recognised"]


def test_what_waits_waits_no_longer_once_its_list_is_undone(registry: Registry, known: list[str]) -> None:
    first = brought(registry, [listed(1, "撤销")])
    registry.post("bureau", f"/v1/imports/{first['id']}/undo")
    run(registry)
    assert read(registry, first["id"], "bureau")["rows"]["undone"] == 1
    assert counts(brought(registry, [listed(1, "撤销")], "bureau-2")) == (0, 0, 0, 0)
    assert states(registry, known) == ["recognised"] * 2


def test_whoever_is_not_meant_is_not_hit(registry: Registry, known: list[str]) -> None:
    rows = [
        listed(1, "暂停", 姓名="另一人"),
        listed(2, "暂停", 人才计划=""),
        listed(2, "暂停", 证件号码="", 人才计划=""),
    ]
    shown = brought(registry, rows, mode="all_or_nothing")
    assert [(each["row"], each["column"], each["code"]) for each in shown["problems"]] == [
        (2, "A", "name_differs"),
        (3, "C", "needed"),
        (4, "B", "who_needed"),
    ]
    assert (shown["state"], states(registry, known)) == ("failed", ["recognised"] * 2)


def test_the_bureau_alone_brings_lists(registry: Registry) -> None:
    content = csv_of([listed(1, "暂停")], HEADER)
    assert [upload(registry, content, name, kind="transitions").status_code for name in (A, "bureau")] == [403, 202]
    assert upload(registry, content, "bureau", programme="").json()["errors"][0]["pointer"] == "/programme"


def test_its_template_and_its_marked_sheet(registry: Registry, known: list[str]) -> None:
    assert registry.get("bureau", "/v1/templates/transitions.xlsx").content.startswith(b"PK")
    shown = brought(registry, [listed(1, "暂停"), listed(3, "暂停")])
    report = registry.get("bureau", f"/v1/imports/{shown['id']}/report.xlsx")
    assert report.content.startswith(b"PK")
