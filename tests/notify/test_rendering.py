"""What alerts say: figures, dates and the milestone, in both languages, and nothing more."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.notify.alerts import rendering
from services.notify.alerts.commands import content_of
from services.notify.alerts.rules import (
    KINDS,
    AlertFacts,
    BilingualName,
    Severity,
    at_least,
    completion_percent,
)
from shared.periods import written_period
from tests.notify.test_languages import NAMES, about

STUDIOS: dict[str, Any] = {
    "quota_id": UUID(int=8),
    "code": "T08",
    "period_label": "2018",
    "value": 5,
    "amount": 5,
    "completion_percent": "100.0",
    "recorded_on": date(2019, 1, 4),
    "link": "/?as_of=2018-12-26#T08",
    "programme_name": BilingualName(zh="市级技能大师工作室", en="Municipal skill master studios"),
    "measure_word": BilingualName(zh="家", en="studios"),
    "percent": 100,
    "counted_on": date(2018, 12, 7),
    "episode": 1,
}


@pytest.mark.parametrize(
    ("kind", "percent", "severity"),
    [
        ("milestone_reached", 25, Severity.INFO),
        ("milestone_reached", 50, Severity.INFO),
        ("milestone_reached", 75, Severity.INFO),
        ("milestone_reached", 90, Severity.NOTICE),
        ("milestone_reached", 100, Severity.NOTICE),
        ("milestone_fallen_back", 25, Severity.WARNING),
        ("milestone_regained", 25, Severity.NOTICE),
        ("correction", None, Severity.NOTICE),
        ("cap_filled", None, Severity.NOTICE),
        ("overrun", None, Severity.WARNING),
        ("behind_pace", None, Severity.WARNING),
        ("pace_recovered", None, Severity.NOTICE),
        ("silent_partner", None, Severity.WARNING),
    ],
)
def test_the_weight_of_an_alert_follows_from_what_happened(kind: str, percent: int | None, severity: Severity) -> None:
    assert KINDS[kind].severity_at(percent) is severity


def test_a_floor_lets_its_own_severity_through() -> None:
    assert at_least(Severity.WARNING, Severity.WARNING)
    assert at_least(Severity.CRITICAL, Severity.NOTICE)
    assert not at_least(Severity.INFO, Severity.NOTICE)


def test_only_what_goes_back_and_forth_replaces_what_was_said() -> None:
    assert [kind.code for kind in KINDS.values() if kind.replaces] == [
        "milestone_fallen_back",
        "milestone_regained",
        "behind_pace",
        "pace_recovered",
    ]


@pytest.mark.parametrize(
    ("value", "amount", "shown"),
    [(99_999, 100_000, "99.9"), (5, 5, "100.0"), (6, 5, "120.0"), (1, 3, "33.3"), (0, 5, "0.0"), (3, 0, None)],
)
def test_completion_is_floored_and_never_full_below_the_amount(value: int, amount: int, shown: str | None) -> None:
    assert completion_percent(value, amount) == shown


@pytest.mark.parametrize(
    ("value", "comparison", "shown"),
    [
        (4800, "more_than", "99.9"),
        (4801, "more_than", "100.0"),
        (4799, "more_than", "99.9"),
        (4800, "at_least", "100.0"),
        (9600, "between", "100.0"),
        (4800, None, "100.0"),
    ],
)
def test_x08_an_alert_shows_no_hundred_percent_where_the_wording_is_not_met(
    value: int, comparison: str | None, shown: str
) -> None:
    assert completion_percent(value, 4800, comparison) == shown


def test_x08_the_event_says_how_the_amount_is_worded() -> None:
    event = about("milestone_reached", "家").model_copy(update={"comparison": "more_than", "amount": 3, "value": 3})
    assert content_of(event, KINDS["milestone_reached"], NAMES).facts.completion_percent == "99.9"


def test_y_a_fall_names_its_cause_first() -> None:
    """An alert of before, whose event named none, keeps its words."""
    facts = AlertFacts(**STUDIOS | {"value": 4, "completion_percent": "80.0", "cause": "revoked"})
    assert rendering.body("milestone_fallen_back", facts, "zh") == (
        "因撤销认定，现累计4家，目标5家，完成率80.0%，低于此前达成的100%节点（计数日期2018年12月7日，2019年1月4日录入）。"
        "此前关于该节点的提醒以本条为准。"
    )
    assert rendering.body("milestone_fallen_back", facts, "en").startswith(
        "Because of a revocation the count now stands"
    )
    for count, zh, en in [
        (1, "因撤销1家，现累计4家", "Because of 1 revocation "),
        (2, "因撤销2家，", "of 2 revocations the"),
    ]:
        counted = facts.model_copy(update={"cause_count": count})
        assert zh in rendering.body("milestone_fallen_back", counted, "zh")
        assert en in rendering.body("milestone_fallen_back", counted, "en")
    earlier = facts.model_copy(update={"cause": None})
    assert rendering.body("milestone_fallen_back", earlier, "zh").startswith("100%节点曾经达成，现已回落：截至")


def test_a_milestone_names_programme_period_count_and_both_dates() -> None:
    facts = AlertFacts(**STUDIOS)
    assert rendering.title("milestone_reached", facts, "zh") == "市级技能大师工作室（2018年）达到100%节点"
    assert rendering.body("milestone_reached", facts, "zh") == (
        "截至2018年12月7日，累计5家，目标5家，完成率100.0%，首次达到100%节点。2019年1月4日录入。"
    )
    assert (
        rendering.title("milestone_reached", facts, "en")
        == "Municipal skill master studios (2018): 100% milestone reached"
    )
    assert "As of 7 December 2018: 5 studios of 5 studios" in rendering.body("milestone_reached", facts, "en")


@pytest.mark.parametrize(
    ("label", "zh", "en"),
    [
        ("2018", "2018年", "2018"),
        ("2018-2022", "2018—2022年", "2018–2022"),
        ("2018-", "2018年起", "since 2018"),
        ("2018-01-01/", "2018年1月1日起", "since 1 January 2018"),
        ("2018-01-01/2018-06-30", "2018年1月1日至2018年6月30日", "1 January 2018 to 30 June 2018"),
        ("第三届", "第三届", "第三届"),
    ],
)
def test_a_period_is_said_as_people_say_it(label: str, zh: str, en: str) -> None:
    assert written_period(label) == (zh, en)


def test_regaining_is_not_told_as_a_first_time() -> None:
    facts = AlertFacts(**STUDIOS | {"episode": 2})
    assert "首次" not in rendering.body("milestone_regained", facts, "zh")
    assert "第2次" in rendering.body("milestone_regained", facts, "zh")
    assert "恢复达成100%" in rendering.title("milestone_regained", facts, "zh")


def test_a_revised_target_says_from_when_by_what_and_which_milestones_hold() -> None:
    facts = AlertFacts(
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
    said = rendering.body("correction", facts, "zh")
    assert "依据洪人社字〔2019〕5号，自2019年3月1日起目标由5家调整为8家" in said
    assert "25%、50%节点成立" in said
    assert "25%, 50%" in rendering.body("correction", facts, "en")


@pytest.mark.parametrize(
    ("kind", "value", "title", "said"),
    [
        (
            "cap_filled",
            55,
            "洪城工匠（2018—2019年）名额已满",
            "累计55名，名额55名已全部使用（目标50名，完成率110.0%）",
        ),
        ("overrun", 56, "洪城工匠（2018—2019年）超出名额", "累计56名，超出名额55名（目标50名，完成率112.0%）"),
    ],
)
def test_a_cap_names_its_places_and_what_is_to_be_done(kind: str, value: int, title: str, said: str) -> None:
    figures = {"value": value, "amount": 50, "places": 55, "completion_percent": completion_percent(value, 50)}
    names = {
        "programme_name": BilingualName(zh="洪城工匠", en="Craftsmen"),
        "measure_word": BilingualName(zh="名", en="persons"),
    }
    facts = AlertFacts(**STUDIOS | figures | names | {"period_label": "2018-2019", "percent": None, "counted_on": None})
    assert rendering.title(kind, facts, "zh") == title
    assert said in rendering.body(kind, facts, "zh")
    assert f"{value} persons recognised" in rendering.body(kind, facts, "en")


def test_pace_is_told_in_points_and_with_what_is_missing() -> None:
    figures = {"value": 10, "amount": 120, "completion_percent": "8.3", "expected_percent": "25.00"}
    against = {"ahead_points": "-16.67", "catch_up": 20, "counted_on": date(2019, 3, 31)}
    facts = AlertFacts(**STUDIOS | figures | against)
    assert rendering.title("behind_pace", facts, "zh") == "市级技能大师工作室（2018年）进度滞后，亮红灯"
    assert rendering.body("behind_pace", facts, "zh") == (
        "截至2019年3月31日，累计10家，目标120家，完成率8.3%，序时进度25.00%，较序时−16.67个百分点。"
        "补上20家即赶上序时；赶上之前保持红灯。"
    )
    assert "−16.67 points to time. 20 studios more are needed to be in step" in rendering.body(
        "behind_pace", facts, "en"
    )
    caught_up = facts.model_copy(update={"ahead_points": "0.50"})
    assert "较序时+0.50个百分点" in rendering.body("pace_recovered", caught_up, "zh")


def test_silence_names_the_unit_and_the_month_and_is_not_zero() -> None:
    facts = AlertFacts(**STUDIOS | {"unit_name": BilingualName(zh="东湖区", en="Donghu District"), "month": "2019-10"})
    assert rendering.title("silent_partner", facts, "zh") == "东湖区 · 市级技能大师工作室（2018年）2019年10月未报送"
    assert "没有数据不等于零" in rendering.body("silent_partner", facts, "zh")
    assert "for October 2019" in rendering.body("silent_partner", facts, "en")


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_has_its_words_in_both_languages(kind: str, language: Any) -> None:
    facts = AlertFacts(**STUDIOS | {"unit_name": BilingualName(zh="东湖区", en="Donghu District")})
    said = rendering.title(kind, facts, language) + rendering.body(kind, facts, language)
    assert "{" not in said
    assert "None" not in said
    assert ("东湖区" if language == "zh" else "Donghu District") in said
