"""What an alert says, in the reader's language; every word comes from the kind and the facts."""

from collections.abc import Sequence
from datetime import date, datetime

from services.notify.alerts.models import Alert
from services.notify.alerts.rules import EVERY_KIND, AlertFacts
from services.notify.alerts.schemas import AlertRead
from shared import clock
from shared.days import written_day, written_month
from shared.periods import written_period
from shared.problems import Language, Said

WEEKDAYS = [
    Said("星期一", "Monday"),
    Said("星期二", "Tuesday"),
    Said("星期三", "Wednesday"),
    Said("星期四", "Thursday"),
    Said("星期五", "Friday"),
    Said("星期六", "Saturday"),
    Said("星期日", "Sunday"),
]

BY_WEEKENDS = Said("（暂按周末推算）", " (reckoned by weekends alone so far)")

CAUSES = {
    "revoked": Said("撤销认定", "a revocation"),
    "exited": Said("退出", "an exit"),
    "cancelled": Said("注销", "a cancellation"),
    "expired": Said("期满出库", "the end of a term"),
    "corrected": Said("信息更正", "a correction"),
}

# The same with how many: in Chinese before the number, in English after it, for one and for several.
CAUSES_COUNTED = {
    "revoked": ("撤销", "revocation", "revocations"),
    "exited": ("退出", "exit", "exits"),
    "cancelled": ("注销", "cancellation", "cancellations"),
    "expired": ("期满出库", "ended term", "ended terms"),
    "corrected": ("信息更正减少", "correction", "corrections"),
}


def alert_read(alert: Alert, language: Language) -> AlertRead:
    """An alert as its reader sees it."""
    facts = AlertFacts.model_validate(alert.facts)
    written = {"title": title(alert.kind, facts, language), "body": body(alert.kind, facts, language), "facts": facts}
    return AlertRead.model_validate(alert.model_dump(exclude={"facts"}) | written)


def title(kind: str, facts: AlertFacts, language: Language) -> str:
    """The headline of an alert (标题), one line."""
    return EVERY_KIND[kind].title.in_(language).format_map(_words(facts, language))


def body(kind: str, facts: AlertFacts, language: Language) -> str:
    """What happened, with counting date and recording date (正文)."""
    said = EVERY_KIND[kind]
    chosen = said.body_with_cause if facts.cause and said.body_with_cause else said.body
    return chosen.in_(language).format_map(_words(facts, language)).strip()


def written_date(day: date | None, language: Language) -> str:
    """A date as an official text writes it: no zero padding (GB/T 9704-2012)."""
    return written_day(day, language) if day else "—"


def written_due(instant: datetime | None, language: Language) -> str:
    """When a term ends (期限): the local day with its weekday, and the time."""
    if instant is None:
        return "—"
    local = clock.local(instant)
    day, weekday = written_date(local.date(), language), WEEKDAYS[local.weekday()].in_(language)
    return f"{day}（{weekday}）{local:%H:%M}" if language == "zh" else f"{weekday} {day}, {local:%H:%M}"


def _words(facts: AlertFacts, language: Language) -> dict[str, str]:
    def counted(number: int | None) -> str:
        if number is None:
            return "—"
        word = Said(facts.measure_word.zh, facts.measure_word.en).in_(language)
        return f"{number:,}{word}" if language == "zh" else f"{number:,} {word}".strip()

    return {
        "subject": _subject(facts, language),
        "percent": str(facts.percent),
        **_milestones(facts, language),
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
        "month": written_month(facts.month, language) if facts.month else "—",
        "cause": _cause(facts, counted(facts.cause_count), language) if facts.cause else "",
        "post": Said(facts.owner_name.zh, facts.owner_name.en).in_(language) if facts.owner_name else "—",
        "due": written_due(facts.due_at, language) + (BY_WEEKENDS.in_(language) if facts.due_by_weekends else ""),
        "endpoint": facts.endpoint_host or "—",
        "channel": facts.channel_name or "—",
        "since": written_due(facts.failing_since, language),
        "code": facts.failing_code or "—",
        "year": str(facts.calendar_year),
        "about": _about(facts.opened_by, facts, language) if facts.opened_by else "—",
    }


def _about(opened_by: str, facts: AlertFacts, language: Language) -> str:
    """The headline of the alert that opened a follow-up, which is itself about none."""
    return title(opened_by, facts.model_copy(update={"opened_by": None}), language)


def _cause(facts: AlertFacts, counted: str, language: Language) -> str:
    """Why it fell back, with how many since it was reached where that is known: 撤销2家, 2 revocations."""
    cause, number = facts.cause or "", facts.cause_count
    if number is None or cause not in CAUSES_COUNTED:
        return CAUSES[cause].in_(language)
    zh, one, several = CAUSES_COUNTED[cause]
    return f"{zh}{counted}" if language == "zh" else f"{number:,} {one if number == 1 else several}"


def _milestones(facts: AlertFacts, language: Language) -> dict[str, str]:
    """The milestones an alert speaks of, and the words that agree with how many they are."""
    several: Sequence[int | None] = facts.percents or [facts.percent]
    written = [f"{percent}%" for percent in several]
    agreeing = ("milestone", "is", "holds", "this") if len(several) == 1 else ("milestones", "are", "hold", "these")
    words = dict(zip(("milestones", "are", "hold", "these"), agreeing, strict=True))
    return words | {"percents": "、".join(written) if language == "zh" else ", ".join(written)}


def _subject(facts: AlertFacts, language: Language) -> str:
    period = written_period(facts.period_label).in_(language)
    if language == "zh":
        unit = f"{facts.unit_name.zh} · " if facts.unit_name else ""
        return f"{unit}{facts.programme_name.zh}（{period}）"
    unit = f"{facts.unit_name.en} · " if facts.unit_name else ""
    return f"{unit}{facts.programme_name.en} ({period})"


def _percent(percent: str | None) -> str:
    return "—" if percent is None else f"{percent}%"


def _signed(points: str) -> str:
    return points.replace("-", "−") if points.startswith("-") else f"+{points}"  # a real minus


def _rebased(facts: AlertFacts, language: Language) -> str:
    if not facts.rebased:
        return ""
    percents = [f"{percent}%" for percent in facts.rebased]
    if language == "zh":
        return f"按新目标，{'、'.join(percents)}节点成立。"
    return f"Under the new target these milestones hold: {', '.join(percents)}. "
