"""What an alert says, in the reader's language; every word comes from the kind and the facts."""

import re
from datetime import date

from services.notify.alerts.models import Alert
from services.notify.alerts.rules import Kind
from services.notify.alerts.schemas import AlertRead, Facts
from shared.problems import Language, Said

TITLES = {
    Kind.MILESTONE_REACHED: Said("{subject}达到{percent}%节点", "{subject}: {percent}% milestone reached"),
    Kind.MILESTONE_FALLEN_BACK: Said("{subject}回落至{percent}%以下", "{subject}: fallen back below {percent}%"),
    Kind.MILESTONE_REGAINED: Said("{subject}恢复达成{percent}%节点", "{subject}: {percent}% milestone regained"),
    Kind.CORRECTION: Said("{subject}目标任务调整为{amount}", "{subject}: target revised to {amount}"),
    Kind.CAP_FILLED: Said("{subject}名额已满", "{subject}: every place is taken"),
    Kind.OVERRUN: Said("{subject}超出名额", "{subject}: more than there are places"),
    Kind.BEHIND_PACE: Said("{subject}进度滞后，亮红灯", "{subject}: behind pace, the lamp is red"),
    Kind.PACE_RECOVERED: Said("{subject}恢复序时进度", "{subject}: in step with time again"),
    Kind.SILENT_PARTNER: Said("{subject}{month}未报送", "{subject}: no report for {month}"),
}

BODIES = {
    Kind.MILESTONE_REACHED: Said(
        "截至{counted_on}，累计{value}，目标{amount}，完成率{completion}，首次达到{percent}%节点。{recorded_on}录入。",
        "As of {counted_on}: {value} of {amount}, completion {completion}; the {percent}% milestone is reached for the"
        " first time. Recorded on {recorded_on}.",
    ),
    Kind.MILESTONE_FALLEN_BACK: Said(
        "{percent}%节点曾经达成，现已回落：截至{counted_on}，累计{value}，目标{amount}，完成率{completion}。"
        "{recorded_on}录入。此前关于该节点的提醒以本条为准。",
        "The {percent}% milestone had been reached and no longer holds. As of {counted_on}: {value} of {amount},"
        " completion {completion}. Recorded on {recorded_on}. This replaces what was said before about this milestone.",
    ),
    Kind.MILESTONE_REGAINED: Said(
        "回落之后再次达到{percent}%节点（第{episode}次）：截至{counted_on}，累计{value}，目标{amount}，"
        "完成率{completion}。{recorded_on}录入。此前关于该节点的提醒以本条为准。",
        "The {percent}% milestone holds again after falling back (time {episode}). As of {counted_on}: {value} of"
        " {amount}, completion {completion}. Recorded on {recorded_on}. This replaces what was said before about this"
        " milestone.",
    ),
    Kind.CORRECTION: Said(
        "依据{document_no}，自{effective_on}起目标由{amount_before}调整为{amount}；现累计{value}，完成率{completion}。"
        "{rebased}调整目标本身不作为达成或回落提醒。",
        "By {document_no} the target changes from {amount_before} to {amount} from {effective_on} on;"
        " the count stands at {value}, completion {completion}. {rebased}The revision itself is not told as a milestone"
        " reached or lost.",
    ),
    Kind.CAP_FILLED: Said(
        "累计{value}，名额{places}已全部使用（目标{amount}，完成率{completion}）。{recorded_on}录入。"
        "此后的认定须有名额退出，或由两名经办人说明理由突破。",
        "{value} recognised: all {places} are in use (target {amount}, completion {completion}). Recorded on"
        " {recorded_on}. From here on a place must be given back, or two officers override with a reason.",
    ),
    Kind.OVERRUN: Said(
        "累计{value}，超出名额{places}（目标{amount}，完成率{completion}）。{recorded_on}录入。超额部分须有说明，已认定的不受影响。",
        "{value} recognised, more than {places} (target {amount}, completion {completion}). Recorded on {recorded_on}."
        " The excess must be explained; nobody recognised is put out.",
    ),
    Kind.BEHIND_PACE: Said(
        "截至{counted_on}，累计{value}，目标{amount}，完成率{completion}，序时进度{expected}，较序时{ahead}个百分点。"
        "补上{catch_up}即赶上序时；赶上之前保持红灯。",
        "As of {counted_on}: {value} of {amount}, completion {completion}, {expected} expected by time, {ahead} points"
        " to time. {catch_up} more are needed to be in step; until then the lamp stays red.",
    ),
    Kind.PACE_RECOVERED: Said(
        "此前亮红灯，现已赶上：截至{counted_on}，累计{value}，目标{amount}，完成率{completion}，"
        "序时进度{expected}，较序时{ahead}个百分点。此前的滞后提醒以本条为准。",
        "The lamp was red and no longer is. As of {counted_on}: {value} of {amount}, completion {completion},"
        " {expected} expected by time, {ahead} points to time. This replaces what was said before about being behind.",
    ),
    Kind.SILENT_PARTNER: Said(
        "{month}既无登记，也无零报告；没有数据不等于零。该单位现累计{value}。请补报，或作零报告。",
        "Neither a registration nor a nil return came for {month}; no data is not zero. The unit's count is {value} as"
        " last known. Please report, or declare that there is nothing.",
    ),
}

MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December"]  # fmt: skip


def alert_read(alert: Alert, language: Language) -> AlertRead:
    """An alert as its reader sees it."""
    kind, facts = Kind(alert.kind), Facts.model_validate(alert.facts)
    written = {"title": title(kind, facts, language), "body": body(kind, facts, language), "facts": facts}
    return AlertRead.model_validate(alert.model_dump(exclude={"facts"}) | written)


def title(kind: Kind, facts: Facts, language: Language) -> str:
    """The headline of an alert (标题), one line."""
    return TITLES[kind].in_(language).format_map(_words(facts, language))


def body(kind: Kind, facts: Facts, language: Language) -> str:
    """What happened, with counting date and recording date (正文)."""
    return BODIES[kind].in_(language).format_map(_words(facts, language)).strip()


def written_date(day: date | None, language: Language) -> str:
    """A date as an official text writes it: no zero padding (GB/T 9704-2012)."""
    if day is None:
        return "—"
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _words(facts: Facts, language: Language) -> dict[str, str]:
    def counted(number: int | None) -> str:
        if number is None:
            return "—"
        word = Said(facts.measure_word.zh, facts.measure_word.en).in_(language)
        return f"{number:,}{word}" if language == "zh" else f"{number:,} {word}".strip()

    return {
        "subject": _subject(facts, language),
        "percent": str(facts.percent),
        "value": counted(facts.value),
        "amount": counted(facts.amount),
        "places": counted(facts.places),
        "amount_before": counted(facts.amount_before),
        "completion": _percent(facts.completion_percent),
        "counted_on": written_date(facts.counted_on, language),
        "recorded_on": written_date(facts.recorded_on, language),
        "effective_on": written_date(facts.effective_on, language),
        "episode": str(facts.episode),
        "document_no": facts.document_no or "—",
        "rebased": _rebased(facts, language),
        "expected": _percent(facts.expected_percent),
        "ahead": _signed(facts.ahead_points or "—"),
        "catch_up": counted(facts.catch_up),
        "month": _written_month(facts.month or "", language),
    }


def _subject(facts: Facts, language: Language) -> str:
    period = written_period(facts.period_label, language)
    if language == "zh":
        unit = f"{facts.unit_name.zh} · " if facts.unit_name else ""
        return f"{unit}{facts.programme_name.zh}（{period}）"
    unit = f"{facts.unit_name.en} · " if facts.unit_name else ""
    return f"{unit}{facts.programme_name.en} ({period})"


def written_period(label: str, language: Language) -> str:
    """A period as it is said: a year, some years, or from a year on; any other label stays as it is."""
    years = re.fullmatch(r"(\d{4})(-?)(\d{4})?", label)
    if years is None:
        return label
    first, open_end, last = years.groups()
    if last:
        return f"{first}—{last}年" if language == "zh" else f"{first}–{last}"
    if open_end:
        return f"{first}年起" if language == "zh" else f"since {first}"
    return f"{first}年" if language == "zh" else first


def _percent(percent: str | None) -> str:
    return "—" if percent is None else f"{percent}%"


def _signed(points: str) -> str:
    return points.replace("-", "−") if points.startswith("-") else f"+{points}"  # a real minus


def _written_month(month: str, language: Language) -> str:
    year, _, number = month.partition("-")
    if not number:
        return "—"
    return f"{year}年{int(number)}月" if language == "zh" else f"{MONTHS[int(number) - 1]} {year}"


def _rebased(facts: Facts, language: Language) -> str:
    if not facts.rebased:
        return ""
    percents = [f"{percent}%" for percent in facts.rebased]
    if language == "zh":
        return f"按新目标，{'、'.join(percents)}节点成立。"
    return f"Under the new target these milestones hold: {', '.join(percents)}. "
