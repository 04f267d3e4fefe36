"""The fields of a registration's `details` (登记明细), as a policy pack has them for a programme."""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.contracts.parts import Part, broken
from shared.fields import FieldName, Flag, Name, Whole, Word

YES_OR_NO = ["yes", "no"]


class Choice(Part):
    """One permitted value of a field."""

    code: Word
    zh: Name
    en: Name


class DetailField(Part):
    """A field of a registration's `details` in one programme.

    `counts` sends the value with the registration's events (`classes`), and a quota may ask for it in `where`. Only a
    choice, or a boolean as "yes" or "no", can count: what travels is a code, never free text about a person.
    """

    name: FieldName
    type: Literal["text", "choice", "date", "integer", "boolean"]
    zh: Name
    en: Name
    required: Flag = False
    counts: Flag = False
    choices: list[Choice] = []
    max_length: Whole = Field(default=200, ge=1, le=2000)

    @model_validator(mode="after")
    def choices_where_one_chooses(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise broken(
                "choices",
                "选项字段须列出选项，其他字段不得列出",
                "a field of type choice, and no other, lists its choices",
            )
        return self

    @model_validator(mode="after")
    def only_codes_count(self) -> Self:
        if self.counts and self.type not in ("choice", "boolean"):
            raise broken("counts", "只有选项和是否字段可以参与计数", "only a field of type choice or boolean can count")
        return self

    @property
    def codes(self) -> list[str]:
        """The values by which it can count."""
        return YES_OR_NO if self.type == "boolean" else [choice.code for choice in self.choices]
