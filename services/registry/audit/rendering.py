"""What an export of registrations shows, column by column, and what is said on each copy."""

from collections.abc import Mapping, Sequence

from services.registry.registrations.models import Registration
from services.registry.registrations.schemas import Subject, SubjectRead
from services.registry.subjects.schemas.organisations import OrganisationRead, OrganisationSubject
from services.registry.subjects.schemas.people import PersonRead, PersonSubject
from shared.contracts.details import DetailField
from shared.contracts.policy import Programme
from shared.problems import Language, Said
from shared.sheets.exporting import ExportColumn, ExportValue

NOT_TO_PASS_ON = Said("含登记信息，请勿外传。", " Holds registrations; do not pass on.")  # ends the watermark
_BEFORE = (
    ExportColumn(Said("登记编号", "Registration"), 38),
    ExportColumn(Said("计划", "Programme"), 24),
    ExportColumn(Said("状态", "State")),
    ExportColumn(Said("姓名（名称）", "Name"), 24),
    ExportColumn(Said("证件类型", "Document type")),
    ExportColumn(Said("证件号码（代码）", "Number"), 24),
    ExportColumn(Said("签发国", "Issuing country"), 10),
    ExportColumn(Said("填报单位", "Reporting unit")),
    ExportColumn(Said("乡镇（街道）", "Township")),
    ExportColumn(Said("事实发生日期", "Fact date"), 12),
    ExportColumn(Said("计数日期", "Counted on"), 12),
    ExportColumn(Said("退出日期", "Ended on"), 12),
    ExportColumn(Said("发文字号", "Decision")),
    ExportColumn(Said("成文日期", "Decided on"), 12),
    ExportColumn(Said("本单位编号", "Own reference")),
)


def columns(programme: Programme | None) -> list[ExportColumn]:
    """The columns of every registration, and the details of one programme where one is asked for."""
    return [*_BEFORE, *(ExportColumn(Said(each.zh, each.en)) for each in _fields(programme))]


def _fields(programme: Programme | None) -> Sequence[DetailField]:
    return programme.fields if programme else ()


def row(
    registration: Registration,
    subject: Subject | SubjectRead,
    programmes: Mapping[str, Programme],
    only: Programme | None,
    language: Language,
) -> list[ExportValue]:
    """One registration in that order; choices by their names."""
    programme = programmes[registration.programme]
    id_type, number, country = _number(subject)
    details = {} if registration.restricted else registration.details
    return [
        str(registration.id),
        programme.name_zh if language == "zh" else programme.name_en,
        registration.state,
        subject.name,
        id_type,
        number,
        country,
        registration.reporting_unit,
        registration.township,
        registration.fact_date,
        registration.counted_on,
        registration.ended_on,
        registration.decision_no,
        registration.decision_date,
        None if registration.restricted else registration.external_ref,
        *(_detail(each, details.get(each.name), language) for each in _fields(only)),
    ]


def _number(subject: Subject | SubjectRead) -> tuple[str, str, str | None]:
    match subject:
        case PersonRead() | PersonSubject():
            return subject.id_type, subject.id_number, subject.id_country
        case OrganisationRead() | OrganisationSubject():
            return "uscc", subject.uscc, None
        case _:
            return "post_code", subject.post_code, None


def _detail(field: DetailField, value: ExportValue, language: Language) -> ExportValue:
    """A choice by its name; one of an older policy by its code."""
    named = next((each for each in field.choices if each.code == value), None)
    return (named.zh if language == "zh" else named.en) if named else value
