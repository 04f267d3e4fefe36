"""Every word of the overview, in both languages, and how a period is written."""

from services.portal.pages.overview.schemas import PeriodAnswer
from services.portal.shell.language import written_date
from shared.problems import Language, Said

WORDS: dict[str, Said] = {
    "title": Said("人才计划完成情况", "Progress of the talent programmes"),
    "as_of": Said("数据截至", "Data as of"),
    "known_line": Said("统计生成于 {instant}", "figures drawn up at {instant}"),
    "show": Said("查看", "Show"),
    "today": Said("今日", "Today"),
    "year": Said("{year}年", "{year}"),
    "years": Said("按年度查看", "By year"),
    "summary": Said("概要", "Summary"),
    "attained_card": Said("已达标", "Targets attained"),
    "of_targets": Said("共 {count} 项", "of {count}"),
    "basically_card": Said("另有 {count} 项基本达标", "and {count} basically attained"),
    "exceeded_card": Said("其中 {count} 项超额需说明", "{count} beyond the amount, to be explained"),
    "pace_card": Said("序时进度", "Pace"),
    "no_period_card": Said("{count} 项无期限，不计序时", "{count} without a period, no pace"),
    "latest_card": Said("最近达成节点", "Latest milestone"),
    "none_yet": Said("尚无", "None yet"),
    "waiting_card": Said("待签收提醒", "Alerts to be signed for"),
    "waiting_of": Said("最近 {count} 条中", "among the latest {count}"),
    "item": Said("第{number}项", "Item {number}"),
    "no_term": Said("未定期限", "no end of period"),
    "stock": Said("在库 {count}（含此前认定）", "{count} in stock, earlier ones included"),
    "basis_seed_text": Said("期限依据：文件原文", "period by the document"),
    "basis_parent_policy": Said("期限依据：上位政策", "period by the parent policy"),
    "basis_inferred": Said("期限依据：推定", "period inferred"),
    "basis_operator_set": Said("期限依据：自行设定", "period set by the bureau"),
    "of_amount": Said("目标 {amount}", "of {amount}"),
    "seats": Said("名额 {places}：", "{places} places: "),
    "seats_taken": Said("已用 {count}，", "{count} taken, "),
    "seats_held": Said("预留 {count}，", "{count} held, "),
    "seats_waiting": Said("候补 {count}", "{count} waiting"),
    "over_committed": Said("，超额", ", over-committed"),
    "unallocated": Said("未分解 {count}", "{count} given to no unit"),
    "over_allocated": Said("超额分解 {count}", "{count} more than there is given to units"),
    "silent": Said("{month}未报送：{units}", "No report for {month}: {units}"),
    "not_heard": Said("未报送", "no report"),
    "forecast": Said("预计期末 {value}（{low}—{high}）", "Forecast {value} at the end ({low}–{high})"),
    "forecast_day": Said("预计{day}达标", "foreseen to be met on {day}"),
    "needed": Said("每周需 {count}", "{count} a week needed"),
    "by_quarter": Said("小目标，按季亮灯", "a small target, judged by quarters"),
    "of_which": Said("其中：", "of these: "),
    "and": Said("，", ", "),
    "result_attained": Said("达标", "Attained"),
    "result_basically": Said("基本达标", "Basically attained"),
    "result_exceeded": Said("超额需说明", "Beyond the amount"),
    "result_short": Said("未达标", "Not attained"),
    "result_none": Said("不设数量", "No amount"),
    "lamp_green": Said("绿灯", "Green"),
    "lamp_yellow": Said("黄灯", "Yellow"),
    "lamp_red": Said("红灯", "Red"),
    "short_green": Said("绿", "green"),
    "short_yellow": Said("黄", "yellow"),
    "short_red": Said("红", "red"),
    "points": Said("较序时 {points} 个百分点", "{points} points to time"),
    "no_period": Said("无期限，不计序时", "no end of period, no pace"),
    "milestones": Said("节点", "Milestones"),
    "state_pending": Said("未达", "not reached"),
    "state_reached": Said("已达成", "reached"),
    "state_fallen_back": Said("曾达成，现回落", "reached, then fallen back"),
    "state_regained": Said("恢复达成", "regained"),
    "bar_label": Said("{name}：完成率 {completion}%", "{name}: completion {completion}%"),
    "bar_pace": Said("，序时进度 {percent}%", ", time {percent}%"),
    "bar_marks": Said("，已达节点 {percents}", ", milestones held {percents}"),
    "bar_no_marks": Said("，尚无节点达成", ", no milestone held"),
    "earlier": Said("往期（{count}）", "Earlier periods ({count})"),
    "of_units": Said("各单位目标（{count}）", "Targets of units ({count})"),
    "counted": Said("不设数量（只计数）", "Without an amount (counted only)"),
    "not_counted": Said("暂无统计", "no count yet"),
    "legend": Said("图例", "Legend"),
    "legend_filled": Said("累计完成", "counted"),
    "legend_pace": Said("序时进度", "time gone by"),
    "legend_mark": Said("节点（25、50、75、90、100%）", "milestones (25, 50, 75, 90, 100%)"),
    "legend_amount": Said("目标", "target"),
    "latest": Said("最近的节点", "Latest milestones"),
    "no_latest": Said("到这一天为止，还没有达成的节点。", "No milestone has been reached by this day."),
    "alerts": Said("提醒", "Alerts"),
    "no_alerts": Said("收件箱中没有提醒。节点达成、回落或目标调整时，提醒会出现在这里。",
                      "The inbox is empty. Milestones reached or lost and revised targets will appear here."),
    "more_alerts": Said("另有 {count} 条较早的提醒。", "{count} earlier alerts."),
    "severity_info": Said("知悉", "Info"),
    "severity_notice": Said("提示", "Notice"),
    "severity_warning": Said("预警", "Warning"),
    "severity_critical": Said("紧急", "Critical"),
    "alert_open": Said("待签收", "to be signed for"),
    "alert_acknowledged": Said("已签收", "signed for"),
    "alert_in_progress": Said("办理中", "in progress"),
    "alert_closed": Said("已办结", "closed"),
    "alert_replaced": Said("已有后续提醒", "replaced by a later alert"),
    "units": Said("各填报单位累计完成", "Counts by reporting unit"),
    "unit": Said("填报单位", "Reporting unit"),
    "units_note": Said("同一人可计入多项目标，各列不可相加。“—”表示没有报送，不同于 0。",
                       "One person may count in several columns, so that columns are never added up."
                       " “—” means nothing was reported, which is not 0."),
    "no_units": Said("还没有各单位的数据。", "There are no figures by unit yet."),
    "parked": Said("可能不完整：有 {count} 条变更尚未处理，下列数字可能偏低或偏高。",
                   "Possibly incomplete: {count} changes have not been taken in yet, so the figures below may be too"
                   " low or too high."),
    "quota_down": Said("完成情况暂时无法显示", "Progress cannot be shown at present"),
    "notify_down": Said("提醒服务暂时没有应答，提醒稍后可见。其余内容不受影响。",
                        "The alert service does not answer at present; alerts will appear later. The rest of this page"
                        " is not affected."),
    "registry_down": Said("登记服务暂时没有应答，部分名称以代码显示。其余内容不受影响。",
                          "The registry does not answer at present, so some names are shown as codes."
                          " The rest of this page is not affected."),
    "no_quotas": Said("还没有目标任务", "There are no targets yet"),
    "no_quotas_next": Said("应用政策包之后，各项目标会显示在这里：", "They appear here once a policy pack is applied:"),
    "not_begun": Said("到这一天为止，还没有任何目标的期限开始", "No period has begun by this day"),
    "not_begun_next": Said("请选择较晚的日期。", "Please choose a later one."),
    "bad_day": Said("日期无法识别。请按“2019-12-31”的样子填写。",
                    "This date cannot be read. Please write it as in “2019-12-31”."),
    "future_day": Said("日期不能晚于今日。", "The date cannot lie after today."),
    "shown_today": Said("以下为今日的情况。", "What follows is as of today."),
    "footer": Said("“完成率”按目标任务计算，向下取一位小数，未达标不显示100.0%。",
                   "Completion is measured against the amount and rounded down to one decimal; 100.0% never stands"
                   " where the target is not attained."),
}  # fmt: skip


def written_period(period: PeriodAnswer, language: Language) -> str:
    """A period as it is said: a year, some years, from a year on; other stretches by their days."""
    start, end = period.start, period.end
    whole_years = (start.month, start.day) == (1, 1) and (end is None or (end.month, end.day) == (12, 31))
    if not whole_years:
        last = f"—{written_date(end, language)}" if end else "—"
        return f"{written_date(start, language)}{last}"
    if end is None:
        return f"{start.year}年起" if language == "zh" else f"since {start.year}"
    if start.year == end.year:
        return f"{start.year}年" if language == "zh" else f"{start.year}"
    return f"{start.year}—{end.year}年" if language == "zh" else f"{start.year}–{end.year}"
