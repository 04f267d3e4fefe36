"""Every word of the pages of accounts, in both languages."""

from shared.problems import Said

LABELS: dict[str, Said] = {
    "login": Said("登录名（小写字母、数字、连字符）", "Login (lower-case letters, digits, hyphens)"),
    "name": Said("姓名", "Name"),
    "role": Said("角色", "Role"),
    "institution_id": Said("合作单位（填报、复核人员）", "Institution (clerks and reviewers)"),
    "reporting_unit": Said("填报单位（县区人员）", "Reporting unit (district officers)"),
    "issuer_subject": Said(
        "统一身份认证的标识（填写后用其登录，不设口令）", "Subject at the issuer (signs in there, by no password)"
    ),
}

WORDS: dict[str, Said] = {
    **{f"label_{name}": said for name, said in LABELS.items()},
    "title": Said("账号", "Accounts"),
    "note": Said(
        "一人发放、另一人核准后，本人才能登录。",
        "One person issues an account, another approves it; only then does its person come in.",
    ),
    "older": Said("下一页", "Next page"),
    "choose": Said("请选择", "Choose"),
    "nothing": Said("不适用", "None"),
    "account_issued": Said("待核准", "To be approved"),
    "account_approved": Said("可登录", "May sign in"),
    "account_suspended": Said("已停用", "Suspended"),
    "as_institution_clerk": Said("合作单位填报", "Clerk of an institution"),
    "as_institution_reviewer": Said("合作单位复核", "Reviewer of an institution"),
    "as_district_officer": Said("县区", "District officer"),
    "as_bureau_officer": Said("人社局", "Bureau officer"),
    "as_leader": Said("领导", "Leader"),
    "as_auditor": Said("审计", "Auditor"),
    "as_operator": Said("系统管理员", "Operator"),
    "command_line": Said("命令行", "the command line"),
    "issued_by": Said("{who} 发放", "issued by {who}"),
    "at_issuer": Said("统一身份认证：{subject}", "at the issuer: {subject}"),
    "factor": Said("已绑定验证器", "with an authenticator"),
    "approve": Said("核准", "Approve"),
    "suspend": Said("停用", "Suspend"),
    "reset": Said("重置口令", "Reset the password"),
    "issue": Said("发放账号", "Issue an account"),
    "once_title": Said("口令只显示这一次", "This password is shown only once"),
    "once_next": Said(
        "请现在交给本人；首次登录时须改为自己的口令。离开本页后无法再看到，丢失只能重置。",
        "Hand it to its person now; they set their own when they sign in. It cannot be seen again, and a lost one has"
        " to be reset.",
    ),
    "once_before": Said(
        "这次请求已经办理过，口令不再显示；没有记下的，请重置口令。",
        "This was done before, and the password is not shown again; if it was lost, reset it.",
    ),
    "awaiting_title": Said("等待另一人重置", "Another person has to reset it too"),
    "awaiting_next": Said(
        "已登记您的申请。另一名有权人员在本页再次选择“重置口令”后，新口令显示给该人员。",
        "Your wish is on record. Once another authorised person resets it as well, the password is shown to them.",
    ),
    "login": Said("登录名", "Login"),
    "password": Said("一次性口令", "Password for one sign-in"),
    "done": Said("返回账号", "Back to accounts"),
}
