"""The words of editions of version 1, where they are others now: a published edition never changes."""

from shared.problems import Said

FIRST: dict[str, Said] = {
    "city": Said("一、各项目标完成情况", "1. Progress of every target"),
    "restatements": Said("四、更正与补报", "4. Restatements"),
    "missing": Said("五、缺少的数据", "5. What is missing"),
    "missing_sheet": Said("缺少的数据", "Missing"),
    "unit_head": Said("量词", "Unit"),
    "points": Said("{points}百分点", "{points} points"),
    "unit_of": Said("单位：{measure}", "unit: {measure}"),
    "note_completion": Said(
        "完成率向下取一位小数，未达目标不显示100.0%；较序时以百分点计；“—”表示无数据或无从比较，不同于0。",
        "Completion is rounded down to one decimal, and 100.0% never stands below the amount; ahead of time is in"
        " percentage points; “—” means no data, or nothing to compare with, which is not 0.",
    ),
    "note_ranking": Said(
        "按完成率排名，相同者并列；无分解指标的单位不参加排名，只列贡献。去年同期为修订后数据。位次变化与上期末比较。",
        "Units are ranked by completion, equals share a place; a unit without an amount is not ranked. Last year's"
        " figures are as revised. Rank change is against the end of the term before.",
    ),
    "note_lamps": Said(
        "亮灯（目标另有规定的从其规定）：● 绿 不低于序时；◆ 黄 落后不超过{yellow_to}个百分点，或不足1名（家、个）；"
        "▲ 红 落后更多。目标任务少于{smooth_below}的，按最近一个季度末的序时亮灯。",
        "Lamps, unless a target has its own: ● green in step or ahead; ◆ yellow at most {yellow_to} points or less than"
        " one behind; ▲ red further behind. Amounts below {smooth_below} are held against the last end of a quarter.",
    ),
    "note_silent": Said("未报送单位：{names}。", "Nothing was reported by: {names}."),
    "note_nobody": Said("各单位均无上报：{names}。", "Nothing reported by any unit: {names}."),
    "note_first": Said("本期为首期，无更正。", "This is the first edition; it restates nothing."),
    "note_none": Said("与上期（{edition}）相比无更正。", "Nothing is restated against the edition before ({edition})."),
    "note_against": Said(
        "与{edition}（数据截至{as_of}）相比，已公布的下列数字有更正。该期通报保持不变。",
        "Against {edition} (data as of {as_of}) these published figures are others now. That edition stays as it was.",
    ),
    "note_revoked": Said(
        "{years}年认定、其后撤销的 {heads} 名（家、个），已在修订口径中从所属年度减去；当年通报不变。",
        "{heads} recognised in {years} and revoked since are taken from the figures of that year as revised; what was"
        " published then stays.",
    ),
    "restatements_sheet": Said("更正与补报", "Restatements"),
    "amount_revised": Said(
        "{name}（{period}）目标任务自{on}起由{before}调整为{amount}（{document}）。",
        "{name} ({period}): from {on} the amount is {amount} instead of {before} ({document}).",
    ),
    "body": Said(
        "现将{term}人才计划完成情况通报如下。截至{as_of}，{targets}项目标任务中达标{attained}项、基本达标{basically}项、"
        "超额需说明{exceeded}项；计序时进度的{paced}项中，绿灯{green}项、黄灯{yellow}项、红灯{red}项。",
        "By {as_of}, {attained} of {targets} targets were attained, {basically} basically attained and {exceeded}"
        " beyond their amount. Of {paced} with a pace, {green} are green, {yellow} yellow and {red} red.",
    ),
    "body_report": Said(
        "依据{document}，对{term}的目标任务、其他指标和数据缺口评估如下。截至{as_of}，{targets}项目标任务中达标{attained}项、"
        "基本达标{basically}项、超额需说明{exceeded}项；{indicators}项其他指标中有{reported}项已报送数据，达标{met}项；"
        "缺少的数据{missing}项。",
        "Under {document}: by {as_of}, {attained} of {targets} targets were attained, {basically} basically attained"
        " and {exceeded} beyond their amount. {reported} of {indicators} other indicators were reported and {met}"
        " are met. Things missing: {missing}.",
    ),
    "every_year": Said("每年", "every year"),
    "basically_attained": Said("基本达标", "basically"),
    "short": Said("未达标", "not yet"),
    "exceeded": Said("超出范围", "out of range"),
    "corrected_value": Said("第{version}次更正", "correction {version}"),
    "chat_line": Said(
        "{lamp}{name} {value}/{amount}{measure} {done}%{ahead}",
        "{lamp}{name} {value}/{amount} {measure} {done}%{ahead}",
    ),
    "chat_ahead": Said("，较序时{points}", ", {points} points to time"),
}  # fmt: skip
