"""Undoing an import (撤回导入): counts, places and duplicates follow, and what moved on stays."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from services.registry.imports.models import ImportPart, ImportRow
from services.registry.imports.rules.states import UNDO_WITHIN, may_undo_still
from shared import clock
from shared.auth import Caller, Role
from shared.ids import new_id
from tests.registry.at_another_time import time_machine
from tests.registry.conftest import Registry
from tests.registry.imports.files import A, B, counts, csv_of, imported, read, row, run


def undone(registry: Registry, import_id: str, name: str = A) -> dict[str, Any]:
    answer = registry.post(name, f"/v1/imports/{import_id}/undo")
    assert answer.status_code == 202, answer.text
    run(registry)
    return read(registry, import_id, name)


def test_what_was_entered_is_withdrawn_and_never_counted(registry: Registry) -> None:
    content = csv_of([row(1), row(2)])
    shown = imported(registry, content)
    done = undone(registry, shown["id"])
    assert (done["state"], done["rows"]["undone"], done["rows"]["kept"]) == ("undone", 2, 0)
    last = registry.events()[2:]
    assert [(e.type, e.state, e.counted_on, str(e.cause), e.version) for e in last] == [
        ("registry.registration.corrected.v1", "withdrawn", None, shown["id"], 2)
    ] * 2
    assert registry.post(A, f"/v1/imports/{shown['id']}/undo").json()["type"] == "/problems/import-state"
    states = {each["state"] for each in registry.get(A, "/v1/registrations").json()["items"]}
    assert states == {"withdrawn"}
    assert counts(imported(registry, content, B)) == (2, 0, 0, 0), "nobody is in anybody's way any more"


def test_rows_that_were_there_already_are_left_alone(registry: Registry) -> None:
    imported(registry, csv_of([row(1)]))
    second = imported(registry, csv_of([row(1), row(2)]))
    assert undone(registry, second["id"])["rows"]["undone"] == 1
    states = sorted(each["state"] for each in registry.get(A, "/v1/registrations").json()["items"])
    assert states == ["recognised", "withdrawn"]


def test_what_somebody_acted_on_since_stays_with_the_reason(registry: Registry) -> None:
    shown = imported(registry, csv_of([row(1), row(2)]))
    acted = registry.get(A, "/v1/registrations").json()["items"][1]
    assert registry.act("bureau", acted["id"], "suspend", reason="核查").status_code == 200
    done = undone(registry, shown["id"])
    assert (done["state"], done["rows"]["undone"], done["rows"]["kept"]) == ("undone", 1, 1)
    assert [(each["row"], each["code"]) for each in done["problems"]] == [(2, "moved_on")]
    assert registry.get(A, f"/v1/registrations/{acted['id']}").json()["state"] == "suspended"


def test_the_bureau_undoes_any_import_and_nobody_anothers(registry: Registry) -> None:
    shown = imported(registry, csv_of([row(1)]))
    assert [
        registry.post(name, f"/v1/imports/{shown['id']}/undo").status_code
        for name in (B, "institution-a-reviewer", "auditor")
    ] == [404, 403, 403]
    assert undone(registry, shown["id"], "bureau")["rows"]["undone"] == 1
    (held,) = registry.get(A, "/v1/registrations").json()["items"]
    last = registry.get(A, f"/v1/registrations/{held['id']}/history").json()["items"][-1]
    assert (last["action"], last["role"]) == ("undo_import", "bureau_officer")


@pytest.mark.parametrize(("institution", "may"), [(new_id(), False), (None, True)])
def test_after_thirty_days_the_bureau_alone_undoes(institution: object, may: bool) -> None:
    caller = Caller("x", Role.INSTITUTION_CLERK if institution else Role.BUREAU_OFFICER, institution)  # type: ignore[arg-type]
    now = clock.now()
    assert may_undo_still(caller, now - UNDO_WITHIN, now)
    assert may_undo_still(caller, now - UNDO_WITHIN - timedelta(seconds=1), now) is may


def test_seven_days_after_an_import_nothing_is_left_of_its_file(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = time_machine(registry, monkeypatch)
    shown, previewed = imported(registry, csv_of([row(1)])), imported(registry, csv_of([row(2)]), dry_run="true")
    later = clock.today() + timedelta(days=8)
    at(later.year, later.month, later.day)
    run(registry)
    assert registry.get(A, f"/v1/imports/{shown['id']}/report.xlsx").status_code == 409
    assert read(registry, previewed["id"])["state"] == "cancelled"
    with registry.context.database.reading() as session:
        assert session.exec(select(ImportPart)).all() == []
        assert {(each.sealed, each.about) for each in session.exec(select(ImportRow))} == {(b"", "")}
    assert undone(registry, shown["id"])["rows"]["undone"] == 1
