"""The kinds of alerts about the system itself (系统提醒): no event causes one, and nobody subscribes to it."""

from services.notify.alerts.rules.kind import AlertKind
from services.notify.alerts.rules.states import Severity
from shared.problems import Said

ENDPOINT_OFF, CHANNEL_BROKEN, CALENDAR_MISSING = "endpoint_off", "channel_broken", "calendar_missing"
ADDRESSES_CHANGED = "addresses_changed"

OF_SYSTEM = (
    AlertKind(
        ENDPOINT_OFF,
        None,
        Said("回调地址已自动停用：{endpoint}", "Webhook endpoint switched off: {endpoint}"),
        Said(
            "自{since}起对{endpoint}的投递均未成功（{code}），已自动停用，此后的事件不再发送，但仍保存。请合作单位修复后重新启用，"
            "并按时间补发停用期间的事件。",
            "Nothing got through to {endpoint} since {since} ({code}), and it was switched off. Events are kept and no"
            " longer sent. Once it is mended, the institution switches it on again and has what happened since sent"
            " again.",
        ),
        severity=Severity.WARNING,
    ),
    AlertKind(
        CHANNEL_BROKEN,
        None,
        Said("提醒渠道故障停用：{channel}", "A channel of alerts is out of use: {channel}"),
        Said(
            "“{channel}”的对方拒绝接收（{code}），已停用，此后的提醒走岗位的其他渠道和收件箱。请检查机器人或网关是否仍在、密钥、关键词和"
            "地址白名单，在“渠道”页改好保存后即恢复使用；未送出的可按渠道批量重发。",
            "The other side of “{channel}” refuses it ({code}), and nothing goes by it any more; alerts go by the other"
            " channels of a post and its inbox. Please see whether the robot or gateway is still there, and to its"
            " secret, keywords and allowed addresses. Once its settings are saved it is in use again; what was not"
            " delivered can be sent again by channel.",
        ),
        severity=Severity.WARNING,
    ),
    AlertKind(
        CALENDAR_MISSING,
        None,
        Said("{year}年放假安排尚未录入", "The days off of {year} are not entered"),
        Said(
            "系统尚无{year}年的工作日历：公示期延至该年的，不能开始公示；督办期限暂按周末推算。国务院办公厅一般在上一年11月前后发布放假安排，"
            "请由两人在“工作日历”页录入，录入后期限自动重算。未录入的，每月提醒一次。",
            "There is no calendar of working days for {year}: a notice that would last into it cannot begin, and terms"
            " of follow-ups are reckoned by weekends alone. The State Council decrees the days off around November of"
            " the year before. Please have two officers enter them on the page of working days; terms are then reckoned"
            " anew. This is said each month until it is done.",
        ),
        severity=Severity.WARNING,
    ),
    AlertKind(
        ADDRESSES_CHANGED,
        None,
        Said("{post}：联系方式变更", "{post}: reached elsewhere from now on"),
        Said(
            "{recorded_on}，工作人员变更了岗位“{post}”的任职人或联系地址，此后的提醒发往现在的地址；新地址收到的信一天之内不带签收链接，可登录门户签收。"
            "如不是本岗位要求的，请立即告知人社局改回。",
            "On {recorded_on} the staff changed who holds the post {post}, or where it is reached. Alerts go to its"
            " present addresses from now on; for a day those that are new get no links to sign with, and one signs in"
            " the portal. If the post did not ask for it, please tell the bureau at once, which can change it back.",
        ),
        severity=Severity.WARNING,
    ),
)
