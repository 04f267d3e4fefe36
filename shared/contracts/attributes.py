"""What follows from the details of a registration (属性): terms that end, answers of yes or no that can be counted."""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.parts import Part
from shared.fields import FieldName, Flag, Name, Whole


class Term(Part):
    """A term (期限). `remind_days`: calendar days before its last day on which to remind of it.

    `expires`: the registration ends with it (期满出库); otherwise it is only told, as that of whoever holds a post.
    """

    remind_days: Whole = Field(ge=1, le=366)
    expires: Flag = False


class TermFields(Term):
    """The fields that tell it; `first_day_counts` is a field too, because agreements differ in it."""

    start: FieldName
    months: FieldName
    first_day_counts: FieldName


class TermUntil(Term):
    """The field that holds its last day (聘期至)."""

    until: FieldName


class TermOfTitle(Term):
    """So many months from the day the registration counts from, which is not one of them (称号有效期)."""

    title_months: Whole = Field(ge=1, le=600)


class Aftercare(Part):
    """What is looked at after a recognition (后续管理), in months; what is left out is not asked for.

    `assessment_months` between two assessments (年度考核), `check_months` between two retention checks (在岗核查),
    `service_months` of service that a recognition obliges to (服务期).
    """

    assessment_months: Whole | None = Field(default=None, ge=1, le=120)
    check_months: Whole | None = Field(default=None, ge=1, le=120)
    service_months: Whole | None = Field(default=None, ge=1, le=600)


class GivenAttribute(Part):
    """Yes where the field is given."""

    rule: Literal["given"]
    name: FieldName
    zh: Name
    en: Name
    field: FieldName


class SameYearAttribute(Part):
    """Yes where both dates are given and lie in one year; `first_month` begins the year (9: the school year)."""

    rule: Literal["same_year"]
    name: FieldName
    zh: Name
    en: Name
    one: FieldName
    other: FieldName
    first_month: Whole = Field(default=1, ge=1, le=12)


FollowedAttribute = Literal["vacant_since", "holder", "settled_on", "second_certificate"]
OF_A_POST: tuple[FollowedAttribute, ...] = ("vacant_since", "holder")

Attribute = Annotated[GivenAttribute | SameYearAttribute, Field(discriminator="rule")]
