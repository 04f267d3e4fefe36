"""Registering over HTTP: three kinds of subject, drafts and amendments, one active registration, batches."""

from typing import Any

import pytest

from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, organisation_code, person, post

A, B = "institution-a-clerk", "institution-b-clerk"
MISMATCH: dict[str, Any] = {"subject": {"gender": "female"}}  # the number says male


def register(registry: Registry, body: Any, name: str = A, **headers: str) -> Any:
    return registry.post(name, "/v1/registrations", body, **headers)


def faults(answer: Any) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return {(each["pointer"], each["code"]) for each in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("body", "state", "shown"),
    [
        (person(), "recognised", {"kind": "person", "name": "赵**", "id_number": "****************13"}),
        (organisation(), "submitted", {"kind": "organisation", "uscc": organisation_code(1), "name": "测试单位1"}),
        (post(), "submitted", {"kind": "post", "post_code": "GW-0001", "host_uscc": organisation_code(1)}),
        (person(submit=False), "draft", {"kind": "person"}),
    ],
)
def test_each_kind_of_subject_is_registered(
    registry: Registry, body: dict[str, Any], state: str, shown: dict[str, str]
) -> None:
    answer = register(registry, body)
    posted = answer.json()
    assert (answer.status_code, posted["state"], posted["version"]) == (201, state, 1)
    assert posted["subject"] | shown == posted["subject"]
    assert posted["counted_on"] == ("2019-07-01" if state == "recognised" else None)
    again = registry.get(A, answer.headers["location"])
    assert again.json() == posted
    assert again.headers["etag"] == answer.headers["etag"] == '"1"'


def test_c31_a_post_shows_the_end_of_its_term_and_the_reminder(registry: Registry) -> None:
    term = {"started_on": "2019-03-01", "months": 36, "first_day_counts": True}
    posted = register(registry, post(details=term)).json()
    assert posted["term"] == {"last_day": "2022-02-28", "remind_on": "2021-12-30"}
    assert register(registry, post(2)).json()["term"] is None


def test_c07_level_three_is_highly_skilled_and_level_four_is_not(registry: Registry) -> None:
    of_level_four = register(registry, person(1, "highly-skilled-workers", details={"skill_level": "4"}))
    assert faults(of_level_four) == {("/details/skill_level", "not_in_this_programme")}
    posted = register(registry, person(2, "highly-skilled-workers", details={"skill_level": "3"})).json()
    assert posted["state"] == "recognised"


def test_c41_dual_certificates_show_and_travel_as_a_class(registry: Registry) -> None:
    """C41: nobody states it; it follows from the two dates, and the event carries it as yes or no."""
    dates = {"graduated_on": "2019-06-20", "certificate_on": "2019-09-15"}
    with_both, with_one = person(1, details=dates), person(2, details={"graduated_on": "2019-06-20"})
    posted = [register(registry, body).json()["attributes"] for body in (with_both, with_one)]
    assert [each["dual_certificate"] for each in posted] == [True, False]
    assert [event.classes["dual_certificate"] for event in registry.events()] == ["yes", "no"]


def test_a_warning_stops_a_direct_registration_until_the_bureau_looks(registry: Registry) -> None:
    """A29: the number says male, the form says female; nothing is corrected, a person decides."""
    posted = register(registry, person(**MISMATCH)).json()
    assert posted["state"] == "submitted"
    assert [(each["code"], each["severity"]) for each in posted["warnings"]] == [("gender_differs", "warning")]
    assert posted["counted_on"] is None
    decided = registry.act("bureau", posted["id"], "recognise", reason="已核对证件原件")
    assert (decided.json()["state"], decided.json()["counted_on"]) == ("recognised", "2019-07-01")


def test_a_draft_is_amended_at_the_version_that_was_read(registry: Registry) -> None:
    draft = register(registry, person(submit=False, township="扬子洲镇", external_ref="HR-1")).json()
    path = f"/v1/registrations/{draft['id']}"
    assert registry.ask(A, "PATCH", path, {"township": "乙镇"}).status_code == 428
    for stale in ('"2"', '"0"', 'W/"1"', "x", "9" * 5000):
        assert registry.ask(A, "PATCH", path, {"external_ref": "HR-2"}, If_Match=stale).status_code == 412
    amended = registry.ask(A, "PATCH", path, {"external_ref": "HR-2"}, If_Match='"1"')
    assert (amended.status_code, amended.headers["etag"]) == (200, '"2"')
    assert (amended.json()["township"], amended.json()["external_ref"]) == ("扬子洲镇", "HR-2")
    assert registry.get(A, path).json() == amended.json()
    assert [entry["action"] for entry in registry.get(A, path + "/history").json()["items"]] == ["draft", "amend"]


@pytest.mark.parametrize("field", ["subject", "reporting_unit", "fact_date", "details"])
def test_u17_null_is_refused_where_something_must_be(registry: Registry, field: str) -> None:
    draft = register(registry, person(submit=False, details={"engagement": "employed"})).json()
    path = f"/v1/registrations/{draft['id']}"
    refused = registry.ask(A, "PATCH", path, {field: None}, If_Match='"1"')
    assert (refused.status_code, faults(refused)) == (422, {(f"/{field}", "null_not_allowed")})
    assert registry.get(A, path).json() == draft


def test_null_clears_what_need_not_be_there(registry: Registry) -> None:
    draft = register(registry, person(submit=False, township="扬子洲镇", external_ref="HR-1")).json()
    path = f"/v1/registrations/{draft['id']}"
    amended = registry.ask(A, "PATCH", path, {"township": None, "external_ref": None}, If_Match='"1"').json()
    assert (amended["township"], amended["external_ref"]) == (None, None)


def test_an_amendment_is_judged_anew(registry: Registry) -> None:
    draft = register(registry, person(submit=False)).json()
    path = f"/v1/registrations/{draft['id']}"
    refused = registry.ask(A, "PATCH", path, {"details": {"engagement": "trainee"}}, If_Match='"1"')
    assert faults(refused) == {("/details/engagement", "not_in_this_programme")}
    assert registry.get(A, path).json()["version"] == 1


def test_amending_something_else_does_not_silence_a_warning_about_the_subject(registry: Registry) -> None:
    draft = register(registry, person(submit=False, **MISMATCH)).json()
    path = f"/v1/registrations/{draft['id']}"
    amended = registry.ask(A, "PATCH", path, {"township": "扬子洲镇"}, If_Match='"1"').json()
    assert [each["code"] for each in amended["warnings"]] == ["gender_differs"]
    assert registry.act(A, draft["id"], "submit").json()["state"] == "submitted"


def test_stating_the_subject_rightly_removes_the_warning(registry: Registry) -> None:
    body = person(submit=False, **MISMATCH)
    draft = register(registry, body).json()
    right = body["subject"] | {"gender": "male"}
    path = f"/v1/registrations/{draft['id']}"
    assert registry.ask(A, "PATCH", path, {"subject": right}, If_Match='"1"').json()["warnings"] == []
    assert registry.act(A, draft["id"], "submit").json()["state"] == "recognised"


def test_what_was_submitted_is_not_amended(registry: Registry) -> None:
    posted = register(registry, organisation()).json()
    path = f"/v1/registrations/{posted['id']}"
    refused = registry.ask(A, "PATCH", path, {"township": "扬子洲镇"}, If_Match='"1"')
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-amendable")


def test_a_subject_has_one_active_registration_in_a_programme(registry: Registry) -> None:
    first = register(registry, person()).json()
    own, other = register(registry, person()), register(registry, person(), B)
    for answer in (own, other):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/already-registered")
    assert own.json()["registration_id"] == first["id"]
    assert "registration_id" not in other.json()
    assert first["id"] not in other.text
    elsewhere = register(registry, person(programme="dual-qualified-teachers"), B)
    assert (elsewhere.status_code, elsewhere.json()["subject_ref"]) == (201, first["subject_ref"])


def test_c38_a_base_that_closed_and_opened_again_is_one_base(registry: Registry) -> None:
    body = organisation(programme="internship-bases")
    first = register(registry, body).json()
    for action, more in REVIEWED:
        assert registry.act("bureau", first["id"], action, **more).status_code == 200
    assert register(registry, body).status_code == 409
    closed = {"reason": "基地关闭", "effective_on": "2020-06-15"}
    assert registry.act("bureau", first["id"], "exit", **closed).status_code == 200
    again = register(registry, body)
    assert (again.status_code, again.json()["subject_ref"]) == (201, first["subject_ref"])
    assert again.json()["id"] != first["id"]


def test_c44_who_applies_every_year_is_registered_once(registry: Registry) -> None:
    years = [
        person(programme="overseas-talent", fact_date=f"{year}-05-01", details={"employment_mode": "flexible"})
        for year in (2018, 2019, 2020)
    ]
    assert [register(registry, body).status_code for body in years] == [201, 409, 409]


REVIEWED: list[tuple[str, dict[str, str]]] = [
    ("endorse", {}),
    ("pass_district", {}),
    ("pass_city", {}),
    ("recognise", {"decision_no": "洪人社字〔2019〕1号", "decision_date": "2019-12-20"}),
]


def test_b07_a_renamed_organisation_stays_one_and_keeps_its_former_name(registry: Registry) -> None:
    """What a registration states is shown with it; the organisation has the new name once that is recognised."""
    first = register(registry, organisation(programme="social-work-bases", subject={"name": "旧名称"})).json()
    renamed = register(registry, organisation(programme="internship-bases", subject={"name": "新名称"})).json()
    assert renamed["subject_ref"] == first["subject_ref"]
    assert (renamed["subject"]["name"], renamed["subject"]["former_names"]) == ("新名称", ["旧名称"])
    for each in (first, renamed):
        for action, more in REVIEWED:
            assert registry.act("bureau", each["id"], action, **more).status_code == 200
    found = registry.get("bureau", f"/v1/organisations/{organisation()['subject']['uscc']}").json()
    assert (found["name"], found["former_names"]) == ("新名称", ["旧名称"])


def test_a_refused_registration_renames_nothing(registry: Registry) -> None:
    first = register(registry, organisation()).json()
    held = register(registry, post()).json()
    assert register(registry, organisation(subject={"name": "冒名"}), B).status_code == 409
    assert register(registry, post(subject={"name": "冒名"}), B).status_code == 409
    for each in (first, held):
        assert registry.get(A, f"/v1/registrations/{each['id']}").json()["subject"] == each["subject"]


def test_a26_the_issuing_country_is_part_of_a_passport(registry: Registry) -> None:
    refs = []
    for country in ("USA", "XXX"):
        passport = {"id_type": "passport", "id_number": "E12345678", "id_country": country, "birth_date": "1990-01-01"}
        refs.append(register(registry, person(subject=passport)).json()["subject_ref"])
    assert refs[0] != refs[1]


def test_the_bureau_registers_for_a_partner_and_for_itself(registry: Registry) -> None:
    partner = registry.credentials[A]["institution_id"]
    assert register(registry, person(1, institution_id=partner), "bureau").json()["institution_id"] == partner
    own = register(registry, person(2), "bureau").json()
    assert own["institution_id"] == "00000000-0000-7000-8000-000000000001"
    assert faults(register(registry, person(3, institution_id=own["id"]), "bureau")) == {
        ("/institution_id", "institution_unknown")
    }


def test_d04_a_birth_date_is_a_date_and_knows_no_summer_time(registry: Registry) -> None:
    """8 August 1988 began at 15:00 UTC the day before; whoever keeps an instant shows the 7th."""
    passport = {"id_type": "passport", "id_number": "E12345678", "id_country": "USA", "birth_date": "1988年8月8日"}
    made = register(registry, person(subject=passport)).json()
    clear = registry.post("auditor", f"/v1/registrations/{made['id']}/unmask", {"purpose": "核对申报材料"}).json()
    assert clear["subject"]["birth_date"] == "1988-08-08"
