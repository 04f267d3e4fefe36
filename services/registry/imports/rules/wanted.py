"""What a file of a programme's registrations is asked for: its columns, by the wordings of the bureau. Pure."""

from collections.abc import Mapping, Sequence

from services.registry.subjects.rules.documents import ID_TYPE_NAMES
from shared.contracts.details import DetailField
from shared.contracts.policy import Programme
from shared.problems import Said
from shared.sheets.tables import FieldKind, WantedField, WantedTable

ID_TYPES: Mapping[str, Sequence[str]] = {code: (said.zh, said.en) for code, said in ID_TYPE_NAMES.items()}
GENDERS: Mapping[str, Sequence[str]] = {"male": ("男", "male"), "female": ("女", "female")}
KINDS: Mapping[str, FieldKind] = {
    "text": "text", "choice": "choice", "date": "date", "integer": "integer", "boolean": "yes_no",
}  # fmt: skip

_PERSON = (
    WantedField("/subject/name", Said("姓名", "Name"), "text", True, personal=True),
    WantedField(
        "/subject/id_number", Said("证件号码", "Document number"), "identifier", True,
        ("身份证号", "身份证号码", "公民身份号码", "证件号", "ID number"), personal=True,
    ),
    WantedField(
        "/subject/id_type", Said("证件类型", "Document type"), "choice", wordings=("证件种类",), choices=ID_TYPES,
        personal=True,
    ),
    WantedField(
        "/subject/id_country", Said("国家（地区）", "Issuing country"), "text", wordings=("国籍", "签发国"),
        personal=True,
    ),
    WantedField("/subject/birth_date", Said("出生日期", "Birth date"), "date", wordings=("出生年月",), personal=True),
    WantedField("/subject/gender", Said("性别", "Gender"), "choice", choices=GENDERS, personal=True),
)  # fmt: skip
_ORGANISATION = (
    WantedField("/subject/name", Said("单位名称", "Organisation"), "text", True, ("名称",), personal=True),
    WantedField(
        "/subject/uscc", Said("统一社会信用代码", "Unified social credit code"), "identifier", True, ("信用代码",),
        personal=True,
    ),
)  # fmt: skip
_POST = (
    WantedField("/subject/name", Said("岗位名称", "Post"), "text", True, personal=True),
    WantedField("/subject/post_code", Said("岗位编码", "Post code"), "identifier", True, ("岗位代码",), personal=True),
    WantedField(
        "/subject/host_uscc", Said("设岗单位统一社会信用代码", "Code of the host"), "identifier", True,
        ("用人单位统一社会信用代码", "统一社会信用代码"),
    ),
)  # fmt: skip
_SUBJECT: Mapping[str, Sequence[WantedField]] = {"person": _PERSON, "organisation": _ORGANISATION, "post": _POST}


def wanted_table(programme: Programme, units: Mapping[str, Sequence[str]]) -> WantedTable:
    """The columns of a programme's file; `units` are the reporting units by code, each with its names."""
    beside = [
        WantedField("/reporting_unit", Said("填报单位", "Reporting unit"), "choice", True, ("县区", "所属县区"), units),
        WantedField("/township", Said("乡镇（街道）", "Township"), "text", wordings=("乡镇街道", "街道")),
        WantedField("/fact_date", Said("事实发生日期", "Fact date"), "date", True, ("发生日期", "来昌日期")),
        WantedField("/external_ref", Said("本单位编号", "Own reference"), "text", wordings=("外部编号",)),
    ]
    details = [_detail(each) for each in programme.fields]
    return WantedTable(programme.code, [*_SUBJECT[programme.subject_kind], *beside, *details])


def _detail(field: DetailField) -> WantedField:
    choices = {each.code: (each.zh, each.en) for each in field.choices} or None
    return WantedField(
        f"/details/{field.name}", Said(field.zh, field.en), KINDS[field.type], field.required, choices=choices
    )
