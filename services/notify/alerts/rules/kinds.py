"""The kinds of alerts (提醒类别). Each says all there is to it; what it is called is known nowhere else.

To add one, add an AlertKind to ALL. Its title and body may use the words that `rendering` makes of an alert's facts.
Nobody subscribes to those of follow-ups and of the system: whoever has a part in one hears of it.
"""

from collections import ChainMap

from services.notify.alerts.rules.kind import AlertKind
from services.notify.alerts.rules.kinds_of_system import OF_SYSTEM
from services.notify.alerts.rules.states import Severity
from shared.contracts.quota import (
    MilestoneFallenBack,
    MilestoneReached,
    MilestoneRegained,
    PaceBehind,
    PaceRecovered,
    QuotaExceeded,
    QuotaFilled,
    QuotaRevised,
    UnitSilent,
)
from shared.events import Event
from shared.problems import Said

ALL = (
    AlertKind(
        "milestone_reached",
        MilestoneReached,
        Said("{subject}达到{percents}节点", "{subject}: {percents} {milestones} reached"),
        Said(
            "截至{counted_on}，累计{value}，目标{amount}，完成率{completion}，首次达到{percents}节点。{recorded_on}录入。",
            "As of {counted_on}: {value} of {amount}, completion {completion}; the {percents} {milestones} {are}"
            " reached for the first time. Recorded on {recorded_on}.",
        ),
        early_severity=Severity.INFO,
        series="milestone",
    ),
    AlertKind(
        "milestone_fallen_back",
        MilestoneFallenBack,
        Said("{subject}回落至{percent}%以下", "{subject}: fallen back below {percent}%"),
        Said(
            "{percents}节点曾经达成，现已回落：截至{counted_on}，累计{value}，目标{amount}，完成率{completion}。"
            "{recorded_on}录入。此前关于该节点的提醒以本条为准。",
            "The {percents} {milestones} had been reached and no longer {hold}. As of {counted_on}: {value} of"
            " {amount}, completion {completion}. Recorded on {recorded_on}. This replaces what was said before about"
            " {these} {milestones}.",
        ),
        body_with_cause=Said(
            "因{cause}，现累计{value}，目标{amount}，完成率{completion}，低于此前达成的{percents}节点（计数日期{counted_on}，"
            "{recorded_on}录入）。此前关于该节点的提醒以本条为准。",
            "Because of {cause} the count now stands at {value} of {amount}, completion {completion}, below the"
            " {percents} {milestones} reached before (as of {counted_on}, recorded on {recorded_on}). This replaces"
            " what was said before about {these} {milestones}.",
        ),
        severity=Severity.WARNING,
        series="milestone",
        replaces=True,
        corrects="milestone",
        falls=True,
    ),
    AlertKind(
        "milestone_regained",
        MilestoneRegained,
        Said("{subject}恢复达成{percents}节点", "{subject}: {percents} {milestones} regained"),
        Said(
            "回落之后再次达到{percents}节点（第{episode}次）：截至{counted_on}，累计{value}，目标{amount}，"
            "完成率{completion}。{recorded_on}录入。此前关于该节点的提醒以本条为准。",
            "The {percents} {milestones} {hold} again after falling back (time {episode}). As of {counted_on}: {value}"
            " of {amount}, completion {completion}. Recorded on {recorded_on}. This replaces what was said before about"
            " {these} {milestones}.",
        ),
        series="milestone",
        replaces=True,
        corrects="milestone",
    ),
    AlertKind(
        "correction",
        QuotaRevised,
        Said("{subject}目标任务调整为{amount}", "{subject}: target revised to {amount}"),
        Said(
            "依据{document_no}，自{effective_on}起目标由{amount_before}调整为{amount}；现累计{value}，完成率{completion}。"
            "{rebased}调整目标本身不作为达成或回落提醒。",
            "By {document_no} the target changes from {amount_before} to {amount} from {effective_on} on;"
            " the count stands at {value}, completion {completion}. {rebased}The revision itself is not told as a"
            " milestone reached or lost.",
        ),
        corrects="milestone",
    ),
    AlertKind(
        "cap_filled",
        QuotaFilled,
        Said("{subject}名额已满", "{subject}: every place is taken"),
        Said(
            "累计{value}，名额{places}已全部使用（目标{amount}，完成率{completion}）。{recorded_on}录入。"
            "此后的认定须有名额退出，或由两名经办人说明理由突破。",
            "{value} recognised: all {places} are in use (target {amount}, completion {completion}). Recorded on"
            " {recorded_on}. From here on a place must be given back, or two officers override with a reason.",
        ),
    ),
    AlertKind(
        "overrun",
        QuotaExceeded,
        Said("{subject}超出名额", "{subject}: more than there are places"),
        Said(
            "累计{value}，超出名额{places}（目标{amount}，完成率{completion}）。{recorded_on}录入。超额部分须有说明，已认定的不受影响。",
            "{value} recognised, more than {places} (target {amount}, completion {completion}). Recorded on"
            " {recorded_on}. The excess must be explained; nobody recognised is put out.",
        ),
        severity=Severity.WARNING,
    ),
    AlertKind(
        "behind_pace",
        PaceBehind,
        Said("{subject}进度滞后，亮红灯", "{subject}: behind pace, the lamp is red"),
        Said(
            "截至{counted_on}，累计{value}，目标{amount}，完成率{completion}，序时进度{expected}，较序时{ahead}个百分点。"
            "补上{catch_up}即赶上序时；赶上之前保持红灯。",
            "As of {counted_on}: {value} of {amount}, completion {completion}, {expected} expected by time, {ahead}"
            " points to time. {catch_up} more are needed to be in step; until then the lamp stays red.",
        ),
        severity=Severity.WARNING,
        series="pace",
        replaces=True,
        red=True,
    ),
    AlertKind(
        "pace_recovered",
        PaceRecovered,
        Said("{subject}恢复序时进度", "{subject}: in step with time again"),
        Said(
            "此前亮红灯，现已赶上：截至{counted_on}，累计{value}，目标{amount}，完成率{completion}，"
            "序时进度{expected}，较序时{ahead}个百分点。此前的滞后提醒以本条为准。",
            "The lamp was red and no longer is. As of {counted_on}: {value} of {amount}, completion {completion},"
            " {expected} expected by time, {ahead} points to time. This replaces what was said before about being"
            " behind.",
        ),
        series="pace",
        replaces=True,
        settles="behind_pace",
    ),
    AlertKind(
        "silent_partner",
        UnitSilent,
        Said("{subject}{month}未报送", "{subject}: no report for {month}"),
        Said(
            "{month}既无登记，也无零报告；没有数据不等于零。该单位现累计{value}。请补报，或作零报告。",
            "Neither a registration nor a nil return came for {month}; no data is not zero. The unit's count is {value}"
            " as last known. Please report, or declare that there is nothing.",
        ),
        severity=Severity.WARNING,
    ),
)

ESCALATED, ASSIGNED, ANSWERED, RETURNED = (
    f"follow_up_{act}" for act in ("escalated", "assigned", "answered", "returned")
)

OF_FOLLOW_UPS = (
    AlertKind(
        ESCALATED,
        None,
        Said("{subject}：督办单逾期未签收", "{subject}: the follow-up was not signed for in time"),
        Said(
            "{post}应于{due}前签收，逾期未签，按程序报请上级督办。起因：{about}。截至提醒发出时累计{value}，目标{amount}，完成率{completion}。"
            "请签收并督促办理；签收后不再逐级上报。",
            "The post {post} should have signed by {due} and did not, so that it comes to its superior. Cause: {about}."
            " When the alert was raised: {value} of {amount}, completion {completion}. Please sign for it and see that"
            " it is dealt with; it then goes no further up.",
        ),
    ),
    AlertKind(
        ASSIGNED,
        None,
        Said("{subject}：督办单交办", "{subject}: a follow-up is yours"),
        Said(
            "请{post}签收并办理，{due}前签收。起因：{about}。截至提醒发出时累计{value}，目标{amount}，完成率{completion}。",
            "It is for the post {post} to sign for by {due}, and to answer. Cause: {about}. When the alert was raised:"
            " {value} of {amount}, completion {completion}.",
        ),
    ),
    AlertKind(
        ANSWERED,
        None,
        Said("{subject}：督办单已反馈", "{subject}: the follow-up is answered"),
        Said(
            "{post}已反馈办理情况，请核实后销号；不符合要求的，请退回。起因：{about}。",
            "The post {post} has answered. Please look at the answer and close the follow-up, or return it. Cause:"
            " {about}.",
        ),
    ),
    AlertKind(
        RETURNED,
        None,
        Said("{subject}：督办单退回", "{subject}: the follow-up was returned"),
        Said(
            "反馈不符合要求，已退回，请{post}于{due}前重新反馈。起因：{about}。",
            "The answer does not satisfy and was returned; the post {post} is to answer again by {due}. Cause:"
            " {about}.",
        ),
    ),
)

KINDS = {kind.code: kind for kind in ALL}  # those that an event causes, and one can subscribe to
EVERY_KIND = ChainMap({kind.code: kind for kind in (*OF_FOLLOW_UPS, *OF_SYSTEM)}, KINDS)  # that an alert can be of


def series_of(kind: str) -> str:
    """The series in which alerts of a kind follow one another, the kind itself where it stands in none."""
    return EVERY_KIND[kind].series or kind


def kind_for(cause: type[Event]) -> AlertKind | None:
    """The kind that an event causes, None for an event that nobody is alerted of."""
    return next((kind for kind in KINDS.values() if kind.cause is cause), None)
