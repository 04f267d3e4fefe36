"""What alerts say: figures, dates and the milestone, in both languages, and nothing more."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.notify.alerts import texts
from services.notify.alerts.rules import Kind, Severity, at_least, completion_percent, replaces_earlier, severity_of
from services.notify.alerts.schemas import Facts, Names

STUDIOS: dict[str, Any] = {
    "quota_id": UUID(int=8),
    "code": "T08",
    "period_label": "2018",
    "value": 5,
    "amount": 5,
    "completion_percent": "100.0",
    "recorded_on": date(2019, 1, 4),
    "link": "/?as_of=2018-12-26#T08",
    "programme_name": Names(zh="市级技能大师工作室", en="Municipal skill master studios"),
    "measure_word": Names(zh="家", en="studios"),
    "percent": 100,
    "counted_on": date(2018, 12, 7),
    "episode": 1,
}


@pytest.mark.parametrize(
    ("kind", "percent", "severity"),
    [
        (Kind.MILESTONE_REACHED, 25, Severity.INFO),
        (Kind.MILESTONE_REACHED, 50, Severity.INFO),
        (Kind.MILESTONE_REACHED, 75, Severity.INFO),
        (Kind.MILESTONE_REACHED, 90, Severity.NOTICE),
        (Kind.MILESTONE_REACHED, 100, Severity.NOTICE),
        (Kind.MILESTONE_FALLEN_BACK, 25, Severity.WARNING),
        (Kind.MILESTONE_REGAINED, 25, Severity.NOTICE),
        (Kind.CORRECTION, None, Severity.NOTICE),
        (Kind.CAP_FILLED, None, Severity.NOTICE),
        (Kind.OVERRUN, None, Severity.WARNING),
        (Kind.BEHIND_PACE, None, Severity.WARNING),
        (Kind.PACE_RECOVERED, None, Severity.NOTICE),
        (Kind.SILENT_PARTNER, None, Severity.WARNING),
    ],
)
def test_the_weight_of_an_alert_follows_from_what_happened(kind: Kind, percent: int | None, severity: Severity) -> None:
    assert severity_of(kind, percent) is severity


def test_a_floor_lets_its_own_severity_through() -> None:
    assert at_least(Severity.WARNING, Severity.WARNING)
    assert at_least(Severity.CRITICAL, Severity.NOTICE)
    assert not at_least(Severity.INFO, Severity.NOTICE)


def test_only_what_goes_back_and_forth_replaces_what_was_said() -> None:
    assert [kind for kind in Kind if replaces_earlier(kind)] == [
        Kind.MILESTONE_FALLEN_BACK,
        Kind.MILESTONE_REGAINED,
        Kind.BEHIND_PACE,
        Kind.PACE_RECOVERED,
    ]


@pytest.mark.parametrize(
    ("value", "amount", "shown"),
    [(99_999, 100_000, "99.9"), (5, 5, "100.0"), (6, 5, "120.0"), (1, 3, "33.3"), (0, 5, "0.0"), (3, 0, None)],
)
def test_completion_is_floored_and_never_full_below_the_amount(value: int, amount: int, shown: str | None) -> None:
    assert completion_percent(value, amount) == shown


def test_a_milestone_names_programme_period_count_and_both_dates() -> None:
    facts = Facts(**STUDIOS)
    assert texts.title(Kind.MILESTONE_REACHED, facts, "zh") == "市级技能大师工作室（2018年）达到100%节点"
    assert texts.body(Kind.MILESTONE_REACHED, facts, "zh") == (
        "截至2018年12月7日，累计5家，目标5家，完成率100.0%，首次达到100%节点。2019年1月4日录入。"
    )
    assert (
        texts.title(Kind.MILESTONE_REACHED, facts, "en")
        == "Municipal skill master studios (2018): 100% milestone reached"
    )
    assert "As of 7 December 2018: 5 studios of 5 studios" in texts.body(Kind.MILESTONE_REACHED, facts, "en")


@pytest.mark.parametrize(
    ("label", "zh", "en"),
    [
        ("2018", "2018年", "2018"),
        ("2018-2022", "2018—2022年", "2018–2022"),
        ("2018-", "2018年起", "since 2018"),
        ("第三届", "第三届", "第三届"),
    ],
)
def test_a_period_is_said_as_people_say_it(label: str, zh: str, en: str) -> None:
    assert (texts.written_period(label, "zh"), texts.written_period(label, "en")) == (zh, en)


def test_regaining_is_not_told_as_a_first_time() -> None:
    facts = Facts(**STUDIOS | {"episode": 2})
    assert "首次" not in texts.body(Kind.MILESTONE_REGAINED, facts, "zh")
    assert "第2次" in texts.body(Kind.MILESTONE_REGAINED, facts, "zh")
    assert "恢复达成100%" in texts.title(Kind.MILESTONE_REGAINED, facts, "zh")


def test_a_revised_target_says_from_when_by_what_and_which_milestones_hold() -> None:
    facts = Facts(
        **STUDIOS
        | {
            "percent": None,
            "amount": 8,
            "amount_before": 5,
            "completion_percent": "62.5",
            "effective_on": date(2019, 3, 1),
            "document_no": "洪人社字〔2019〕5号",
            "rebased": [25, 50],
        }
    )
    said = texts.body(Kind.CORRECTION, facts, "zh")
    assert "依据洪人社字〔2019〕5号，自2019年3月1日起目标由5家调整为8家" in said
    assert "25%、50%节点成立" in said
    assert "25%, 50%" in texts.body(Kind.CORRECTION, facts, "en")


@pytest.mark.parametrize(
    ("kind", "value", "title", "said"),
    [
        (
            Kind.CAP_FILLED,
            55,
            "洪城工匠（2018—2019年）名额已满",
            "累计55名，名额55名已全部使用（目标50名，完成率110.0%）",
        ),
        (Kind.OVERRUN, 56, "洪城工匠（2018—2019年）超出名额", "累计56名，超出名额55名（目标50名，完成率112.0%）"),
    ],
)
def test_a_cap_names_its_places_and_what_is_to_be_done(kind: Kind, value: int, title: str, said: str) -> None:
    figures = {"value": value, "amount": 50, "places": 55, "completion_percent": completion_percent(value, 50)}
    names = {"programme_name": Names(zh="洪城工匠", en="Craftsmen"), "measure_word": Names(zh="名", en="persons")}
    facts = Facts(**STUDIOS | figures | names | {"period_label": "2018-2019", "percent": None, "counted_on": None})
    assert texts.title(kind, facts, "zh") == title
    assert said in texts.body(kind, facts, "zh")
    assert f"{value} persons recognised" in texts.body(kind, facts, "en")


def test_pace_is_told_in_points_and_with_what_is_missing() -> None:
    figures = {"value": 10, "amount": 120, "completion_percent": "8.3", "expected_percent": "25.00"}
    against = {"ahead_points": "-16.67", "catch_up": 20, "counted_on": date(2019, 3, 31)}
    facts = Facts(**STUDIOS | figures | against)
    assert texts.title(Kind.BEHIND_PACE, facts, "zh") == "市级技能大师工作室（2018年）进度滞后，亮红灯"
    assert texts.body(Kind.BEHIND_PACE, facts, "zh") == (
        "截至2019年3月31日，累计10家，目标120家，完成率8.3%，序时进度25.00%，较序时−16.67个百分点。"
        "补上20家即赶上序时；赶上之前保持红灯。"
    )
    assert "−16.67 points to time. 20 studios more are needed to be in step" in texts.body(
        Kind.BEHIND_PACE, facts, "en"
    )
    caught_up = facts.model_copy(update={"ahead_points": "0.50"})
    assert "较序时+0.50个百分点" in texts.body(Kind.PACE_RECOVERED, caught_up, "zh")


def test_silence_names_the_unit_and_the_month_and_is_not_zero() -> None:
    facts = Facts(**STUDIOS | {"unit_name": Names(zh="东湖区", en="Donghu District"), "month": "2019-10"})
    assert texts.title(Kind.SILENT_PARTNER, facts, "zh") == "东湖区 · 市级技能大师工作室（2018年）2019年10月未报送"
    assert "没有数据不等于零" in texts.body(Kind.SILENT_PARTNER, facts, "zh")
    assert "for October 2019" in texts.body(Kind.SILENT_PARTNER, facts, "en")


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_has_its_words_in_both_languages(kind: Kind, language: Any) -> None:
    facts = Facts(**STUDIOS | {"unit_name": Names(zh="东湖区", en="Donghu District")})
    said = texts.title(kind, facts, language) + texts.body(kind, facts, language)
    assert "{" not in said
    assert "None" not in said
    assert ("东湖区" if language == "zh" else "Donghu District") in said
