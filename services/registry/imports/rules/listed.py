"""Lists of decisions (办理清单): what a file of transitions is asked for, and what of it may be undone. Pure."""

from collections.abc import Mapping, Sequence

from services.registry.transitions.rules.requests import EXIT_REASONS
from services.registry.transitions.rules.workflow import TRANSITION_RULES, Action
from shared.actions import ACTION_NAMES
from shared.problems import Said
from shared.sheets.tables import WantedField, WantedTable

LIST = "transitions"  # what the template of a list is known by
WHO = ("registration_id", "number", "name", "programme")  # fields that say whose transition it is
# Nobody outside was told of these: what they led to is put back as if it had not been. A notice, a revocation and what
# follows on one are served on people, by two officers, and are contested in their own way.
UNDOABLE = frozenset[Action](
    {
        "endorse", "pass_district", "pass_city", "propose", "object", "dismiss_objection", "uphold_objection",
        "recognise", "return", "not_accept", "reject", "suspend", "resume", "exit", "readmit", "cancel", "transfer",
    }
)  # fmt: skip
# What an undoing puts back.
AS_BEFORE = (
    "state", "counted_on", "ended_on", "exit_reason", "decision_no", "decision_date", "reporting_unit", "township",
    "spells", "warnings",
)  # fmt: skip

_ACTIONS: Mapping[str, Sequence[str]] = {
    rule.action: (ACTION_NAMES[rule.action].zh, ACTION_NAMES[rule.action].en) for rule in TRANSITION_RULES
}
_REASONS: Mapping[str, Sequence[str]] = {code: (said.zh, said.en) for code, said in EXIT_REASONS.items()}


def listed_table(programmes: Mapping[str, Sequence[str]], units: Mapping[str, Sequence[str]]) -> WantedTable:
    """The columns of a list, by the wordings of meetings and papers; programmes and units by code, each with names."""
    return WantedTable(
        LIST,
        [
            WantedField(
                "/number", Said("证件号码", "Document number"), "identifier", wordings=(
                    "身份证号", "身份证号码", "公民身份号码", "证件号", "统一社会信用代码", "岗位编码", "ID number",
                ), personal=True,
            ),
            WantedField("/name", Said("姓名", "Name"), "text", wordings=("名称", "单位名称", "对象"), personal=True),
            WantedField(
                "/programme", Said("人才计划", "Programme"), "choice", wordings=("计划", "类别", "人才类别"),
                choices=programmes,
            ),
            WantedField("/registration_id", Said("登记编号", "Registration id"), "text", wordings=("登记号",)),
            WantedField(
                "/action", Said("办理事项", "Action"), "choice", True, ("事项", "审议结果", "会议决定", "办理意见"),
                _ACTIONS,
            ),
            WantedField(
                "/decision_no", Said("文号", "Document no."), "text", wordings=("文件号", "认定文号", "发文字号"),
            ),
            WantedField(
                "/decision_date", Said("成文日期", "Decision date"), "date",
                wordings=("日期", "文件日期", "决定日期", "认定日期"),
            ),
            WantedField(
                "/effective_on", Said("生效日期", "Effective on"), "date", wordings=("公示起始日", "退出日期"),
            ),
            WantedField("/reason", Said("理由", "Reason"), "text", wordings=("原因", "事由")),
            WantedField("/exit_reason", Said("退出原因", "Reason to leave"), "choice", choices=_REASONS),
            WantedField("/to", Said("转入单位", "To unit"), "choice", choices=units),
            WantedField("/township", Said("转入乡镇（街道）", "To township"), "text"),
            WantedField(
                "/impact_assessment_ref", Said("影响评估编号", "Impact assessment"), "text", wordings=("评估编号",)
            ),
            WantedField("/override_reason", Said("突破理由", "Reason to go beyond"), "text"),
        ],
    )  # fmt: skip
