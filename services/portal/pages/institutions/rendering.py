"""Every word of the pages of institutions, in both languages."""

from shared.problems import Said

LABELS: dict[str, Said] = {
    "name": Said("名称", "Name"),
    "uscc": Said("统一社会信用代码（选填）", "Unified social credit code (optional)"),
    "reporting_unit": Said("填报单位", "Reporting unit"),
}
CLIENT_LABELS: dict[str, Said] = {
    "name": Said("凭据用途", "What the credential is for"),
    "role": Said("角色", "Role"),
}

WORDS: dict[str, Said] = {
    "title": Said("合作单位", "Institutions"),
    "note": Said(
        "接入的单位及其系统凭据；凭据由一人发放、另一人核准后生效。",
        "Partners and the credentials of their systems; one person issues a credential, another approves it.",
    ),
    "none_yet": Said("还没有接入单位", "No institution has been admitted yet"),
    "none_yet_next": Said(
        "在下方填写名称和填报单位，接入第一家。", "Enter a name and a reporting unit below to admit the first one."
    ),
    "admit": Said("接入单位", "Admit an institution"),
    "state": Said("状态", "State"),
    "active": Said("使用中", "Active"),
    "inactive": Said("已停用", "Inactive"),
    "older": Said("下一页", "Next page"),
    "choose": Said("请选择", "Choose"),
    "back": Said("全部合作单位", "All institutions"),
    "clients": Said("凭据", "Credentials"),
    "no_client": Said("还没有凭据", "There is no credential yet"),
    "role_institution_clerk": Said("填报", "Clerk"),
    "role_institution_reviewer": Said("复核", "Reviewer"),
    "client_issued": Said("待核准", "To be approved"),
    "client_approved": Said("生效", "In force"),
    "client_withdrawn": Said("已注销", "Withdrawn"),
    "issue": Said("发放凭据", "Issue a credential"),
    "issue_help": Said(
        "写明给哪个系统用；发放后须由另一人核准才能使用。",
        "Say which system it is for; another person has to approve it before it can be used.",
    ),
    "approve": Said("核准", "Approve"),
    "rotate": Said("更换密钥", "New secret"),
    "withdraw": Said("注销", "Withdraw"),
    "secret_title": Said("密钥只显示这一次", "This secret is shown only once"),
    "secret_next": Said(
        "请现在复制并交给对方的系统管理员，不要用聊天软件发送；离开本页后无法再看到，丢失只能更换。",
        "Copy it now and hand it to their administrator, not by a chat; it cannot be seen again, and a lost one has to"
        " be replaced.",
    ),
    "secret_before": Said(
        "这次请求已经办理过，密钥不再显示；没有记下的，请更换密钥。",
        "This was done before, and the secret is not shown again; if it was lost, make a new one.",
    ),
    "client_id": Said("凭据编号", "Identifier"),
    "client_secret": Said("密钥", "Secret"),
    "done": Said("已妥善保存，返回", "It is kept safely; go back"),
    **{f"label_{name}": said for name, said in LABELS.items()},
    "label_client_name": CLIENT_LABELS["name"],
    "label_role": CLIENT_LABELS["role"],
}
