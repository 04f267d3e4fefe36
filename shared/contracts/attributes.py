"""What follows from the details of a registration (属性): terms that end, answers of yes or no that can be counted."""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.parts import FieldName, Part


class TermFields(Part):
    """The fields that tell a term (期限); `first_day_counts` is a field too, because agreements differ in it.

    `remind_days`: calendar days before the last day on which to remind of it.
    """

    start: FieldName
    months: FieldName
    first_day_counts: FieldName
    remind_days: int = Field(ge=1, le=366)


class GivenAttribute(Part):
    """Yes where the field is given."""

    rule: Literal["given"]
    name: FieldName
    zh: str
    en: str
    field: FieldName


class SameYearAttribute(Part):
    """Yes where both dates are given and lie in one year; `first_month` begins the year (9: the school year)."""

    rule: Literal["same_year"]
    name: FieldName
    zh: str
    en: str
    one: FieldName
    other: FieldName
    first_month: int = Field(default=1, ge=1, le=12)


Attribute = Annotated[GivenAttribute | SameYearAttribute, Field(discriminator="rule")]
