"""The rules of eligibility (资格条件) that a policy pack may set for a programme."""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.parts import Part
from shared.fields import FieldName, Line, Sentence, Whole

Months = Annotated[Whole, Field(ge=0, le=1200)]  # or years of age
Effect = Literal["refuse", "warn"]


class AgeRule(Part):
    """Age in full years on the fact date."""

    rule: Literal["age"]
    at_least: Months | None = None
    at_most: Months | None = None
    effect: Effect = "refuse"


class OneOfRule(Part):
    """The field, when given, holds one of these values; anything else belongs to another list."""

    rule: Literal["one_of"]
    field: FieldName
    values: list[Line] = Field(min_length=1)
    effect: Effect = "refuse"
    said_zh: Sentence
    said_en: Sentence


class MonthsSinceRule(Part):
    """More than so many full months lie between the date in `field` and the fact date; the boundary day warns."""

    rule: Literal["months_since"]
    field: FieldName
    more_than: Months
    effect: Effect = "refuse"


class InCityRule(Part):
    """The place in `field` (GB/T 2260 or longer code) lies in the city (在昌)."""

    rule: Literal["in_city"]
    field: FieldName
    prefix: Annotated[str, Field(pattern=r"^[0-9]{4}$")]
    effect: Effect = "refuse"


class CertificateRule(Part):
    """The level digit of a certificate number agrees with the declared skill level (证书编号与等级一致)."""

    rule: Literal["certificate_level"]
    number: FieldName
    level: FieldName
    effect: Effect = "warn"


Level = Literal["secondary", "junior_college", "bachelor", "master", "doctor"]


class EducationRule(Part):
    """The education code exists in its code set (GB/T 4658-2006, or GB 4658-1984 where `code_set` says 1984).

    `at_least`: a diploma (毕业) of this level or a higher one.
    """

    rule: Literal["education"]
    field: FieldName
    code_set: FieldName
    at_least: Level | None = None
    effect: Effect = "refuse"


class VocationalRule(Part):
    """Where `when` says `value`, the education is a finished secondary vocational one or more (中专及以上)."""

    rule: Literal["vocational_or_above"]
    when: FieldName
    value: Line
    field: FieldName
    code_set: FieldName
    effect: Effect = "refuse"


class NeededWhenRule(Part):
    """Where `when` has this value (of a boolean "yes" or "no"), the field is given: 特设岗位只设在所列领域."""

    rule: Literal["needed_when"]
    when: FieldName
    value: Line
    field: FieldName
    effect: Effect = "refuse"
    said_zh: Sentence
    said_en: Sentence


class TermRule(Part):
    """The months in `field` lie between two bounds."""

    rule: Literal["term_months"]
    field: FieldName
    at_least: Months
    at_most: Months
    effect: Effect = "refuse"


EligibilityRule = Annotated[
    AgeRule
    | OneOfRule
    | MonthsSinceRule
    | InCityRule
    | CertificateRule
    | EducationRule
    | VocationalRule
    | NeededWhenRule
    | TermRule,
    Field(discriminator="rule"),
]
