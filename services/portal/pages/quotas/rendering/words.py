"""Every word of the pages of quotas, in both languages."""

from services.portal.pages.quotas.rendering.forms import KINDS
from shared.problems import Said

WORDS: dict[str, Said] = {
    "title": Said("目标与分解", "Quotas and their split"),
    "note": Said(
        "目标任务的设定、调整和分解；调整须两人办理，办理前先看影响。",
        "Amounts laid down, revised by two officers and split to units; each is seen before it is done.",
    ),
    "filter_programme": Said("人才计划", "Programme"),
    "filter_unit": Said("填报单位", "Reporting unit"),
    "all": Said("全部", "All"),
    "none_yet": Said("没有符合条件的目标", "There is no such quota"),
    "none_yet_next": Said(
        "请换一个计划或单位，或新设一项目标。", "Choose another programme or unit, or lay a quota down."
    ),
    "city": Said("全市", "The whole city"),
    "share_of": Said("分解数", "share"),
    "head_amount": Said("目标任务", "Amount"),
    "head_period": Said("期间", "Period"),
    "head_document": Said("依据", "By"),
    "own_decision": Said("自行设定", "the bureau itself"),
    "older": Said("下一页", "Next page"),
    "lay_down": Said("设定目标", "Lay a quota down"),
    "lay_down_note": Said(
        "先看影响，再决定是否设定；设定后不能删除，只能调整。",
        "See what it changes first. What is laid down cannot be removed, only revised.",
    ),
    "preview": Said("查看影响", "See what it changes"),
    "preview_quota": Said("设定这项目标？", "Lay this quota down?"),
    "do_lay_down": Said("确认设定", "Lay it down"),
    "back": Said("全部目标", "All quotas"),
    "programme_page": Said("完成情况", "Progress"),
    "terms": Said("现行目标", "As it stands"),
    "wording": Said("文件表述", "Wording"),
    "unit": Said("填报单位", "Reporting unit"),
    "kind": Said("目标性质", "Kind"),
    "quota_kind_goal": KINDS["goal"],
    "quota_kind_cap": KINDS["cap"],
    "quota_kind_band": KINDS["band"],
    "clause": Said("条款", "Clause"),
    "amounts": Said("历次调整", "Amounts over time"),
    "amount_from": Said("自何日起", "In force from"),
    "amount_by": Said("发文字号", "Document"),
    "amount_known": Said("录入时间", "Entered at"),
    "amount_value": Said("当时累计完成", "Total then"),
    "revise": Said("调整目标", "Revise the amount"),
    "revise_note": Said(
        "一人提请，另一人核对差异后确认，方才生效；节点按新的目标任务计算，过去的数字不变。",
        "One officer asks, another confirms after seeing the difference. Past figures stay as they are.",
    ),
    "preview_revision": Said("提请调整？", "Ask for this revision?"),
    "ask": Said("提请调整", "Ask for it"),
    "asked_by": Said("{who} 于 {when} 提请", "asked for by {who} on {when}"),
    "waits": Said("待第二人确认", "Awaits a second officer"),
    "waits_own": Said(
        "由您提请，须由另一人确认。您可以撤回。",
        "You asked for this; another officer confirms it. You may withdraw it.",
    ),
    "waits_other": Said(
        "请核对文件与下列差异；同意即确认，不同意即撤回。",
        "Compare the document with the difference below; confirm it, or take it back where you do not agree.",
    ),
    "void": Said(
        "提请之后目标已有变化，本次提请作废，请撤回后重新提请。",
        "The quota changed since, so this no longer holds; take it back and ask anew.",
    ),
    "confirm": Said("确认生效", "Confirm it"),
    "withdraw": Said("撤回提请", "Take it back"),
    "split": Said("任务分解", "Split to units"),
    "split_note": Said(
        "填写各单位的分解数；不填的单位从当日起没有分解任务。",
        "Each unit's share; a unit that is left empty has none from that day on.",
    ),
    "split_none": Said("还没有分解", "It is not split yet"),
    "split_change": Said("调整分解", "Change the split"),
    "split_total": Said(
        "目标任务 {amount}，已分解 {allocated}，未分解 {unallocated}",
        "{amount} in all, {allocated} given to units, {unallocated} to none",
    ),
    "split_over": Said("超出全市目标任务仍要分解", "Give more than the city's amount all the same"),
    "preview_split": Said("按此分解？", "Split it so?"),
    "split_same": Said("与现行分解相同，没有变化。", "This is the split in force; nothing changes."),
    "do_split": Said("确认分解", "Split it"),
    "city_pool": Said("全市统筹，不分解到单位", "kept for the whole city, not split to units"),
    "effects_of": Said("对{unit}的影响", "What it changes for {unit}"),
}
