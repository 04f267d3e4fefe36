"""Every word of the pages of public notices, in both languages."""

from shared.problems import Said

WORDS: dict[str, Said] = {
    "title": Said("公示", "Public notices"),
    "note": Said(
        "公示期按国务院公布的工作日历计算，首日不计入，末日到24:00止。",
        "Notices run by the decreed working days; the first day is not counted, and the last one ends at midnight.",
    ),
    "part_today": Said("今天到期", "Ending today"),
    "part_running": Said("公示中", "On notice"),
    "part_over": Said("期满，待认定", "Over, to be decided"),
    "part_draft": Said("待公示", "To be published"),
    "none": Said("没有公示，也没有待公示的登记", "Nothing is on notice, and nothing waits for it"),
    "none_next": Said(
        "登记拟认定后列在这里：一名经办人填写名单，另一名发布。",
        "What is proposed stands here: one officer writes the list, another releases it.",
    ),
    "column_programme": Said("计划", "Programme"),
    "column_days": Said("公示期", "Days"),
    "column_left": Said("还剩", "Left"),
    "column_entries": Said("名单", "Entries"),
    "until": Said("{first}至{last}", "{first} to {last}"),
    "left_today": Said("今天24:00截止", "ends tonight at midnight"),
    "left": Said("{working}个工作日（{days}天）", "{working} working days ({days} days)"),
    "left_one": Said("1个工作日（{days}天）", "1 working day ({days} {days:day/days})"),
    "left_unknown": Said(
        "{days}天（工作日历未载入）", "{days} {days:day/days} (the working-day calendar is not loaded)"
    ),
    "left_over": Said("已期满，可以认定", "over; can be decided"),
    "count": Said("{count}条", "{count}"),
    "objected_count": Said("其中异议核查 {count} 条", "{count} of them with an objection"),
    "draft_by": Said(
        "{by}已填写名单，首日{day}，待另一名经办人发布", "{by} wrote the list from {day}; another officer releases it"
    ),
    "draft_nobody": Said("还没有填写名单", "on nobody's list yet"),
    "one_title": Said("公示：{programme}", "Notice: {programme}"),
    "all_notices": Said("全部公示", "All notices"),
    "list": Said("公示名单（定稿）", "The list as published"),
    "list_note": Said(
        "姓名为明文，供公布；每次打开都留痕。公布后不再变动，更正另作补充公示。",
        "Names are in clear, to be published; each reading is on record. It never changes: what is corrected is"
        " published anew.",
    ),
    "list_draft": Said("公示名单（待发布）", "The list to be released"),
    "print": Said("打开并打印", "Open and print"),
    "text": Said("文本（供网站）", "Text, for a website"),
    "on_notice": Said("公示中的登记", "Registrations on notice"),
    "objected": Said("异议核查中的登记", "With an objection"),
    "proposed": Said("名单中的登记", "Registrations on the list"),
    "objected_note": Said(
        "异议核查期间不能认定；异议不成立的恢复公示，成立的不予认定。",
        "None is decided while the objection is looked into: dismissed it is on notice again, upheld it is rejected.",
    ),
    "name": Said("名称", "Name"),
    "unit": Said("填报单位", "Reporting unit"),
    "ends": Said("截止", "Ends"),
    "select": Said("选择", "Select"),
    "all": Said("全选本页 {count} 条", "All {count} on this page"),
    "acts": Said("勾选后办理：", "For those selected:"),
    "first_part": Said(
        "只列前 {count} 条；办理后列出其余的。", "Only the first {count}; the others follow once these are done."
    ),
    "nobody": Said("没有处于公示期的登记，都已办理。", "No registration is on this notice any more."),
    "must_be_other": Said(
        "名单由您填写，须由另一名经办人发布。", "You wrote this list; another officer has to release it."
    ),
    "extend": Said(
        "公示期只随工作日历变动：国务院调整放假时自动重算；名单更正后另行公示满期。",
        "A notice gets longer by the calendar alone: a decree has it reckoned anew, and what is corrected runs its full"
        " time.",
    ),
}
