"""Every word of the pages of alerts, in both languages."""

from shared.problems import Said

WORDS: dict[str, Said] = {
    "title": Said("提醒", "Alerts"),
    "severity_info": Said("知悉", "Info"),
    "severity_notice": Said("提示", "Notice"),
    "severity_warning": Said("预警", "Warning"),
    "severity_critical": Said("紧急", "Urgent"),
    "alert_open": Said("待签收", "Not signed for"),
    "alert_acknowledged": Said("已签收", "Signed for"),
    "alert_in_progress": Said("办理中", "In progress"),
    "alert_closed": Said("已销号", "Closed"),
    "filter": Said("筛选", "Filter"),
    "filter_all": Said("全部", "All"),
    "none_open": Said("没有待签收的提醒", "Nothing waits to be signed for"),
    "none_open_next": Said(
        "有新的提醒时会显示在这里，也会出现在已打开的页面上。", "New alerts appear here and on every open page."
    ),
    "older": Said("更早的提醒", "Older alerts"),
    "sign": Said("签收", "Sign for it"),
    "signed": Said("{when} 签收", "Signed for on {when}"),
    "raised": Said("{when} 发出", "Raised on {when}"),
    "recipient": Said("收件岗位 {post}", "For the post {post}"),
    "figures": Said("查看相关数字", "See the figures"),
    "follow_up": Said("查看督办单", "See the follow-up"),
    "history": Said("经过", "History"),
    "earlier": Said("由此更正的上一条提醒", "The alert that this one replaces"),
    "deliveries": Said("投递", "Deliveries"),
    "all_deliveries": Said("查看和重发", "See and resend"),
    "no_delivery": Said("没有向外投递，只在收件箱。", "It was sent nowhere else and stands in the inbox alone."),
    "delivery_pending": Said("待发", "Waiting"),
    "delivery_sending": Said("发送中", "Being sent"),
    "delivery_delivered": Said("已送达", "Delivered"),
    "delivery_failed": Said("未送达", "Failed"),
    "delivery_skipped": Said("未设地址", "No address"),
    "live": Said("新提醒", "New alert"),
    "back": Said("全部提醒", "All alerts"),
}
