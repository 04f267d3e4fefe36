"""What the fields of forms are called, and the sentence that stands beside each, in both languages."""

from shared.problems import Said

SUBJECT_GROUPS = {
    "person": Said("人员", "The person"),
    "organisation": Said("单位", "The organisation"),
    "post": Said("岗位", "The post"),
}
COMMON_GROUP = Said("填报信息", "Where and since when")
DETAILS_GROUP = Said("本计划所需信息", "What this programme asks for")

_USCC = Said(
    "营业执照或法人证书上的18位统一社会信用代码。",
    "The unified social credit code of 18 characters, as on the licence.",
)
# Of each kind of subject: name, label, help, whether it is required.
SUBJECT_FIELDS: dict[str, list[tuple[str, Said, Said, bool]]] = {
    "person": [
        (
            "name",
            Said("姓名", "Name"),
            Said("与证件一致；少数民族和外文姓名照证件书写。", "As it stands on the document, in its own script."),
            True,
        ),
        ("id_type", Said("证件类型", "Kind of document"), Said("选择所持证件。", "Choose the document at hand."), True),
        (
            "id_number",
            Said("证件号码", "Number of the document"),
            Said(
                "照证件填写；空格和全角字符会自动整理。", "As on the document; spaces and wide characters are mended."
            ),
            True,
        ),
        (
            "id_country",
            Said("国籍或地区", "Nationality or region"),
            Said(
                "护照和外国人证件填写，如德国填其三位字母代码；居民身份证不必填写。",
                "For passports, such as DEU; not for resident cards.",
            ),
            False,
        ),
        (
            "birth_date",
            Said("出生日期", "Date of birth"),
            Said(
                "护照须填写，如 1985-10-01 或 1985年10月1日；身份证号码中已有的不必填写。",
                "For passports, such as 1985-10-01; not needed where the number tells it.",
            ),
            False,
        ),
    ],
    "organisation": [
        ("name", Said("单位名称", "Name"), Said("与登记证照一致的全称。", "The full name, as registered."), True),
        ("uscc", Said("统一社会信用代码", "Unified social credit code"), _USCC, True),
    ],
    "post": [
        (
            "name",
            Said("岗位名称", "Name of the post"),
            Said("如：社区就业协理员。", "Such as: employment assistant."),
            True,
        ),
        (
            "post_code",
            Said("岗位编码", "Code of the post"),
            Said("岗位开发文件上的编码。", "The code in the document that set up the post."),
            True,
        ),
        ("host_uscc", Said("设岗单位统一社会信用代码", "Code of the host organisation"), _USCC, True),
    ],
}

# What every registration has: name, label, help, how it is shown, whether it is required.
COMMON: list[tuple[str, Said, Said, str, bool]] = [
    (
        "reporting_unit",
        Said("填报单位", "Reporting unit"),
        Said("人数计入这个县区、开发区或部门。", "The district, zone or bureau that is credited."),
        "select",
        True,
    ),
    (
        "fact_date",
        Said("事实发生日期", "Date of the fact"),
        Said(
            "入职、发证或上岗的日期，如 2019-07-01、2019年7月1日或 2019.7.1。",
            "When they began, or the certificate was issued, such as 2019-07-01 or 2019.7.1.",
        ),
        "date",
        True,
    ),
    (
        "township",
        Said("乡镇、街道", "Township"),
        Said("单位所在乡镇或街道，区划调整时据此归属。", "Where the employer lies; it decides when boundaries move."),
        "text",
        False,
    ),
    (
        "external_ref",
        Said("本单位编号", "Your own reference"),
        Said(
            "本单位台账中的编号，日后可据此查找；不要填证件号码。",
            "The number in your own files, to find it by; no number of a document.",
        ),
        "text",
        False,
    ),
]
INSTITUTION = (
    Said("用人单位", "Institution"),
    Said("代哪个单位登记。", "For which institution this is registered."),
)

DATE_HELP = Said("如 2019-07-01、2019年7月1日或 2019.7.1。", "Such as 2019-07-01 or 2019.7.1.")
NUMBER_HELP = Said("填写整数。", "A whole number.")
TEXT_HELP = Said("照原件填写，不超过{most}字。", "As in the original, at most {most} characters.")
EDUCATION_HELP = Said(
    "国标学历代码，如 21 大学本科毕业、31 大学专科毕业。",
    "The national code, such as 21 bachelor's, 31 junior college.",
)
PLACE_HELP = Said(
    "实际工作地的6位区划代码，如 360102。", "The division code of the actual place of work, such as 360102."
)
