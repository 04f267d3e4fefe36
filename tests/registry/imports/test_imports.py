"""A file on its way in: previewed, committed, uploaded again, and what is said of each row."""

import json
from typing import Any

import anyio
import httpx
import pytest
from sqlmodel import select

from services.registry.main import service
from services.registry.registrations.clients.settling import ask_for_seats
from services.registry.registrations.commands.settling import settle_seats
from services.registry.registrations.models import WantedSeat
from services.registry.registrations.rules import SYSTEM
from shared import auth
from shared.trail import record
from tests.portal.conftest import served
from tests.registry.caps import cap
from tests.registry.conftest import Registry
from tests.registry.imports.files import HEADER, A, B, counts, csv_of, imported, number, read, row, run, upload
from tests.registry.places import Places
from tests.registry.subjects import person


def test_a_file_is_entered_row_by_row_as_posts_would_be(registry: Registry) -> None:
    shown = imported(
        registry, csv_of([row(1), row(2, 证件号码="360101199001010101"), row(3, 就业形式="见习？"), row(1)])
    )
    assert (shown["state"], counts(shown)) == ("committed", (1, 0, 1, 2))
    assert [(each["row"], each["column"], each["code"]) for each in shown["problems"]] == [
        (3, "B", "wrong_checksum"),
        (4, "E", "not_a_choice"),
        (5, None, "twice_in_file"),
    ]
    (event,) = registry.events()
    assert (event.type, str(event.cause)) == ("registry.registration.recognised.v1", shown["id"])
    (kept,) = registry.get(A, "/v1/registrations").json()["items"]
    entry = registry.get(A, f"/v1/registrations/{kept['id']}/history").json()["items"][0]
    assert (entry["action"], entry["by"]) == ("submit", registry.credentials[A]["client_id"])


def test_a_dry_run_enters_nothing_and_says_what_a_commit_does(registry: Registry) -> None:
    shown = imported(registry, csv_of([row(n) for n in range(1, 13)]), dry_run="true")
    assert (shown["state"], counts(shown)) == ("previewed", (12, 0, 0, 0))
    assert registry.events() == []
    (effect,) = [each for each in shown["effects"] if each["unit"] is None]
    assert (effect["programme"], effect["value_before"], effect["value_after"]) == ("youth-intake", 0, 12)
    answer = registry.post(A, f"/v1/imports/{shown['id']}/commit")
    assert answer.status_code == 202
    assert registry.post(A, f"/v1/imports/{shown['id']}/commit").json()["type"] == "/problems/import-state"
    run(registry)
    done = read(registry, shown["id"])
    assert (done["state"], counts(done), len(registry.events())) == ("committed", (12, 0, 0, 0), 12)
    assert done["effects"] == shown["effects"]


def test_the_same_file_again_enters_nobody_and_says_so(registry: Registry) -> None:
    content = csv_of([row(n) for n in range(1, 9)])
    assert counts(imported(registry, content)) == (8, 0, 0, 0)
    again = imported(registry, content)
    assert (again["state"], counts(again), again["problems"]) == ("committed", (0, 8, 0, 0), [])
    assert len(registry.events()) == 8


def test_an_empty_cell_says_nothing_and_another_value_is_no_silent_change(registry: Registry) -> None:
    imported(registry, csv_of([row(1), row(2)]))
    again = imported(registry, csv_of([row(1, 毕业日期=""), row(2, 毕业日期="2018-06-30")]))
    assert counts(again) == (0, 1, 1, 0)
    assert [(each["row"], each["column"], each["code"]) for each in again["problems"]] == [(3, "F", "differs")]
    details = [each["details"] for each in registry.get(A, "/v1/registrations").json()["items"]]
    assert [each["graduated_on"] for each in details] == ["2019-06-30"] * 2


def test_every_fault_of_a_row_comes_in_one_pass(registry: Registry) -> None:
    wrong = row(1, 填报单位="", 证件号码="360101199001010101", 就业形式="x", 毕业日期="昨天")
    shown = imported(registry, csv_of([wrong]))
    assert {each["column"] for each in shown["problems"]} == {"B", "C", "E", "F"}


def test_all_or_nothing_enters_none_where_one_is_refused(registry: Registry) -> None:
    good = [row(n) for n in range(1, 5)]
    shown = imported(registry, csv_of([*good, row(5, 就业形式="x")]), mode="all_or_nothing")
    assert (shown["state"], shown["failure"]["code"], counts(shown)) == ("failed", "rows_refused", (0, 0, 0, 1))
    assert registry.events() == []
    assert counts(imported(registry, csv_of(good), mode="all_or_nothing")) == (4, 0, 0, 0)


def test_a_trial_says_the_same_whether_or_not_others_registered_somebody(registry: Registry) -> None:
    registry.post(A, "/v1/registrations", person(1, subject={"id_number": number(1)}))
    content = csv_of([row(1), row(2)])
    tried = imported(registry, content, B, dry_run="true")
    assert (counts(tried), tried["problems"]) == ((2, 0, 0, 0), [])
    entered = imported(registry, content, B)
    assert (counts(entered), [each["code"] for each in entered["problems"]]) == ((1, 0, 1, 0), ["already-registered"])
    assert "registration_id" not in json.dumps(entered)


def test_an_import_is_its_institutions_and_only_its_uploader_commits(registry: Registry) -> None:
    shown = imported(registry, csv_of([row(1)]), dry_run="true")
    path = f"/v1/imports/{shown['id']}"
    assert [registry.get(name, path).status_code for name in (B, "leader", "bureau", "institution-a-reviewer")] == [
        404, 403, 200, 200,
    ]  # fmt: skip
    assert registry.get(B, "/v1/imports").json()["items"] == []
    assert [registry.post(name, f"{path}/commit").status_code for name in (B, "bureau", A)] == [404, 403, 202]


def test_whoever_lost_their_rights_enters_no_further_row(registry: Registry) -> None:
    answer = upload(registry, csv_of([row(1), row(2)]))
    institution = registry.credentials[A]["institution_id"]
    version = registry.get("bureau", f"/v1/institutions/{institution}").headers["etag"]
    stopped = registry.ask("bureau", "PATCH", f"/v1/institutions/{institution}", {"active": False}, If_Match=version)
    assert stopped.status_code == 200, stopped.text
    run(registry)
    shown = read(registry, answer.json()["id"], "bureau")
    assert (shown["state"], shown["failure"]["code"]) == ("failed", "uploader_lost_rights")
    assert registry.events() == []


def test_a_cancelled_import_goes_no_further(registry: Registry) -> None:
    import_id = upload(registry, csv_of([row(1)])).json()["id"]
    assert registry.post(A, f"/v1/imports/{import_id}/cancel").json()["state"] == "cancelled"
    assert run(registry) == 0
    assert registry.post(A, f"/v1/imports/{import_id}/cancel").status_code == 409
    assert registry.post(A, f"/v1/imports/{import_id}/undo").status_code == 409
    assert registry.events() == []


def test_queues_of_institutions_take_turns(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.registry.imports.workers.batches.ROWS", 2)
    long, short = upload(registry, csv_of([row(n) for n in range(1, 21)])).json(), None
    run(registry, 5)
    short = upload(registry, csv_of([row(30)]), B).json()
    run(registry, 12)
    assert read(registry, short["id"], B)["state"] == "committed"
    assert read(registry, long["id"])["state"] == "committing"


@pytest.mark.parametrize(
    ("files", "status"), [({}, 415), ({"other": ("a.csv", b"x")}, 422), ({"file": ("a.csv", b"")}, 422)]
)
def test_what_is_no_file_is_refused(registry: Registry, files: dict[str, Any], status: int) -> None:
    headers = {"Authorization": f"Bearer {registry.token(A)}"}
    answer = registry.http.post("/v1/imports?programme=youth-intake", files=files, headers=headers)
    assert answer.status_code == status, answer.text


def test_nobody_uploads_without_a_name_or_more_than_a_file(registry: Registry) -> None:
    headers = {"Authorization": f"Bearer {registry.token(A)}"}
    path, large = "/v1/imports?programme=youth-intake", {"file": ("a.csv", b"x" * (65 * 1024 * 1024))}
    assert registry.http.post(path, files=large).status_code == 401
    assert registry.http.post(path, files=large, headers=headers).status_code == 413
    unknown = upload(registry, csv_of([row(1)]), programme="nowhere")
    assert unknown.json()["errors"][0]["pointer"] == "/programme"


def test_progress_is_told_until_it_is_over(registry: Registry) -> None:
    shown = imported(registry, csv_of([row(1)], HEADER))
    events = registry.get(A, f"/v1/imports/{shown['id']}/events")
    assert (events.status_code, "event: finished" in events.text) == (200, True)
    assert registry.get(B, f"/v1/imports/{shown['id']}/events").status_code == 404


def test_w07_progress_is_told_to_nobody_whose_institution_takes_part_no_longer(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file waits all the while, and its clerk reads on where they began to."""
    monkeypatch.setattr(auth, "REMEMBERED_FOR", 0)  # seconds; by itself another process hears of it so much later
    shown = upload(registry, csv_of([row(1)], HEADER)).json()
    headers = {"Authorization": f"Bearer {registry.token(A)}"}
    path = f"/v1/institutions/{registry.credentials[A]['institution_id']}"
    tag = registry.get("bureau", path).headers["etag"]
    with served(service.app(registry.context)) as address, httpx.Client(base_url=address, timeout=10) as web:  # noqa: SIM117
        with web.stream("GET", f"/v1/imports/{shown['id']}/events", headers=headers) as answer:
            lines = answer.iter_lines()
            assert "event: progress" in {next(lines) for _ in range(2)}
            assert registry.ask("bureau", "PATCH", path, {"active": False}, If_Match=tag).status_code == 200
            assert "finished" not in "".join(lines)


def test_who_is_recognised_by_a_place_later_names_the_import_too(registry: Registry, quota: Places) -> None:
    cap(registry, quota, "youth-intake", 5, "donghu", {"start": "2019-01-01", "end": "2019-12-31"})
    shown = imported(registry, csv_of([row(n) for n in range(1, 4)]))
    with registry.context.database.reading() as session:
        waiting = session.exec(select(WantedSeat.registration_id)).all()
    answers = anyio.run(ask_for_seats, registry.context.database, waiting, "zh")
    registry.context.runner(record).run(settle_seats, answers, SYSTEM)
    announced = [(each.state, str(each.cause)) for each in registry.events()]
    assert announced == [("submitted", shown["id"])] * 3 + [("recognised", shown["id"])] * 3
