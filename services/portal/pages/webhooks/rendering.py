"""How the pages of endpoints speak, what their forms ask for, and the bodies these send."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.portal.pages.webhooks.schemas import ShownEndpoint
from services.portal.shell.entries import FieldSpec, chosen, ticked, typed
from shared import clock
from shared.problems import Said

REGISTRATION = "registry.registration."
EVENTS = {
    f"{REGISTRATION}submitted.v1": Said("提交", "submitted"),
    f"{REGISTRATION}returned.v1": Said("退回修改", "returned"),
    f"{REGISTRATION}recognised.v1": Said("认定", "recognised"),
    f"{REGISTRATION}suspended.v1": Said("暂停", "suspended"),
    f"{REGISTRATION}resumed.v1": Said("恢复在库", "resumed"),
    f"{REGISTRATION}exited.v1": Said("退出", "exited"),
    f"{REGISTRATION}cancelled.v1": Said("注销", "cancelled"),
    f"{REGISTRATION}expired.v1": Said("期满", "expired"),
    f"{REGISTRATION}revoked.v1": Said("撤销", "revoked"),
    f"{REGISTRATION}restored.v1": Said("撤销被推翻，恢复认定", "restored"),
    f"{REGISTRATION}transferred.v1": Said("变更填报单位", "transferred to another unit"),
    f"{REGISTRATION}corrected.v1": Said("更正", "corrected"),
    f"{REGISTRATION}fact_recorded.v1": Said("认定后情况", "fact recorded"),
}
WHAT = (
    FieldSpec(
        "url",
        Said("回调地址", "Address"),
        Said("本单位系统接收事件的 https 网址", "The https address at which your system receives events"),
        required=True,
    ),
    FieldSpec("description", Said("说明", "Description"), Said("例如：人事系统", "For example: personnel system")),
    FieldSpec(
        "events", Said("推送哪些办理结果", "Which events"), Said("不选即全部", "All where none is ticked"), "many"
    ),
)
SINCE = FieldSpec(
    "since",
    Said("补发自", "Send again from"),
    Said("例如 2019-12-31；保存90天", "As in 2019-12-31; 90 days are kept"),
    "date",
    required=True,
)


def body_of(form: Mapping[str, str]) -> dict[str, Any]:
    """What is sent for an endpoint, new or changed; of the events None stands for all there are."""
    return {
        "url": typed(form, "url") or "",
        "description": typed(form, "description"),
        "events": chosen(form, "events") or None,
    }


def shown_values(endpoint: ShownEndpoint, sent: Mapping[str, str]) -> dict[str, str]:
    """What the forms of its page hold: what was sent as it was sent, the rest as it is kept.

    A box that is not ticked is not sent: of the form that changes it nothing is filled in beside what was sent. Events
    are sent again from yesterday unless another day is chosen.
    """
    some = endpoint.events if len(endpoint.events) < len(EVENTS) else ()
    kept = {"url": endpoint.url, "description": endpoint.description or ""} | ticked("events", some)
    kept |= {"enabled": "on" if endpoint.enabled else ""}
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    return {"since": yesterday} | ({} if "url" in sent else kept) | dict(sent)


WORDS: dict[str, Said] = {
    "title": Said("系统回调", "Webhooks"),
    "note": Said(
        "登记的办理结果即时推送到本单位的系统，只推送本单位的登记，不含姓名和号码。",
        "What becomes of your own registrations is sent to your system at once, without names and numbers.",
    ),
    "none": Said("还没有回调地址", "There is no endpoint yet"),
    "none_next": Said(
        "在下方登记第一个。不用系统对接的，不必登记。", "Add the first one below, if you have a system that is to hear."
    ),
    "address": Said("地址", "Address"),
    "state": Said("状态", "State"),
    "events": Said("推送内容", "Events"),
    "every_event": Said("全部办理结果", "All events"),
    "is_on": Said("推送中", "On"),
    "is_failing": Said("自 {when} 起不通", "Failing since {when}"),
    "is_off": Said("已停用", "Off"),
    "off_by_hand": Said(
        "不再向这个地址推送。要恢复，请在下方勾选“启用”并保存，再按时间补发停用期间的事件。",
        "Nothing is sent to this address. To go on, tick “Send events to this address” below and save it, then send"
        " again what happened meanwhile.",
    ),
    "off_inactive": Said("本单位已被停用，请联系人社局。", "Your institution is inactive; ask the bureau."),
    "off_failing": Said(
        "因一直不通，已于 {when} 自动停用（{code}）。修复后启用，再按时间补发。",
        "Off since {when}, as nothing got through ({code}). Repair it, switch it on, then send again by time.",
    ),
    "add": Said("登记回调地址", "Add an endpoint"),
    "change": Said("更改", "Change it"),
    "enabled": Said("启用，向这个地址推送", "Send events to this address"),
    "save": Said("保存", "Save"),
    "back": Said("全部回调地址", "All endpoints"),
    "trial": Said("试发", "Send a trial"),
    "trial_note": Said("推送一条测试事件，不涉及任何登记。", "One event that is about no registration."),
    "again": Said("按时间补发", "Send again by time"),
    "again_note": Said(
        "同一事件的编号不变，系统可据此去重。", "Events keep their ids, so that your system can tell a repetition."
    ),
    "resent": Said("已安排补发 {count} 条。", "{count} {count:event is on its/events are on their} way again."),
    "resent_none": Said(
        "这一天以来没有可补发的；可以选更早的一天再试。",
        "Nothing has happened since that day that could be sent again; try an earlier day.",
    ),
    "rotate": Said("更换密钥", "Replace the secret"),
    "rotate_note": Said(
        "新密钥只显示一次；此后一天内新旧密钥同时有效，请在一天内换用。",
        "The new secret is shown once. For a day both sign: have your system use the new one by then.",
    ),
    "both_until": Said("旧密钥有效至 {when}", "The secret of before signs until {when}"),
    "secret_title": Said("请立即保存密钥", "Keep this secret now"),
    "secret_note": Said(
        "用它校验推送的签名，方法见客户端说明。离开此页后不再显示，遗失只能更换。",
        "It verifies what is sent (Standard Webhooks). It is not shown again; if it is lost, replace it.",
    ),
    "secret_before": Said(
        "密钥此前已显示过，不再显示；未保存的请更换密钥。", "It was shown before; replace it if it was not kept."
    ),
    "done": Said("已保存，继续", "I have kept it, go on"),
    "remove": Said("删除", "Remove it"),
    "remove_title": Said("删除这个回调地址？", "Remove this endpoint?"),
    "remove_note": Said(
        "地址和密钥一并删除，不能恢复；尚未送达的不再推送。",
        "Address and secret are gone for good, and what was not delivered yet is not sent.",
    ),
    "deliveries": Said("最近推送", "Latest deliveries"),
    "no_delivery": Said("还没有推送过。", "Nothing was sent yet."),
    "event": Said("事件", "Event"),
    "happened": Said("发生时间", "When"),
    "attempts": Said("推送情况", "Attempts"),
    "is_trial": Said("测试", "trial"),
    "delivery_pending": Said("待发", "waiting"),
    "delivery_sending": Said("发送中", "being sent"),
    "delivery_delivered": Said("已送达", "delivered"),
    "delivery_failed": Said("未送达", "failed"),
    "delivery_skipped": Said("未发送", "not sent"),
    "next_try": Said("{when} 再试", "next try on {when}"),
    "older": Said("更早的", "Older ones"),
}
