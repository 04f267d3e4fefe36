"""Every word of the pages of the audit trail, in both languages."""

from shared.problems import Said

WORDS: dict[str, Said] = {
    "title": Said("审计记录", "Audit trail"),
    "note": Said(
        "谁在何时对什么办理了什么，结果如何；逐条相连，改动可查。",
        "Who did what to which object and when; entries are chained, so that a change of one shows.",
    ),
    "verify": Said("核验审计记录", "Check the trail"),
    "verify_note": Said(
        "从第一条起逐条核对，任何改动、删除或调换都会显示。要发现末尾被截断，请贴入此前另行保存的检查点。",
        "Every entry is compared with the one before, so that what was altered, removed or put elsewhere shows. A cut"
        " at the end shows by a checkpoint that was kept elsewhere.",
    ),
    "service": Said("服务", "Service"),
    "service_registry": Said("登记", "registry"),
    "service_quota": Said("目标", "quotas"),
    "service_notify": Said("提醒", "alerts"),
    "day_from": Said("自（含）", "From"),
    "day_to": Said("至（含）", "To"),
    "by": Said("经办人", "By"),
    "action": Said("操作", "Act"),
    "object": Said("对象编号", "Object"),
    "all": Said("全部", "All"),
    "none": Said("没有符合条件的记录", "There is no such entry"),
    "none_next": Said("请放宽日期或条件再查。", "Please choose other days or conditions."),
    "older": Said("更早的记录", "Earlier entries"),
    "when": Said("时间", "When"),
    "who": Said("经办人", "Who"),
    "outcome": Said("结果", "Outcome"),
    "outcome_done": Said("已办理", "done"),
    "outcome_awaiting": Said("待第二人", "awaits a second officer"),
    "outcome_replayed": Said("重复提交，未再办理", "sent again, not done twice"),
    "outcome_tried": Said("试算，未办理", "tried only"),
    "outcome_refused": Said("不予办理", "refused"),
    "trail_role_bureau_officer": Said("人社局", "bureau officer"),
    "trail_role_district_officer": Said("县区", "district officer"),
    "trail_role_institution_clerk": Said("单位填报", "institution clerk"),
    "trail_role_institution_reviewer": Said("单位复核", "institution reviewer"),
    "trail_role_leader": Said("领导", "leader"),
    "trail_role_auditor": Said("审计", "auditor"),
    "trail_role_operator": Said("系统管理员", "operator"),
    "whole_history": Said("这个对象的全部记录", "All entries on this object"),
    "purpose": Said("用途或变更内容", "Purpose, or what was changed"),
    "details": Said("第 {number} 条", "Entry {number}"),
    "back": Said("审计记录", "Audit trail"),
    "now_head": Said("当前检查点", "The checkpoint of now"),
    "now_note": Said(
        "记录现有 {count} 条。请把下面一行保存到本系统之外；以后用它核验，截断和重做都会显示。",
        "The trail has {count} {count:entry/entries}. Keep the line below outside of this system; with it a later cut"
        " or a trail made anew will show.",
    ),
    "unsigned_note": Said(
        "此服务不出检查点：末尾被截断而此后又有办理的，从断处起显示缺失。请把显示的条数另行保存，下次核对只增不减。",
        "There are no checkpoints of this service: a cut at the end shows where something was done since. Keep the"
        " number of entries elsewhere; it only grows.",
    ),
    "points": Said("此前保存的检查点（每行一个，选填）", "Checkpoints kept before, one a line (optional)"),
    "start": Said("开始核验", "Begin"),
    "go_on": Said("继续核验", "Go on"),
    "sound": Said(
        "完好：第 1 至 {count} 条逐条相连，没有改动、缺失或调换。",
        "In order: entries 1 to {count} are chained; none was altered, removed or put elsewhere.",
    ),
    "sound_points": Said(
        "与 {count} 个签名检查点相符。", "They agree with {count} signed {count:checkpoint/checkpoints}."
    ),
    "no_points": Said(
        "没有用检查点比对，末尾若被截断不会显示。",
        "No checkpoint was compared, so a cut at the end would not show.",
    ),
    "so_far": Said("已核对到第 {count} 条，目前完好，还有后续记录。", "In order up to entry {count}; there are more."),
    "unsound": Said(
        "审计记录有问题，请立即报告并保全数据库和备份：",
        "The trail is not in order. Report this at once, and secure the database and its backups:",
    ),
    "flaw_altered": Said(
        "第 {number} 条：内容与哈希不符，被改动或调换", "Entry {number} was altered, or put elsewhere"
    ),
    "flaw_missing": Said("第 {number} 条：缺失", "Entry {number} is missing"),
    "flaw_cut": Said("第 {number} 条起被截断：检查点之后的记录不见了", "From entry {number} on the trail was cut off"),
    "flaw_not_as_signed": Said(
        "第 {number} 条：与签名检查点不符，整链被重做", "Entry {number} is not what was signed: the trail was made anew"
    ),
    "flaw_forged": Said("检查点（第 {number} 条）的签名无效", "The checkpoint of entry {number} is not the registry's"),
}
