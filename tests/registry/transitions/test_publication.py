"""The public notice: who releases it, what the list shows, what stops it, and what has to be shown again."""

from datetime import date
from typing import Any

import pytest

from services.registry.transitions.rendering import as_text
from services.registry.transitions.schemas.notices import NoticeEntryRead, NoticeRead
from shared.cells import is_formula
from tests.registry.at_another_time import time_machine
from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, resident_number
from tests.registry.transitions.test_workflow import DECIDED, PUBLISHED, A, Drafts, published

CRAFTSMEN = "hongcheng-craftsmen"
LIST = f"/v1/notices/{CRAFTSMEN}/{PUBLISHED['effective_on']}"


def test_a_list_is_written_by_one_officer_and_released_by_another(registry: Registry) -> None:
    """In one call for all; the same officer twice releases nothing, and without an assessment nobody does."""
    drafts = Drafts(registry, "notice")
    ids = [drafts.at("proposed") for _ in range(3)]
    (proposed,) = registry.get("bureau", "/v1/notices/drafts").json()["items"]
    assert (proposed["registrations"], proposed["first_day"], proposed["by"]) == (ids, None, None)
    wanted = {"ids": ids, "action": "publish"} | PUBLISHED
    bare = registry.post("bureau", "/v1/registrations/transitions", {**wanted, "impact_assessment_ref": None})
    assert [each["problem"]["errors"][0]["pointer"] for each in bare.json()["items"]] == ["/impact_assessment_ref"] * 3
    assert registry.get("bureau", f"{LIST}.json?draft=true").status_code == 404
    waits, done = (202, "proposed"), (200, "on_notice")
    for name, outcome in (("bureau", waits), ("bureau", waits), ("bureau-2", done)):
        items = registry.post(name, "/v1/registrations/transitions", wanted).json()["items"]
        assert [(each["status"], each["state"]) for each in items] == [outcome] * 3
        if outcome is waits:
            draft = registry.get("bureau-2", f"{LIST}.json?draft=true").json()
            assert (draft["draft"], len(draft["entries"]), draft["last_day"]) == (True, 3, "2019-10-10")
            assert "待第二人复核" in registry.get("bureau-2", f"{LIST}.html?draft=true").text
            (waiting,) = registry.get("auditor", "/v1/notices/drafts").json()["items"]
            assert waiting == {"programme": CRAFTSMEN, "by": "bureau", "registrations": ids, "first_day": "2019-09-27",
                               "impact_assessment_ref": "PIA-2019-07"}  # fmt: skip
    assert registry.get("bureau", f"{LIST}.json?draft=true").status_code == 404
    entry = registry.get("bureau", f"/v1/registrations/{ids[0]}/history").json()["items"][-1]
    assert (entry["by"], entry["second_by"], entry["impact_assessment_ref"]) == ("bureau", "bureau-2", "PIA-2019-07")


def test_d20_the_list_names_who_is_proposed_and_holds_no_identifier(registry: Registry) -> None:
    drafts = Drafts(registry, "notice")
    for _ in range(2):
        published(registry, drafts.at("proposed"), PUBLISHED["effective_on"])
    assert registry.get("bureau", "/v1/notices").json()["items"] == [
        {"programme": CRAFTSMEN, "first_day": "2019-09-27", "last_day": "2019-10-10", "entries": 2, "objected": 0}
    ]
    listed = registry.get("bureau", f"{LIST}.json").json()
    institution = registry.get(A, f"/v1/institutions/{registry.credentials[A]['institution_id']}").json()["name"]
    line = {"name": "赵植树", "institution": institution, "reporting_unit": "东湖区", "supplementary": False}
    assert listed["entries"] == [line] * 2
    page, text = (registry.get("bureau", f"{LIST}.{form}").text for form in ("html", "txt"))
    for form in (page, text):
        assert "洪城工匠拟认定名单公示" in form
        assert "南昌市人力资源和社会保障局" in form
        assert "公示时间：2019年9月27日至2019年10月10日（5个工作日，起始日不计入）" in form
        assert form.count("赵植树") == 2
        assert not any(resident_number(n)[6:] in form or resident_number(n)[-4:] in form for n in (1, 2))
    assert registry.get("bureau", f"/v1/notices/{CRAFTSMEN}/2019-09-28.json").status_code == 404
    assert registry.get("district-donghu", f"{LIST}.json").status_code == 403
    read = registry.get("auditor", "/v1/audit?action=list_notice").json()["items"]
    assert [(each["by"], each["object"], each["outcome"]) for each in read[:3]] == [
        ("bureau", f"{CRAFTSMEN} 2019-09-27", "done")
    ] * 3
    assert "公示" in read[0]["purpose"]


def test_what_is_published_is_no_markup(registry: Registry) -> None:
    body = organisation(1, subject={"name": "测试<b>&单位"})
    registration_id = registry.post(A, "/v1/registrations", body).json()["id"]
    passing = [("institution-a-reviewer", "endorse"), ("district-donghu", "pass_district")]
    for name, action in [*passing, ("bureau", "pass_city"), ("bureau", "propose")]:
        registry.act(name, registration_id, action)
    published(registry, registration_id, "2019-09-27")
    page = registry.get("bureau", "/v1/notices/skill-master-studios/2019-09-27.html").text
    assert "测试&lt;b&gt;&amp;单位" in page
    assert "<b>" not in page


def change(registry: Registry, before: dict[str, Any], body: dict[str, Any], name: str = "bureau") -> Any:
    return registry.ask(name, "PATCH", f"/v1/registrations/{before['id']}", body, If_Match=f'"{before["version"]}"')


def test_what_changed_after_it_was_shown_is_shown_again_for_its_own_full_time(registry: Registry) -> None:
    drafts = Drafts(registry, "notice")
    changed, other = (published(registry, drafts.at("proposed"), "2019-09-27").json() for _ in range(2))
    assert change(registry, changed, {"reporting_unit": "xihu"}, A).status_code == 409
    same = {"external_ref": "HR-7", "reporting_unit": changed["reporting_unit"], "details": changed["details"]}
    unmoved = change(registry, changed, same).json()
    assert (unmoved["state"], unmoved["notice_last_day"]) == ("on_notice", "2019-10-10")
    moved = change(registry, unmoved, {"reporting_unit": "xihu"}).json()
    assert (moved["state"], moved["notice_first_day"], moved["notice_last_day"]) == ("proposed", None, None)
    early = registry.act("bureau", moved["id"], "recognise", **DECIDED)
    assert early.json()["open"] == ["publish", "reject"]
    again = published(registry, moved["id"], "2019-10-09").json()
    assert (again["state"], again["notice_last_day"]) == ("on_notice", "2019-10-15")
    (entry,) = registry.get("bureau", f"/v1/notices/{CRAFTSMEN}/2019-10-09.json").json()["entries"]
    assert (entry["supplementary"], entry["reporting_unit"]) == (True, "西湖区")
    assert "拟认定名单补充公示" in registry.get("bureau", f"/v1/notices/{CRAFTSMEN}/2019-10-09.txt").text
    assert len(registry.get("bureau", f"{LIST}.json").json()["entries"]) == 2  # the first list stays what it was
    for registration_id in (other["id"], again["id"]):
        refused = registry.act("bureau", registration_id, "recognise", decision_no="1", decision_date="2019-10-11")
        assert refused.status_code == (200 if registration_id == other["id"] else 422)
    entries = registry.get("bureau", f"/v1/registrations/{again['id']}/history").json()["items"]
    assert [(each["action"], each["state"], each["effective_on"]) for each in entries[-4:]] == [
        ("publish", "on_notice", "2019-09-27"), ("amend", "on_notice", None), ("amend", "proposed", None),
        ("publish", "on_notice", "2019-10-09"),
    ]  # fmt: skip


def test_d16_while_the_notice_runs_nobody_is_recognised_whatever_date_is_written(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """公示中: not with today's date, nor one from before, nor one that is still to come; the morning after, all are."""
    at = time_machine(registry, monkeypatch)
    at(2019, 9, 27)
    drafts = Drafts(registry, "notice")
    ids = [published(registry, drafts.at("proposed"), "2019-09-27").json()["id"] for _ in range(2)]
    before = len(registry.events())

    def decided(on: str) -> list[tuple[int, str]]:
        wanted = {"ids": ids, "action": "recognise", "decision_no": "1", "decision_date": on}
        items = registry.post("bureau", "/v1/registrations/transitions", wanted).json()["items"]
        return [(e["status"], e["state"] or ",".join(fault["code"] for fault in e["problem"]["errors"])) for e in items]

    at(2019, 10, 10, 23, 59)
    assert decided("2019-10-10") == decided("2019-09-26") == [(422, "notice_running")] * 2
    assert decided("2019-10-11") == [(422, "in_future")] * 2
    assert len(registry.events()) == before
    at(2019, 10, 11, 0, 0)
    assert decided("2019-10-11") == [(200, "recognised")] * 2


def test_an_objection_is_in_time_until_the_last_minute_and_stops_its_entry_alone(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, drafts = time_machine(registry, monkeypatch), Drafts(registry, "notice")
    at(2019, 9, 27)
    ids = [published(registry, drafts.at("proposed"), "2019-09-27").json()["id"] for _ in range(4)]
    at(2019, 10, 10, 23, 59)
    assert registry.act("bureau", ids[0], "object", reason="实名异议").status_code == 200
    at(2019, 10, 11, 0, 0)
    late = registry.act("bureau", ids[1], "object", reason="实名异议")
    assert [(each["pointer"], each["code"]) for each in late.json()["errors"]] == [("/effective_on", "notice_over")]
    assert registry.act("bureau", ids[1], "object", reason="10日收到", effective_on="2019-10-10").status_code == 200
    decided = {"ids": ids, "action": "recognise", "decision_no": "1", "decision_date": "2019-10-11"}
    items = registry.post("bureau", "/v1/registrations/transitions", decided).json()["items"]
    assert [each["status"] for each in items] == [409, 409, 200, 200]


def test_an_objection_to_a_notice_entered_when_it_was_over_needs_no_day(registry: Registry) -> None:
    """补录: the clock says nothing of when it came; a day that is stated still counts."""
    registration_id = published(registry, Drafts(registry, "notice").at("proposed"), "2019-09-27").json()["id"]
    late = registry.act("bureau", registration_id, "object", reason="异议", effective_on="2019-10-11")
    assert [each["code"] for each in late.json()["errors"]] == ["notice_over"]
    assert registry.act("bureau", registration_id, "object", reason="异议").status_code == 200


@pytest.mark.parametrize(
    ("received_at", "outcome"),
    [
        ("2019-10-10T23:59:59+08:00", None),
        ("2019-10-10T15:59:59Z", None),
        ("2019-10-11T00:00:00+08:00", ("/received_at", "notice_over")),
        ("2019-10-10T16:00:00Z", ("/received_at", "notice_over")),
        ("2019-10-10T23:59:59-01:00", ("/received_at", "notice_over")),
    ],
)
def test_x16_an_objection_is_late_after_24_00_of_the_last_day(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, received_at: str, outcome: tuple[str, str] | None
) -> None:
    """By the clock of Beijing, whatever zone the instant is written in, and whenever it is entered."""
    at = time_machine(registry, monkeypatch)
    at(2019, 9, 27)
    held = published(registry, Drafts(registry, "notice").at("proposed"), "2019-09-27").json()["id"]
    at(2019, 10, 14)
    answer = registry.act("bureau", held, "object", reason="实名异议", received_at=received_at)
    if outcome:
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [outcome]
        return
    assert (answer.status_code, answer.json()["state"]) == (200, "objected")
    last = registry.get("bureau", f"/v1/registrations/{held}/history").json()["items"][-1]
    assert (last["action"], last["received_at"]) == ("object", "2019-10-10T15:59:59Z")


@pytest.mark.parametrize(
    ("stated", "pointer", "code"),
    [
        ({"received_at": "2019-10-12T00:00:00Z"}, "/received_at", "in_future"),
        ({"received_at": "2019-10-09T12:00:00Z", "effective_on": "2019-10-10"}, "/received_at", "another_day"),
        ({"received_at": "2019-10-09T12:00:00"}, "/received_at", None),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "/received_at", None),
        ({"received_at": "9999-12-31T23:59:59-12:00"}, "/received_at", None),
        ({"received_at": 1}, "/received_at", None),
    ],
)
def test_x16_a_moment_that_cannot_be_is_refused(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, stated: dict[str, Any], pointer: str, code: str | None
) -> None:
    at = time_machine(registry, monkeypatch)
    at(2019, 9, 27)
    held = published(registry, Drafts(registry, "notice").at("proposed"), "2019-09-27").json()["id"]
    at(2019, 10, 10)
    refused = registry.act("bureau", held, "object", reason="实名异议", **stated)
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]
    assert code in (None, refused.json()["errors"][0]["code"])
    elsewhere = registry.act("bureau", held, "reject", reason="不符", received_at="2019-10-09T12:00:00Z")
    assert [each["code"] for each in elsewhere.json()["errors"]] == ["not_for_this_action"]
    assert (
        registry.act("bureau", held, "object", reason="实名异议", received_at="2019-10-09T23:00:00Z").status_code == 200
    )


def test_u10_no_cell_of_the_list_is_a_formula() -> None:
    """Whatever stands in the register from before: a spreadsheet program that opens the text runs nothing."""
    entry = NoticeEntryRead(name='=HYPERLINK("x")', institution="+甲\t乙", reporting_unit="@区", supplementary=False)
    day = date(2019, 9, 27)
    notice = NoticeRead(
        programme="x", programme_zh="-计划", programme_en="", issuer="=局", first_day=day, last_day=day, working_days=5,
        draft=False, entries=[entry],
    )  # fmt: skip
    lines = as_text(notice).splitlines()
    assert lines[2].split("\t") == ["1", '\'=HYPERLINK("x")', "'+甲 乙", "'@区"]
    assert not any(is_formula(cell) for line in lines for cell in line.split("\t"))
