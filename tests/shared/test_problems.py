from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.problems import Fault, Refusal, Said
from shared.validation import faults_of


class Full(Refusal):
    """名额已满 · No place left."""

    status, slug = 409, "full"


class Cat(BaseModel):
    kind: str = "cat"
    lives: int


class Owner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=3)
    pets: list[Cat] = []


def test_the_docstring_is_the_title_in_both_languages() -> None:
    assert Full.title() == ("名额已满", "No place left.")


@pytest.mark.parametrize(
    ("language", "title", "detail"), [("zh", "名额已满", "太多"), ("en", "No place left.", "too many")]
)
def test_a_problem_speaks_the_readers_language(language: Any, title: str, detail: str) -> None:
    refusal = Full(Fault("/n", "many", Said("太多", "too many")), left=0)
    assert refusal.problem(language, "request-1") == {
        "type": "/problems/full",
        "title": title,
        "status": 409,
        "detail": title,
        "instance": "request-1",
        "errors": [{"pointer": "/n", "code": "many", "detail": detail}],
        "left": 0,
    }


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/name", "missing"),
        ({"name": "long!"}, "/name", "string_too_long"),
        ({"name": "a", "bogus": 1}, "/bogus", "extra_forbidden"),
        ({"name": "a", "赵植树 360101": 1}, "", "extra_forbidden"),  # what is no name of a field may be a value
        ({"name": "a", "pets": [{"lives": 1}, {"lives": "secret"}]}, "/pets/1/lives", "int_parsing"),
    ],
)
def test_a_fault_names_the_place_and_not_the_value(body: dict[str, Any], pointer: str, code: str) -> None:
    with pytest.raises(ValidationError) as invalid:
        Owner.model_validate(body)
    (fault,) = faults_of(invalid.value.errors(), body)
    assert (fault.pointer, fault.code) == (pointer, code)
    assert "secret" not in fault.said.zh + fault.said.en
