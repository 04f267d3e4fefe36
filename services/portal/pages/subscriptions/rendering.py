"""How the pages of subscriptions speak, what their form asks for, and the body it sends."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.portal.client.forms import FormError, form_errors
from services.portal.client.schemas import ProblemAnswer
from services.portal.pages.subscriptions.queries import SubscriptionChoices
from services.portal.pages.subscriptions.schemas import ShownSubscription
from services.portal.shell.entries import FieldSpec, chosen, labels_of, ticked, typed
from shared import clock
from shared.problems import Language, Said

KINDS = {
    "milestone_reached": Said("节点达成", "milestone reached"),
    "milestone_fallen_back": Said("节点回落", "milestone fallen back"),
    "milestone_regained": Said("节点恢复", "milestone regained"),
    "correction": Said("目标调整", "amount revised"),
    "cap_filled": Said("名额已满", "places all taken"),
    "overrun": Said("超额", "beyond the amount"),
    "behind_pace": Said("落后序时", "behind pace"),
    "pace_recovered": Said("恢复序时", "pace recovered"),
    "silent_partner": Said("未报送", "no report"),
}
SEVERITIES = {
    "info": Said("知悉", "Info"),
    "notice": Said("提示", "Notice"),
    "warning": Said("预警", "Warning"),
    "critical": Said("紧急", "Critical"),
}
WHENS = {"at_once": Said("立即", "At once"), "digest": Said("摘要", "In a digest")}
DAYS = {
    "every_day": Said("每天", "every day"),
    "working_days": Said("工作日", "working days"),
    "monday": Said("星期一", "Mondays"),
    "tuesday": Said("星期二", "Tuesdays"),
    "wednesday": Said("星期三", "Wednesdays"),
    "thursday": Said("星期四", "Thursdays"),
    "friday": Said("星期五", "Fridays"),
    "saturday": Said("星期六", "Saturdays"),
    "sunday": Said("星期日", "Sundays"),
}
WEEKS = 13  # that are looked back at unless another day is asked for
ALL_HELP = Said("都不选即为全部", "None is all of them")
TIME_HELP = Said("例如 08:53", "As in 08:53")

RECIPIENT = FieldSpec("recipient", Said("岗位", "Post"), kind="select", required=True)
WHAT = (
    FieldSpec("kinds", Said("提醒类别", "Kinds of alerts"), ALL_HELP, "many"),
    FieldSpec("min_severity", Said("至少达到", "At least"), kind="radios", required=True),
    FieldSpec("programmes", Said("人才计划", "Programmes"), ALL_HELP, "many"),
    FieldSpec("units", Said("填报单位", "Reporting units"), ALL_HELP, "many"),
    FieldSpec("channels", Said("渠道", "Channels"), kind="many", required=True),
    FieldSpec(
        "when",
        Said("何时发出", "When"),
        Said("紧急提醒总是立即发出", "What is critical always goes at once"),
        "radios",
        required=True,
    ),
    FieldSpec("digest.at", Said("摘要时间", "Time of the digest"), TIME_HELP, "date"),
    FieldSpec("digest.days", Said("摘要日", "Days of the digest"), kind="select"),
    FieldSpec("quiet_hours.start", Said("静默时段自", "Quiet from"), TIME_HELP, "date"),
    FieldSpec("quiet_hours.end", Said("静默时段至", "Quiet until"), TIME_HELP, "date"),
)
SINCE = FieldSpec(
    "since",
    Said("回测自", "Look back since"),
    Said(
        "如 2019-07-01。回测只计算，不发送，也不保存。", "As in 2019-07-01. It only reckons: nothing is sent or kept."
    ),
    "date",
)
FIRST = {"min_severity": "info", "when": "at_once", "channels.inbox": "on"}


def options_of(found: SubscriptionChoices, language: Language) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What the form lets one choose from."""
    fixed = {"kinds": KINDS, "min_severity": SEVERITIES, "when": WHENS, "digest.days": DAYS}
    named = {field: [(code, said.in_(language)) for code, said in codes.items()] for field, codes in fixed.items()}
    own = {"recipient": found.posts, "programmes": found.programmes, "units": found.units, "channels": found.channels}
    return named | own


def as_typed(kept: ShownSubscription) -> dict[str, str]:
    """A subscription as its form has it."""
    kinds = [] if set(kept.kinds) == set(KINDS) else kept.kinds
    many = {"kinds": kinds, "programmes": kept.programmes, "units": kept.units, "channels": kept.channels}
    values = {name: value for field, codes in many.items() for name, value in ticked(field, codes).items()}
    values |= {"min_severity": kept.min_severity, "when": "digest" if kept.digest else "at_once"}
    if kept.digest:
        values |= {"digest.at": kept.digest.at, "digest.days": kept.digest.days}
    if kept.quiet_hours:
        values |= {"quiet_hours.start": kept.quiet_hours.start, "quiet_hours.end": kept.quiet_hours.end}
    return values


def body_of(form: Mapping[str, str]) -> dict[str, Any]:
    """All that a subscription says; a new one names its post besides."""
    body: dict[str, Any] = {name: chosen(form, name) or None for name in ("programmes", "units")}
    body |= {"kinds": chosen(form, "kinds") or list(KINDS), "channels": chosen(form, "channels")}
    body["min_severity"] = typed(form, "min_severity") or "info"
    digest = {"at": typed(form, "digest.at"), "days": typed(form, "digest.days")}
    body["digest"] = {name: value for name, value in digest.items() if value} if form.get("when") == "digest" else None
    quiet = {"start": typed(form, "quiet_hours.start"), "end": typed(form, "quiet_hours.end")}
    body["quiet_hours"] = {name: value for name, value in quiet.items() if value} or None
    return body


def some_weeks_ago() -> str:
    """The day from which a look back begins unless another is asked for."""
    return (clock.today() - timedelta(weeks=WEEKS)).isoformat()


def look_back_errors(problem: ProblemAnswer, language: Language) -> Sequence[FormError]:
    """What is wrong with what was to be looked back at, at the fields of the form."""
    own = labels_of((RECIPIENT, *WHAT, SINCE), language)
    found = form_errors(problem, own | {f"subscription.{name}": label for name, label in own.items()})
    return [replace(each, field=each.field and each.field.removeprefix("subscription.")) for each in found]


WORDS: dict[str, Said] = {
    "title": Said("订阅", "Subscriptions"),
    "note": Said(
        "哪个岗位收到哪些提醒、通过什么渠道、立即还是摘要。",
        "Which post hears of what, by which channels, at once or in a digest.",
    ),
    "post": Said("岗位", "Post"),
    "all": Said("全部", "All"),
    "none": Said("没有订阅", "There is no subscription"),
    "none_next": Said("没有订阅的岗位收不到提醒；请新增一项。", "A post without one hears of nothing; add one."),
    "add": Said("新增订阅", "Add a subscription"),
    "change": Said("更改订阅", "Change a subscription"),
    "save": Said("保存", "Save"),
    "end": Said("取消订阅", "End it"),
    "end_title": Said("取消这项订阅？", "End this subscription?"),
    "end_note": Said(
        "取消后，这个岗位不再因此收到提醒；已发出的不受影响。",
        "This post will hear of nothing by it from now on; what was sent stays.",
    ),
    "back": Said("全部订阅", "All subscriptions"),
    "what": Said("收到什么", "What"),
    "how": Said("怎样收到", "How"),
    "all_kinds": Said("全部类别", "all kinds"),
    "all_programmes": Said("全部计划", "all programmes"),
    "all_units": Said("全部单位", "all units"),
    "from_severity": Said("{severity}及以上", "{severity} and above"),
    "at_once": Said("立即", "at once"),
    "digest_at": Said("摘要：{days} {at}", "digest: {days}, {at}"),
    "quiet": Said("静默 {start}—{end}", "quiet {start}–{end}"),
    "backtest": Said("回测", "Look back"),
    "backtest_first": Said("先回测，不保存", "Look back first, save nothing"),
    "backtest_title": Said("回测：会发出什么", "Looking back: what it would have sent"),
    "backtest_of": Said("{since}至今的{events}件事", "since {since}, of events: {events}"),
    "backtest_sum": Said(
        "会发出{messages}条消息，共{alerts}条提醒。", "Messages it would have sent: {messages}; alerts: {alerts}."
    ),
    "backtest_nothing": Said(
        "这段时间里，这项订阅什么也不会发出。可以放宽类别、程度或单位，或者从更早的日子算起。",
        "It would have sent nothing. Ask for more kinds, a lower severity or more units, or begin earlier.",
    ),
    "backtest_note": Said(
        "按现在的岗位、休假、工作日历和渠道计算；群机器人限速合并的，这里按条计。",
        "By posts, leave, calendar and channels as they are now; what a robot's pace would have merged counts singly.",
    ),
    "backtest_alerts": Said("提醒", "Alerts"),
    "backtest_then": Said("当时已收到", "Heard then"),
    "backtest_ways": Said("消息", "Messages"),
    "by_way": Said("{channel} {count}条", "{channel}: {count}"),
    "digests": Said("其中摘要{count}条", "{count} {count:digest/digests}"),
    "to_come": Said("尚未到时{count}条", "{count} not due yet"),
    "no_address": Said("没有地址，发不出去", "no address, so none had gone"),
    "backtest_kind": Said("类别", "Kind"),
    "backtest_samples": Said("最近的几条消息", "The newest messages"),
    "backtest_unseen": Said("您的角色只看数量，不看内容。", "Your role sees counts, not what they say."),
    "sample": Said("{when} · {post} · {channels}", "{when} · {post} · {channels}"),
}
