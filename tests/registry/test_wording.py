"""What a clerk reads when a registration is refused: the field as forms call it, the reason, and what to do."""

from typing import Any

import pytest

from tests.registry.conftest import Registry
from tests.registry.subjects import person
from tests.registry.test_registrations import register


@pytest.mark.parametrize(
    ("change", "pointer", "zh", "en"),
    [
        (
            {"subject": {"id_number": 360101199001010000}},
            "/subject/id_number",
            "证件号码须为文本，存成数值会丢失末几位",
            "the document's number must be text: kept as a number it loses its last digits",
        ),
        ({"subject": {"name": 5}}, "/subject/name", "姓名或名称须为文本", "the name must be text"),
        ({"details": [1]}, "/details", "计划要求的内容须分项填写", None),
        (
            {"submit": "yes"},
            "/submit",
            "是否提交须为“是”或“否”（true 或 false）",
            "whether to submit must be true or false",
        ),
        (
            {"reporting_unit": "nowhere"},
            "/reporting_unit",
            "没有这个填报单位，请从填报单位目录选择",
            "There is no such reporting unit; choose one from the list of reporting units",
        ),
        ({"programme": "nowhere"}, "/programme", "没有这个人才计划，请从计划目录选择", None),
    ],
)
def test_y_a_refusal_names_the_field_as_forms_do(
    registry: Registry, change: dict[str, Any], pointer: str, zh: str, en: str | None
) -> None:
    for language, said in (("zh-CN", zh), ("en", en)):
        errors = register(registry, person(**change), Accept_Language=language).json()["errors"]
        found = {each["pointer"]: each["detail"] for each in errors}
        assert found[pointer] == said or said is None


def test_y_a_value_outside_a_list_is_answered_with_the_list(registry: Registry) -> None:
    (fault,) = register(registry, person(subject={"id_type": "driving_licence"})).json()["errors"]
    assert fault["pointer"] == "/subject/id_type"
    assert fault["detail"].startswith("请从下列各项中选择：resident_id、")


def test_y_a_second_registration_is_refused_in_a_clerk_s_words(registry: Registry) -> None:
    assert register(registry, person()).status_code == 201
    again = register(registry, person()).json()
    assert again["title"] == "该人员（单位、岗位）已在本计划登记，不得重复登记"
