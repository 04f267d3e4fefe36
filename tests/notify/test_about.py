"""What alerts of a follow-up are about is said by the headline of the alert that opened it."""

from datetime import date
from uuid import UUID

from services.notify.alerts.rendering import title
from services.notify.alerts.rules import AlertFacts


def test_an_alert_of_a_follow_up_says_what_opened_it_and_ends() -> None:
    name = {"zh": "市级技能大师工作室", "en": "studios"}
    facts = AlertFacts.model_validate(
        {"quota_id": UUID(int=7), "code": "T08", "period_label": "2019", "value": 1, "amount": 5, "link": "/",
         "completion_percent": "20.0", "recorded_on": date(2019, 9, 27), "programme_name": name, "measure_word": name,
         "owner_name": {"zh": "人才科", "en": "office"}, "opened_by": "behind_pace"}
    )  # fmt: skip
    assert "市级技能大师工作室（2019年）" in title("follow_up_assigned", facts, "zh")
