"""Every word of the pages of people's requests, in both languages, and the fields of their forms."""

from collections.abc import Mapping
from typing import Any

from services.portal.client.details import ProgrammeForm, details_shown
from services.portal.shell.fields import FormField
from shared.problems import Language, Said

KINDS = {
    "access": Said("查阅", "Access"),
    "copy": Said("复制", "Copy"),
    "correction": Said("更正", "Correction"),
    "restriction": Said("限制处理", "Restriction"),
    "erasure": Said("删除", "Erasure"),
}
APPLICANTS = {
    "self": Said("本人", "The person"),
    "agent": Said("代理人", "An agent"),
    "heir": Said("近亲属", "A close relative"),
}
DECISIONS = {
    "fulfil": Said("同意，并办理", "Granted, and carried out"),
    "refuse": Said("不同意", "Refused"),
    "withdraw": Said("请求人撤回", "Withdrawn by the person"),
}
GROUNDS = {
    "purpose_ended": Said("目的已实现或不再必要", "The purpose is over"),
    "consent_withdrawn": Said("撤回同意", "Consent is withdrawn"),
    "retention_ended": Said("保存期限届满", "Its time is over"),
    "unlawful": Said("违法处理", "It was unlawful"),
    "service_ended": Said("停止服务", "The service ended"),
}
GENDERS = {"male": Said("男", "Male"), "female": Said("女", "Female")}
PLACEMENTS = {
    "active": Said("见习中", "under way"),
    "finished": Said("期满", "finished"),
    "hired": Said("留用", "hired"),
    "left": Said("中止", "left"),
}
BORN, GENDER = Said("正确的出生日期", "The right birth date"), Said("正确的性别", "The right gender")
WITHIN = Said("不填为今天；答复期限从这天起30日。", "Today where left out; it is answered within 30 days.")
NO_NAMES = Said("一两句话，封存保管；不写证件号码。", "In a sentence or two, kept sealed; no number of a document.")


def request_fields(language: Language) -> list[FormField]:
    """What is entered of a request."""
    return [
        _choice("kind", Said("请求什么", "What they ask for"), KINDS, language),
        _choice("applicant", Said("谁提出", "Who asks"), APPLICANTS, language),
        FormField(
            "received_on",
            Said("收到日期", "Received on").in_(language),
            WITHIN.in_(language),
            "date",
        ),
        FormField("reason", Said("请求人陈述", "What they say").in_(language), NO_NAMES.in_(language), "long", True),
    ]  # fmt: skip


def answer_fields(kind: str, language: Language) -> list[FormField]:
    """What an answer to a request of this kind states."""
    fields = [_choice("decision", Said("答复", "Answer"), DECISIONS, language)]
    if kind == "erasure":
        said = Said("同意删除的法定情形", "Ground of an erasure")
        fields.append(_choice("ground", said, GROUNDS, language, kind="select", required=False))
    if kind == "correction":
        fields += [
            FormField("corrected.name", Said("正确的姓名", "The right name").in_(language)),
            FormField("corrected.birth_date", BORN.in_(language), kind="date"),
            _choice("corrected.gender", GENDER, GENDERS, language, kind="select", required=False),
        ]
    why = Said("理由或说明", "Reason, or what was done").in_(language)
    return [*fields, FormField("reason", why, NO_NAMES.in_(language), "long", True)]


def reason_field(language: Language) -> FormField:
    """Why a person's data is restricted, or used again."""
    return FormField("reason", Said("理由", "Why").in_(language), NO_NAMES.in_(language), "long", True)


def details_named(
    details: Mapping[str, Any], programme: ProgrammeForm | None, language: Language
) -> list[tuple[str, str]]:
    """All details of a registration by their names; by their codes what its programme does not name any more."""
    known = {each.name for each in programme.fields} if programme else set()
    named = details_shown(details, programme, language) if programme else []
    return named + [(code, str(value)) for code, value in details.items() if code not in known]


def _choice(
    name: str, label: Said, options: dict[str, Said], language: Language, kind: str = "radios", *, required: bool = True
) -> FormField:
    named = [(code, said.in_(language)) for code, said in options.items()]
    return FormField(name, label.in_(language), "", kind, required, named)


WORDS: dict[str, Said] = {
    **{f"requested_{code}": said for code, said in KINDS.items()},
    **{f"applicant_{code}": said for code, said in APPLICANTS.items()},
    **{f"gender_{code}": said for code, said in GENDERS.items()},
    **{f"placement_{code}": said for code, said in PLACEMENTS.items()},
    **{f"ground_{code}": said for code, said in GROUNDS.items()},
    "title": Said("个人权利请求", "People's requests"),
    "note": Said(
        "个人对其信息的查阅、复制、更正、限制处理和删除请求，收到之日起30日内答复。",
        "What people ask of their data: access, a copy, correction, restriction, erasure. Answered within 30 days.",
    ),
    "tabs": Said("按状态查看", "By state"),
    "tab_waiting": Said("待答复", "To be answered"),
    "tab_answered": Said("已答复", "Answered"),
    "none_waiting": Said("没有待答复的请求", "No request waits"),
    "none_answered": Said("还没有答复过的请求", "None was answered yet"),
    "none_next": Said(
        "核实身份后，在其登记页上选“受理个人权利请求”。",
        "Check who asks, then choose “Enter a request of this person” on the page of their registration.",
    ),
    "column_kind": Said("请求", "Request"),
    "column_left": Said("答复期限", "Answer by"),
    "column_state": Said("状态", "State"),
    "request_open": Said("待答复", "To be answered"),
    "request_awaiting": Said("待第二人", "Waits for a second officer"),
    "request_fulfilled": Said("已同意并办理", "Granted and carried out"),
    "request_refused": Said("不同意", "Refused"),
    "request_withdrawn": Said("已撤回", "Withdrawn"),
    "days_left": Said("还剩{days}天，{day}前", "{days} days left, by {day}"),
    "one_day_left": Said("还剩1天，{day}前", "1 day left, by {day}"),
    "due_today": Said("今天到期", "due today"),
    "overdue": Said("已逾期{days}天", "{days} days overdue"),
    "overdue_by_one": Said("已逾期1天", "1 day overdue"),
    "received": Said("{day} 收到", "received {day}"),
    "older": Said("下一页", "Next page"),
    "new_title": Said("受理个人权利请求", "Enter a request"),
    "new_note": Said(
        "先核实请求人身份（本人、代理人的委托书、近亲属的证明）。",
        "First check who asks: the person, an agent with a mandate, a relative with proof.",
    ),
    "send": Said("受理", "Enter"),
    "cancel": Said("不办理，返回", "Go back without doing it"),
    "kept_banner": Said(
        "这是您登录过期前填写的内容，尚未提交，请核对后提交。",
        "This is what you typed before your sign-in ended. It was not sent: check it and send it.",
    ),
    "all_requests": Said("全部请求", "All requests"),
    "statement": Said("请求人陈述", "What they say"),
    "entered": Said("{by}受理，{when}", "entered by {by}, {when}"),
    "asked": Said("请求", "Request"),
    "answer": Said("答复", "Answer"),
    "answered": Said("{by}答复，{when}", "answered by {by}, {when}"),
    "seconded": Said("复核：{by}", "second officer: {by}"),
    "needs_second": Said(
        "一名经办人已同意删除；须由另一名经办人以同一情形再次答复，才会删除。",
        "One officer granted the erasure. Nothing is erased until another one answers the same, on the same ground.",
    ),
    "erasure_note": Said(
        "删除须两名经办人，以同一情形先后同意；删除后不能恢复，计数保留为无名数字。",
        "An erasure takes two officers on one ground. It cannot be undone; counts stay, without a name.",
    ),
    "answer_send": Said("答复", "Answer"),
    "not_yours": Said("您可以查看，不能答复。", "You may look, but not answer."),
    "disclose": Said("出具全部个人信息", "Show all that is kept"),
    "disclose_note": Said(
        "只交请求人本人；每次出具都留痕，离开页面后不再显示。",
        "For the person alone; each reading is on record, and it is shown on that page alone.",
    ),
    "dossier_title": Said("个人信息清单", "All that is kept of the person"),
    "dossier_made": Said("出具时间 {when}", "made {when}"),
    "print_it": Said("用浏览器打印后交请求人；请勿另存。", "Print it for the person; keep no copy."),
    "documents": Said("证件", "Documents"),
    "registrations": Said("登记", "Registrations"),
    "placements": Said("见习", "Placements"),
    "placement_days": Said("{first}起，{months}个月", "from {first}, {months} months"),
    "institution": Said("登记单位", "Registered by"),
    "unit": Said("填报单位", "Reporting unit"),
    "name": Said("姓名", "Name"),
    "born": Said("出生日期", "Born on"),
    "gender": Said("性别", "Gender"),
    "fact": Said("事实发生日期", "Date of the fact"),
    "counted": Said("计数日期", "Counts from"),
    "ended": Said("退出日期", "Left on"),
    "decision": Said("认定文件", "Decision"),
    "external_ref": Said("单位编号", "Number of the institution"),
    "privacy_notice": Said("登记时的告知书", "Privacy notice then in force"),
    "version": Said("第{number}版", "version {number}"),
    "recorded": Said("{when} 录入", "recorded {when}"),
    "replaced": Said("{when} 被更换", "replaced {when}"),
    "nothing_kept": Said("没有", "Nothing"),
    "restriction_title": Said("限制处理", "Restriction"),
    "restriction_note": Said(
        "限制后只保存和计数，不展示、不更改、不作他用；随时可以解除，计数始终不变。",
        "Restricted data is kept and counted, and shown, changed and used for nothing. It can be lifted; counts stay.",
    ),
    "restrict": Said("限制处理", "Restrict"),
    "lift": Said("解除限制", "Lift it"),
    "is_restricted": Said(
        "已限制处理（{count}条登记）。", "Restricted now ({count} {count:registration/registrations})."
    ),
    "is_lifted": Said("已解除限制（{count}条登记）。", "Lifted now ({count} {count:registration/registrations})."),
    "back": Said("返回登记", "Back to the registration"),
}  # fmt: skip
