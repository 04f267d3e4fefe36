"""What a registration is refused for, or kept back: each by its place and reason."""

from typing import Any

import pytest

from tests.registry.conftest import Registry
from tests.registry.subjects import organisation, person, post
from tests.registry.test_registrations import A, faults, register


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (person(programme="hongcheng-technicians"), "/programme", "programme_unknown"),  # C10
        (person(reporting_unit="nowhere"), "/reporting_unit", "unit_unknown"),
        (person(reporting_unit="wanli-bureau", fact_date="2019-01-04"), "/reporting_unit", "unit_not_valid"),
        (person(fact_date="2999-01-01"), "/fact_date", "date_parsing"),
        (person(fact_date="2199-01-01"), "/fact_date", "in_future"),
        (person(fact_date="1899-12-31"), "/fact_date", "date_parsing"),
        (person(fact_date=43647), "/fact_date", "date_parsing"),
        (person(fact_date=0), "/fact_date", "date_parsing"),
        (person(fact_date="2019-07-01T00:00:00"), "/fact_date", "date_parsing"),
        (person(fact_date="2019-02-30"), "/fact_date", "not_a_date"),
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
    outcome = {pointer for pointer, _ in faults(register(registry, body))}
    assert outcome == {"/reporting_unit", "/fact_date", "/details/surprise", "/subject/id_number"}


def test_c08_a_certificate_that_tells_another_level_does_not_count_until_somebody_looked(registry: Registry) -> None:
    body = person(programme="highly-skilled-workers", details={"skill_level": "3", "certificate_no": CERTIFICATE_OF_4})
    outcome = register(registry, body).json()
    assert (outcome["state"], outcome["counted_on"]) == ("submitted", None)
    assert [each["code"] for each in outcome["warnings"]] == ["certificate_level_differs"]
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
