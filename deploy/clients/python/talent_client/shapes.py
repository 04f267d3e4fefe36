"""What is sent and what is answered, as the registry's OpenAPI document has it; fields not named here are passed on."""

from typing import Any, Literal, NotRequired, TypedDict


class Person(TypedDict):
    """A person (人员)."""

    kind: Literal["person"]
    name: str
    id_number: str
    id_type: NotRequired[str]
    id_country: NotRequired[str]
    birth_date: NotRequired[str]
    gender: NotRequired[str]


class Organisation(TypedDict):
    """An organisation (单位), by its unified social credit code (统一社会信用代码)."""

    kind: Literal["organisation"]
    name: str
    uscc: str


class NewRegistration(TypedDict):
    """A registration to post (登记). Dates are written YYYY-MM-DD; without `submit` it stays a draft."""

    programme: str
    subject: Person | Organisation | dict[str, Any]
    reporting_unit: str
    fact_date: str
    submit: NotRequired[bool]
    details: NotRequired[dict[str, Any]]
    township: NotRequired[str]
    external_ref: NotRequired[str]


class Registration(TypedDict):
    """A registration as the registry shows it, its personal values masked."""

    id: str
    programme: str
    state: str
    reporting_unit: str
    version: int
    subject: dict[str, Any]
    external_ref: NotRequired[str | None]


class Outcome(TypedDict):
    """What came of one registration of many: `status` as if it had been posted alone, `problem` why it was refused."""

    status: int
    registration: NotRequired[Registration | None]
    problem: NotRequired[dict[str, Any] | None]
