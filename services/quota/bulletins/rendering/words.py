"""Words and ways of writing that every format shares, in both languages."""

from services.quota.bulletins.rendering.first_words import FIRST
from services.quota.bulletins.rules import CAUSES, BulletinKind
from services.quota.bulletins.schemas import VERSION, Content, Restatement, Text
from services.quota.pace.rules.curves import BY_MONTH
from services.quota.quotas.rules import Attainment
from shared.clock import written_instant
from shared.days import written_day, written_month
from shared.periods import written_period
from shared.problems import Language, Said

NOTHING = "—"
MINUS = "\N{MINUS SIGN}"
SHAPES = {"green": "●", "yellow": "◆", "red": "▲"}

WORDS: dict[str, Said] = {
    "green": Said("绿", "green"),
    "yellow": Said("黄", "yellow"),
    "red": Said("红", "red"),
    "and": Said("；", "; "),
    "colon": Said("：", ": "),
    "full_stop": Said("。", ". "),
    "list": Said("、", ", "),
    "city": Said("一、各项目标任务完成情况", "1. Progress of every target"),
    "units": Said("二、各单位完成情况", "2. Progress of the units"),
    "indicators": Said("三、其他指标", "3. Other indicators"),
    "restatements": Said("四、更正与补报", "4. Corrections and late reports"),
    "missing": Said("五、数据缺口", "5. Data gaps"),
    "summary_sheet": Said("汇总", "Summary"),
    "indicators_sheet": Said("其他指标", "Indicators"),
    "restatements_sheet": Said("更正与补报", "Corrections and late reports"),
    "missing_sheet": Said("数据缺口", "Data gaps"),
    "districts": Said("县（区）", "Counties and districts"),
    "zones": Said("开发区（新区）", "Development zones"),
    "together": Said("各单位", "Units"),
    "own": Said("市本级", "City bureaux"),
    "whole": Said("全市合计", "The whole city"),
    "sum_group": Said("合计", "Total"),
    "sum_units": Said("各单位合计", "Total of all units"),
    "sum_unallocated": Said("未分解", "Given to no unit"),
    "sum_city": Said("全市", "The city"),
    "unreported": Said("未报送", "no report"),
    "own_decision": Said("自定", "own"),
    "unit_head": Said("计量单位", "Unit of count"),
    "unit_row": Said(
        "数据截至：{as_of}　　统计生成于：{known_at}　　单位：{measure}",
        "Data as of {as_of}, drawn up at {known_at}. Unit: {measure}",
    ),
    "points": Said("{points}个百分点", "{points} points"),
    "no_change": Said("持平", "unchanged"),
    "unit_of": Said("计量单位：{measure}", "unit of count: {measure}"),
    "mixed": Said("见各行", "as each line says"),
    "by_line": Said("名、家、个", "persons, organisations, posts"),
    "note": Said("注：", "Notes: "),
    "note_completion": Said(
        "完成率向下取一位小数，未达标不显示100.0%；较序时以百分点计。“0”为已报送、没有完成数；“未报送”为应报未报；“—”为不适用或无从比较。",
        "Completion is rounded down to one decimal, and never shows 100.0% where the target is not attained; ahead of"
        " pace is in percentage points. “0” means reported, with nobody to count; “no report” means that a"
        " report is owed; “—” means not applicable, or nothing to compare with.",
    ),
    "note_ranking": Said(
        "按完成率排名，相同者并列；未分解任务的单位不参加排名，仅列完成数。去年同期为修订后数据。位次变化与上期末比较。",
        "Units are ranked by completion, equals share a place; a unit without an amount is not ranked."
        " Last year's figures are as corrected since. Rank change is against the end of the term before.",
    ),
    "note_lamps": Said(
        "亮灯（目标任务另有规定的从其规定）：● 绿 不低于序时进度；◆ 黄 落后不超过{yellow_to}个百分点，"
        "或不足1名（家、个）；▲ 红 落后更多。目标任务少于{smooth_below}的，按最近一个季度末的序时进度亮灯。",
        "Lamps, unless a target has its own: ● green on pace or ahead; ◆ yellow at most {yellow_to} points or less than"
        " one behind; ▲ red further behind. Amounts below {smooth_below} are held against the last end of a quarter.",
    ),
    "note_silent": Said("未报送单位：{names}。", "Units that have not reported: {names}."),
    "note_parked": Said(
        "有{count}条变更尚未处理，数字可能不完整。", "{count} changes wait to be taken in; figures may be incomplete."
    ),
    "note_nobody": Said(
        "各单位完成数均为0或未报送、不再列表的：{names}。",
        "Without a table, because every unit has 0 or has not reported: {names}.",
    ),
    "note_first": Said("本期为首期，没有更正。", "This is the first edition, so there is nothing to correct."),
    "note_none": Said(
        "与上期（{edition}）相比没有更正。", "Nothing has been corrected since the edition before ({edition})."
    ),
    "note_against": Said(
        "{edition}通报（数据截至{as_of}）公布的下列数字已有更正；该期通报保持不变。",
        "These figures, published in the edition of {edition} (data as of {as_of}), have been corrected since. That"
        " edition stays as it was.",
    ),
    "note_revoked": Said(
        "{years}年认定、其后撤销的 {heads} 名（家、个），已在修订口径中从所属年度减去；当年通报不变。",
        "{heads} recognised in {years} and revoked since are taken from the figures of that year as corrected; what was"
        " published then stays.",
    ),
    "amount_revised": Said(
        "{name}（{period}）目标任务自{on}起由{before}调整为{amount}（{document}）。",
        "{name} ({period}): from {on} the amount is {amount} instead of {before} ({document}).",
    ),
    "opening": Said(
        "{addressees}：", "To: {addressees}"
    ),
    "body": Said(
        "现将{term}人才计划完成情况通报如下。截至{as_of}，{targets}项目标任务中，达标{attained}项、基本达标{basically}项、"
        "未达标{short}项、超额需说明{exceeded}项；计序时进度的{paced}项中，绿灯{green}项、黄灯{yellow}项、红灯{red}项。",
        "By {as_of}, of {targets} targets: {attained} attained, {basically} basically attained, {short} not attained,"
        " {exceeded} beyond the amount. Of the {paced} with a pace: {green} green, {yellow} yellow, {red} red.",
    ),
    "body_report": Said(
        "依据{document}，对{term}的目标任务、其他指标和数据缺口评估如下。截至{as_of}，{targets}项目标任务中，达标{attained}项、"
        "基本达标{basically}项、未达标{short}项、超额需说明{exceeded}项；{indicators}项其他指标中，已报送数据{reported}项，"
        "达标{met}项；数据缺口{missing}项。",
        "Under {document}: by {as_of}, of {targets} targets: {attained} attained, {basically} basically attained,"
        " {short} not attained, {exceeded} beyond the amount. Of {indicators} other indicators: {reported} reported,"
        " {met} attained. Data gaps: {missing}.",
    ),
    "version": Said("（第{number}版）", " (edition {number})"),
    "signatures": Said(
        "单位负责人：　　　　　　　　审核人：　　　　　　　　填表人：",
        "Head of unit: ____________   Checked by: ____________   Filled in by: ____________",
    ),
    "hash": Said("内容校验 SHA-256 {sha256}", "Content SHA-256 {sha256}"),
    "by": Said("{year}年", "by {year}"),
    "every_year": Said("每年", "every year"),
    "no_year": Said("未定期限", "no year named"),
    "attained": Said("达标", "attained"),
    "basically_attained": Said("基本达标", "basically attained"),
    "short": Said("未达标", "not attained"),
    "exceeded": Said("超额需说明", "beyond the amount, to be explained"),
    "no_amount": Said(NOTHING, NOTHING),
    "corrected_value": Said("（已更正{version}次）", "(corrected, {version})"),
    "source": Said("{source}（{document}）", "{source} ({document})"),
    "chat_line": Said(
        "{lamp}{name} {value}/{amount}{measure} {done}%{ahead}",
        "{lamp}{name} {value}/{amount} {measure} {done}%{ahead}",
    ),
    "chat_ahead": Said("，较序时{points}个百分点", ", {points} points against pace"),
    "of_which": Said("其中：{name}", "of these: {name}"),
}  # fmt: skip


def said(key: str, version: int) -> Said:
    """A sentence as editions of a version have it."""
    return FIRST.get(key, WORDS[key]) if version == 1 else WORDS[key]


def say(key: str, language: Language, in_version: int = VERSION, **values: object) -> str:
    """A sentence with its values."""
    return said(key, in_version).in_(language).format(**values)


def period(label: str, language: Language, version: int) -> str:
    """A period as its edition says it: 2018年起; version 1 printed the label."""
    return label if version == 1 else written_period(label).in_(language)


def written_term(edition: str, language: Language) -> str:
    """A month or a year as a sentence names it."""
    if len(edition) == 4:
        return f"{edition}年度" if language == "zh" else edition
    return written_month(edition, language)


def title(content: Content, language: Language) -> str:
    """The title, with the number of the edition where it is not the first."""
    again = say("version", language, number=content.edition_no) if content.edition_no > 1 else ""
    return content.title.in_(language) + again


def signed(number: int) -> str:
    """A change with its sign."""
    return f"+{number:,}" if number > 0 else f"{number:,}".replace("-", MINUS)


def listed(texts: list[Text], language: Language) -> str:
    """Names one after another."""
    return WORDS["list"].in_(language).join(each.in_(language) for each in texts)


def unit_row(content: Content, measure: str, language: Language) -> str:
    """The line under a title: what the figures cover, when they were drawn up, what they count."""
    as_of, known_at = written_day(content.as_of, language), written_instant(content.known_at, language)
    return say("unit_row", language, as_of=as_of, known_at=known_at, measure=measure)


def body(content: Content, language: Language) -> str:
    """The paragraph that says how things stand."""
    targets = [line for line in content.city if line.amount]
    lamps = [line.lamp.value for line in targets if line.lamp]
    known = [line for line in content.indicators if line.value is not None]
    statuses = [line.status for line in targets]
    return say(
        "body_report" if content.kind == BulletinKind.ANNUAL_REPORT else "body",
        language,
        content.version,
        term=written_term(content.edition, language),
        document=content.document.in_(language),
        as_of=written_day(content.as_of, language),
        targets=len(targets),
        attained=statuses.count(Attainment.ATTAINED),
        basically=statuses.count(Attainment.BASICALLY_ATTAINED),
        exceeded=statuses.count(Attainment.EXCEEDED),
        short=statuses.count(Attainment.SHORT),
        paced=len(lamps),
        **{lamp: lamps.count(lamp) for lamp in SHAPES},
        indicators=len(content.indicators),
        reported=len(known),
        met=[line.status for line in known].count(Attainment.ATTAINED),
        missing=len(content.missing),
    )


def causes(restated: Restatement, language: Language) -> str:
    """Why a figure is another now: each cause with its change and the years it counted in."""
    parts = []
    for each in restated.causes:
        years = "、".join(f"{year}年" for year in each.years) if language == "zh" else ", ".join(map(str, each.years))
        change = signed(each.change) if each.change else f"{each.heads}"
        parts.append(
            f"{CAUSES[each.cause].in_(language)} {change}" + (f"（{years}）" if language == "zh" else f" ({years})")
        )
    return WORDS["and"].in_(language).join(parts)


def units_of(restated: Restatement, language: Language) -> str:
    """Which units a restatement concerns."""
    return (
        WORDS["list"].in_(language).join(f"{each.name.in_(language)} {signed(each.change)}" for each in restated.units)
    )


def restated_notes(content: Content, language: Language) -> list[str]:
    """What is said before and after the table of restatements."""
    version = content.version
    if content.previous is None:
        return [say("note_first", language, version)]
    edition = written_term(content.previous.edition, language)
    if not content.restatements and not content.amounts_revised:
        return [say("note_none", language, version, edition=edition)]
    as_of = written_day(content.previous.as_of, language)
    notes = [say("note_against", language, version, edition=edition, as_of=as_of)]
    for each in content.amounts_revised:
        name = each.name.in_(language) + (f" {each.unit.in_(language)}" if each.unit else "")
        values = {"before": each.amount_before, "amount": each.amount, "document": each.document_no}
        values |= {"on": written_day(each.effective_on, language), "period": period(each.period, language, version)}
        notes.append(say("amount_revised", language, version, name=name, **values))
    return notes


def notes(content: Content, language: Language) -> list[str]:
    """注: how to read the tables, who is silent, and what was revoked in years that were published."""
    version, lamps = content.version, BY_MONTH.model_dump(include={"yellow_to", "smooth_below"})
    found = [say(key, language, version, **lamps) for key in ("note_completion", "note_ranking", "note_lamps")]
    revoked = [each for restated in content.restatements for each in restated.causes if each.cause == "revoked"]
    if revoked:
        years = sorted({year for each in revoked for year in each.years})
        heads = sum(each.heads for each in revoked)
        named = WORDS["list"].in_(language).join(map(str, years))
        found.append(say("note_revoked", language, version, years=named, heads=heads))
    if content.silent:
        found.append(say("note_silent", language, version, names=listed(content.silent, language)))
    if content.parked:
        found.append(say("note_parked", language, version, count=content.parked))
    return found
