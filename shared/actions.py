"""What the actions of the workflows are called by those who work with them (办理事项). Pure."""

from collections.abc import Mapping

from shared.problems import Said

ACTION_NAMES: Mapping[str, Said] = {
    "submit": Said("提交", "submit"),
    "endorse": Said("单位审核", "endorse"),
    "pass_district": Said("县区初审通过", "pass for the district"),
    "pass_city": Said("市级复核通过", "pass for the city"),
    "propose": Said("拟认定", "propose"),
    "publish": Said("发布公示", "publish the notice"),
    "object": Said("登记异议", "enter an objection"),
    "dismiss_objection": Said("异议不成立", "dismiss the objection"),
    "uphold_objection": Said("异议成立", "uphold the objection"),
    "recognise": Said("认定", "recognise"),
    "return": Said("退回修改", "return for correction"),
    "not_accept": Said("不予受理", "not accept"),
    "reject": Said("不予认定", "reject"),
    "withdraw": Said("撤回", "withdraw"),
    "suspend": Said("暂停", "suspend"),
    "resume": Said("恢复", "resume"),
    "exit": Said("退出", "leave"),
    "readmit": Said("返回", "readmit"),
    "cancel": Said("注销", "deregister"),
    "revoke": Said("撤销", "revoke"),
    "request_review": Said("申请复议", "request a review"),
    "file_suit": Said("提起诉讼", "file a suit"),
    "uphold_revocation": Said("维持撤销", "uphold the revocation"),
    "overturn_revocation": Said("撤销决定被撤销", "overturn the revocation"),
    "transfer": Said("变更填报单位", "transfer"),
}
