"""Registering over HTTP: three kinds of subject, drafts and amendments, one active registration, batches."""

from typing import Any

import pytest

from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, organisation_code, person, post, resident_number

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
        (person(), "recognised", {"kind": "person", "name": "测**", "id_number": "****************13"}),
        (organisation(), "submitted", {"kind": "organisation", "uscc": organisation_code(1), "name": "测试单位1"}),
        (post(), "submitted", {"kind": "post", "post_code": "GW-0001", "host_uscc": organisation_code(1)}),
        (person(submit=False), "draft", {"kind": "person"}),
    ],
)
def test_each_kind_of_subject_is_registered(
    registry: Registry, body: dict[str, Any], state: str, shown: dict[str, str]
) -> None:
    answer = register(registry, body)
    told = answer.json()
    assert (answer.status_code, told["state"], told["version"]) == (201, state, 1)
    assert told["subject"] | shown == told["subject"]
    assert told["counted_on"] == ("2019-07-01" if state == "recognised" else None)
    again = registry.get(A, answer.headers["location"])
    assert again.json() == told
    assert again.headers["etag"] == answer.headers["etag"] == '"1"'


def test_a_warning_stops_a_direct_registration_until_the_bureau_looks(registry: Registry) -> None:
    """A29: the number says male, the form says female; nothing is corrected, a person decides."""
    told = register(registry, person(**MISMATCH)).json()
    assert told["state"] == "submitted"
    assert [(each["code"], each["severity"]) for each in told["warnings"]] == [("gender_differs", "warning")]
    assert told["counted_on"] is None
    decided = registry.act("bureau", told["id"], "recognise", reason="已核对证件原件")
    assert (decided.json()["state"], decided.json()["counted_on"]) == ("recognised", "2019-07-01")


def test_a_draft_is_amended_at_the_version_that_was_read(registry: Registry) -> None:
    draft = register(registry, person(submit=False, township="甲镇", external_ref="HR-1")).json()
    path = f"/v1/registrations/{draft['id']}"
    assert registry.ask(A, "PATCH", path, {"township": "乙镇"}).status_code == 428
    for stale in ('"2"', '"0"', 'W/"1"', "*", "x", "9" * 5000):
        assert registry.ask(A, "PATCH", path, {"township": "乙镇"}, If_Match=stale).status_code == 412
    amended = registry.ask(A, "PATCH", path, {"township": "乙镇"}, If_Match='"1"')
    assert (amended.status_code, amended.headers["etag"]) == (200, '"2"')
    assert (amended.json()["township"], amended.json()["external_ref"]) == ("乙镇", "HR-1")
    assert registry.get(A, path).json() == amended.json()
    assert [step["action"] for step in registry.get(A, path + "/history").json()["items"]] == ["draft", "amend"]


@pytest.mark.parametrize("field", ["subject", "reporting_unit", "fact_date", "details"])
def test_null_leaves_what_must_be_there(registry: Registry, field: str) -> None:
    draft = register(registry, person(submit=False, details={"engagement": "employed"})).json()
    path = f"/v1/registrations/{draft['id']}"
    amended = registry.ask(A, "PATCH", path, {field: None}, If_Match='"1"')
    assert amended.status_code == 200, amended.text
    assert {name: amended.json()[name] for name in (field, "subject_ref")} == {
        name: draft[name] for name in (field, "subject_ref")
    }


def test_null_clears_what_need_not_be_there(registry: Registry) -> None:
    draft = register(registry, person(submit=False, township="甲镇", external_ref="HR-1")).json()
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
    amended = registry.ask(A, "PATCH", path, {"township": "乙镇"}, If_Match='"1"').json()
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
    told = register(registry, organisation()).json()
    path = f"/v1/registrations/{told['id']}"
    refused = registry.ask(A, "PATCH", path, {"township": "乙镇"}, If_Match='"1"')
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
    first = register(registry, organisation(subject={"name": "旧名称"})).json()
    renamed = register(registry, organisation(programme="internship-bases", subject={"name": "新名称"})).json()
    assert renamed["subject_ref"] == first["subject_ref"]
    shown = registry.get(A, f"/v1/registrations/{first['id']}").json()["subject"]
    assert (shown["name"], shown["former_names"]) == ("新名称", ["旧名称"])


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


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (person(programme="hongcheng-technicians"), "/programme", "programme_unknown"),  # C10
        (person(reporting_unit="nowhere"), "/reporting_unit", "unit_unknown"),
        (person(reporting_unit="wanli", fact_date="2021-01-04"), "/reporting_unit", "unit_not_valid"),
        (person(fact_date="2999-01-01"), "/fact_date", "date_parsing"),
        (person(fact_date="2199-01-01"), "/fact_date", "in_future"),
        (person(fact_date="1899-12-31"), "/fact_date", "date_parsing"),
        (person(fact_date=43647), "/fact_date", "date_parsing"),
        (person(fact_date=0), "/fact_date", "date_parsing"),
        (person(fact_date="2019-07-01T00:00:00"), "/fact_date", "date_parsing"),
        (person(fact_date="2019-02-30"), "/fact_date", "date_from_datetime_parsing"),
        (person(subject={"kind": "dog"}), "/subject", "union_tag_invalid"),
        (organisation(programme="youth-intake"), "/subject/kind", "wrong_kind"),
        (person(subject={"name": ""}), "/subject/name", "blank"),
        (person(subject={"id_number": "360101199001010101"}), "/subject/id_number", "wrong_checksum"),
        (person(subject={"id_number": "360101900101001"}), "/subject/id_number", "legacy_number"),  # A14
        (person(subject={"birth_date": 32874}), "/subject/birth_date", "date_parsing"),
        (person(fact_date="1975-12-31"), "/subject/id_number", "too_young"),  # A32
        (person(township="甲\u0000镇"), "/township", "string_pattern_mismatch"),
        (person(external_ref="HR\n1"), "/external_ref", "string_pattern_mismatch"),
        (person(external_ref="x" * 101), "/external_ref", "string_too_long"),
        (person(surprise=1), "/surprise", "extra_forbidden"),
        (person(subject={"surprise": 1}), "/subject/surprise", "extra_forbidden"),
        (person(details={"surprise": 1}), "/details/surprise", "unknown_field"),
        (person(details={"engagement": "trainee"}), "/details/engagement", "not_in_this_programme"),  # C35
        (person(details={"workplace": "360482"}), "/details/workplace", "outside_city"),  # B10, 共青城
        (
            organisation(programme="skill-training-bases", details={"base_kind": "public_training"}),
            "/details/base_kind",
            "not_in_this_programme",
        ),  # C11
        (organisation(subject={"uscc": "91360100MA0000O07E"}), "/subject/uscc", "lookalike_letter"),
        (post(subject={"host_uscc": "1"}), "/subject/host_uscc", "wrong_length"),
        (person(institution_id="00000000-0000-7000-8000-000000000001"), "/institution_id", "institution_unknown"),
    ],
)
def test_a_wrong_value_is_named_by_place_and_reason(
    registry: Registry, body: dict[str, Any], pointer: str, code: str
) -> None:
    zh, en = register(registry, body), register(registry, body, Accept_Language="en")
    assert (pointer, code) in faults(zh)
    assert faults(zh) == faults(en)
    assert zh.headers["content-type"] == "application/problem+json"
    sentences = [[e["detail"] for e in a.json()["errors"]] + [a.json()["title"]] for a in (zh, en)]
    assert all(not sentence.isascii() for sentence in sentences[0])
    assert all(set(a.json()) == {"type", "title", "status", "detail", "instance", "errors"} for a in (zh, en))
    assert not set(sentences[0]) & set(sentences[1])
    assert registry.get(A, "/v1/registrations").json()["items"] == []


def test_every_fault_is_told_at_once(registry: Registry) -> None:
    body = person(reporting_unit="nowhere", fact_date="2199-01-01", details={"surprise": 1}, subject={"id_number": "1"})
    told = {pointer for pointer, _ in faults(register(registry, body))}
    assert told == {"/reporting_unit", "/fact_date", "/details/surprise", "/subject/id_number"}


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
    told = answer.json()["items"]
    assert answer.status_code == 200
    assert [each["index"] for each in told] == list(range(8))
    assert [each["status"] for each in told] == [201, 422, 409, 422, 422, 201, 422, 201]
    assert told[2]["problem"]["registration_id"] == told[0]["registration"]["id"]
    assert told[3]["problem"]["errors"][0]["pointer"] == "/surprise"
    assert [e["registration"]["state"] for e in told if e["registration"]] == ["recognised", "submitted", "submitted"]
    kept = registry.get(A, "/v1/registrations").json()["items"]
    assert {each["id"] for each in kept} == {e["registration"]["id"] for e in told if e["registration"]}
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
    told = registry.post(A, "/v1/registrations/batch", {"items": [*cut, organisation()]}).json()["items"]
    assert [each["status"] for each in told] == [422] * 5 + [201]
    assert {each["problem"]["errors"][0]["code"] for each in told[:5]} == {"excel_damaged"}
    assert "excel_damaged" not in registry.post(A, "/v1/registrations/batch", {"items": cut[:4]}).text


def test_c08_a_certificate_that_tells_another_level_does_not_count_until_somebody_looked(registry: Registry) -> None:
    body = person(programme="highly-skilled-workers", details={"skill_level": "3", "certificate_no": CERTIFICATE_OF_4})
    told = register(registry, body).json()
    assert (told["state"], told["counted_on"]) == ("submitted", None)
    assert [each["code"] for each in told["warnings"]] == ["certificate_level_differs"]
    assert CERTIFICATE_OF_4 not in str(registry.events())


CERTIFICATE_OF_4 = "Y000036000001194000001"


@pytest.mark.parametrize(
    ("fact_date", "outcome"), [("2019-06-30", 422), ("2019-07-01", "boundary_day"), ("2019-07-02", 201)]
)
def test_c29_a_year_since_school_is_over_the_day_after(registry: Registry, fact_date: str, outcome: int | str) -> None:
    answer = register(registry, post(fact_date=fact_date, details={"left_school_on": "2018-07-01"}))
    if outcome == 422:
        assert faults(answer) == {("/details/left_school_on", "too_soon")}
        return
    assert answer.status_code == 201
    assert [each["code"] for each in answer.json()["warnings"]] == ([outcome] if outcome != 201 else [])


@pytest.mark.parametrize("talent_class", ["C", "D"])
def test_c02_another_class_is_kept_on_record_with_a_warning(registry: Registry, talent_class: str) -> None:
    answer = register(registry, person(programme="top-talent", details={"talent_class": talent_class}))
    assert (answer.status_code, answer.json()["state"]) == (201, "submitted")
    assert [each["code"] for each in answer.json()["warnings"]] == ["not_in_this_programme"]
    assert registry.events()[-1].classes["talent_class"] == talent_class


def test_c40_an_appointment_at_a_provincial_school_travels_with_its_owner(registry: Registry) -> None:
    body = person(programme="dual-qualified-teachers", details={"school_owner": "provincial"})
    assert register(registry, body).status_code == 201
    assert registry.events()[-1].classes["school_owner"] == "provincial"


@pytest.mark.parametrize(("code", "code_set", "status"), [("51", "1984", 201), ("51", "2006", 422)])
def test_c43_an_education_code_is_read_in_its_code_set(
    registry: Registry, code: str, code_set: str, status: int
) -> None:
    answer = register(registry, person(details={"education": code, "education_code_set": code_set}))
    assert answer.status_code == status, answer.text


def test_the_bureau_registers_for_a_partner_and_for_itself(registry: Registry) -> None:
    partner = registry.credentials[A]["institution_id"]
    assert register(registry, person(1, institution_id=partner), "bureau").json()["institution_id"] == partner
    own = register(registry, person(2), "bureau").json()
    assert own["institution_id"] == "00000000-0000-7000-8000-000000000001"
    assert faults(register(registry, person(3, institution_id=own["id"]), "bureau")) == {
        ("/institution_id", "institution_unknown")
    }
