"""Every word of the page of deliveries, in both languages."""

from shared.problems import Said

WORDS: dict[str, Said] = {
    "title": Said("投递", "Deliveries"),
    "note": Said(
        "提醒发往各岗位的经过；未送达的可以重发。", "How alerts went to their posts. What failed can be sent again."
    ),
    "filter": Said("筛选", "Filter"),
    "filter_all": Said("全部", "All"),
    "delivery_pending": Said("待发", "Waiting"),
    "delivery_sending": Said("发送中", "Being sent"),
    "delivery_delivered": Said("已送达", "Delivered"),
    "delivery_failed": Said("未送达", "Failed"),
    "delivery_skipped": Said("未设地址", "No address"),
    "attempt_sending": Said("发送中", "being sent"),
    "attempt_delivered": Said("已送达", "delivered"),
    "attempt_retry": Said("未成，将再试", "failed, tried again"),
    "attempt_failed": Said("未成", "failed"),
    "attempt_unknown": Said("结果不明", "outcome unknown"),
    "none_yet": Said("没有这样的投递", "There are no such deliveries"),
    "none_yet_next": Said(
        "岗位设有邮箱等地址后，提醒才会向外投递；收件箱总能看到。",
        "Alerts are sent out once a post has an address; they always stand in the inbox.",
    ),
    "column_recipient": Said("岗位和渠道", "Post and channel"),
    "column_state": Said("状态", "State"),
    "column_attempts": Said("经过", "Attempts"),
    "attempt": Said("第{number}次，{when}：{status}", "No. {number}, {when}: {status}"),
    "next_try": Said("{when} 再试", "again on {when}"),
    "resend": Said("重发", "Send again"),
    "trial": Said("渠道测试", "Trial of the channel"),
    "alert": Said("提醒", "Alert"),
    "endpoint": Said("系统回调", "Webhook"),
    "institution": Said("合作单位", "An institution"),
    "event": Said("登记的办理结果", "What became of a registration"),
    "older": Said("更早的投递", "Older deliveries"),
}
