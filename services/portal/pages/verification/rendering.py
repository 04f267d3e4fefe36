"""Every word of the pages of verification, in both languages."""

from shared.problems import Said

WORDS: dict[str, Said] = {
    "title": Said("核对计数", "Verify the counts"),
    "note": Said(
        "把计数与台账、人头和登记逐项比对；有差异的，列出差在哪里。",
        "Counts are held against the ledger, the heads and the registrations; what does not agree is listed.",
    ),
    "start": Said("开始核对", "Begin"),
    "source": Said("以什么为准", "By what"),
    "source_registrations": Said("全部登记（最完整）", "All registrations, which is the most complete"),
    "source_ledger": Said("台账（只看计数、合计和节点）", "The ledger: counters, sums and milestones alone"),
    "takes_long": Said(
        "数据多时需要一两分钟，期间不影响办理。", "With much data this takes a minute or two; work goes on."
    ),
    "sound": Said("相符：没有差异。", "In order: nothing differs."),
    "unsound": Said("有差异，共 {count} 处。", "{count} {count:difference was/differences were} found."),
    "put_right": Said(
        "已修正 {count} 处，逐条记录在案。", "{count} {count:thing was/things were} put right, each on record."
    ),
    "looked_at": Said("比对了什么", "What was looked at"),
    "checked_quotas": Said("目标", "Quotas"),
    "checked_counters": Said("计数", "Counters"),
    "checked_memberships": Said("人头", "Heads"),
    "checked_ledger_rows": Said("台账行", "Lines of the ledger"),
    "checked_bulletins": Said("通报", "Bulletins"),
    "differs": Said("差异", "Differences"),
    "adrift_counters": Said("计数与台账不符", "Counters that differ from the ledger"),
    "adrift_sums": Said("合计与台账不符", "Sums that differ from the ledger"),
    "adrift_ledger": Said("台账与人头不符", "Days of the ledger that differ from the heads"),
    "adrift_memberships": Said("人头与登记不符", "Heads that differ from the registrations"),
    "adrift_milestones": Said("节点不符", "Milestones that differ"),
    "adrift_bulletins": Said("通报内容被改动，须从备份恢复", "Bulletins that were altered; a backup brings them back"),
    "figure": Said("数字", "Figure"),
    "figure_gross": Said("累计认定", "ever recognised"),
    "figure_net": Said("净累计", "net"),
    "figure_in_stock": Said("在库", "in stock"),
    "counter": Said("计数", "Counter"),
    "ledger": Said("台账", "Ledger"),
    "heads": Said("人头", "Heads"),
    "city": Said("全市", "the whole city"),
    "repair": Said("修正差异", "Put them right"),
    "repair_note": Said(
        "修正不能撤销：台账只增不改，每处修正都留下前后数字、经办人和理由，不发提醒。请先查明原因。",
        "This cannot be undone: lines are added to the ledger, each with what was before and after, by whom and why."
        " Nobody is alerted. Find the cause first.",
    ),
    "reason": Said("修正理由", "Reason"),
    "past": Said("最近的修正", "What was put right lately"),
    "past_none": Said("没有修正过。", "Nothing was ever put right."),
    "layer_counter": Said("计数", "Counter"),
    "layer_sum": Said("合计", "Sum"),
    "layer_ledger": Said("台账", "Ledger"),
    "layer_membership": Said("人头", "Head"),
    "layer_milestone": Said("节点", "Milestone"),
    "layer_registration": Said("登记", "Registration"),
    "by": Said("{who}，{when}", "{who}, {when}"),
}
