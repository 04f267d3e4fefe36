"""Every word of the pages of dead letters, in both languages."""

import re

from shared.problems import Language, Said

WORDS: dict[str, Said] = {
    "title": Said("滞留事件", "Dead letters"),
    "note": Said(
        "没有能够处理的变更：原因、重放、放弃。滞留期间，有关数字可能不完整。",
        "Changes that could not be taken in: why, tried again or given up. While they wait, figures may fall short.",
    ),
    "none": Said("没有滞留事件", "Nothing waits"),
    "none_next": Said("三个服务都已处理完毕，无需办理。", "All three services have taken everything in."),
    "silent": Said(
        "{service}没有应答，其滞留事件未列出。", "The {service} does not answer; what waits there is not listed."
    ),
    "service_registry": Said("登记服务", "registry"),
    "service_quota": Said("目标服务", "quota service"),
    "service_notify": Said("提醒服务", "notify service"),
    "count": Said("{count} 条，最早于 {when}", "{count}, the oldest since {when}"),
    "reason": Said("原因", "Reason"),
    "which": Said("事件", "Event"),
    "since": Said("滞留时间", "Since"),
    "try": Said("试重放", "Try without taking in"),
    "replay": Said("重放", "Replay"),
    "replay_note": Said(
        "按原来的程序重新处理；成功的即从列表消失，失败的仍在列表中。",
        "By the same handler as before. What goes through leaves the list, what fails stays.",
    ),
    "drop": Said("放弃", "Give up"),
    "drop_title": Said("放弃这些滞留事件？", "Give these up?"),
    "drop_note": Said(
        "放弃后不再处理，也不能恢复；有关数字须以核对为准。请先确认内容已另行办理。",
        "They will never be taken in, and this cannot be undone; verify the counts afterwards. Make sure first that"
        " what they say was dealt with otherwise.",
    ),
    "drop_reason": Said("放弃理由", "Why"),
    "do_drop": Said("确认放弃", "Give up"),
    "back": Said("全部滞留事件", "All dead letters"),
    "whole": Said("事件内容", "The event"),
    "done_tried": Said(
        "试重放：可成功 {resolved} 条，仍会失败 {failed} 条。没有改动。",
        "Tried: {resolved} would go through, {failed} would fail again. Nothing was changed.",
    ),
    "done_replayed": Said(
        "重放：成功 {resolved} 条，仍失败 {failed} 条。", "Replayed: {resolved} went through, {failed} failed again."
    ),
    "done_failed": Said("失败原因", "They failed by"),
    "done_dropped": Said("已放弃 {count} 条。", "{count} {count:was/were} given up."),
    "gone": Said("这些事件已经办理，不在滞留之列。", "These were dealt with already, and wait no more."),
    "past": Said("已放弃的", "Given up before"),
    "past_by": Said("{who} 于 {when} 放弃", "given up by {who} on {when}"),
}

# What services say in one sentence for machines (shared/events.py, shared/signatures.py), as people read it.
REASONS = (
    (r"not signed", "没有签名"),
    (r"its signature is none", "签名的格式不对"),
    (r"signed with a key that is not known", "签名所用的密钥不在受信之列"),
    (r"its signature does not hold", "签名与内容不符"),
    (r"(.+): signed by (.+), which may not say so", r"\1：由 \2 签名，该服务不得发布此类事件"),
    (r"larger than ([0-9]+) bytes", r"超过 \1 字节"),
    (r"no CloudEvents 1\.0 envelope \(([0-9]+) faults\)", r"不是 CloudEvents 1.0 格式（\1 处不符）"),
    (r"unknown type or source: (.*)", r"类型或来源不明：\1"),
    (r"(.+): not valid at (.+)", r"\1：以下位置不符：\2"),
)


def written_reason(reason: str, language: Language) -> str:
    """Why an event waits; what is none of the sentences that services agreed on is the kind of an unexpected error."""
    if language == "en":
        return reason
    for pattern, zh in REASONS:
        if found := re.fullmatch(pattern, reason):
            return found.expand(zh)
    return f"处理时出错：{reason}"
