"""Every kind of alert about a quota that officers laid down: each word is of the reader's language."""

from typing import Any

import pytest

from services.notify.alerts import rendering
from services.notify.alerts.commands import content_of
from services.notify.alerts.rules import KINDS
from services.notify.recipients.rules import NameKind
from shared.contracts.policy import MEASURE_WORDS
from shared.contracts.quota import QuotaEvent
from shared.problems import Said
from tests.languages import foreign
from tests.notify.conftest import STUDIOS_2018

NAMES = {
    (NameKind.PROGRAMME, "skill-master-studios"): Said("市级技能大师工作室", "Skill master studios"),
    (NameKind.UNIT, "donghu"): Said("东湖区", "Donghu District"),
}
FIGURES: dict[str, Any] = {
    "quota_id": STUDIOS_2018, "code": "skill-master-studios", "programme": "skill-master-studios", "unit": "donghu",
    "period_label": "2018", "amount": 3, "value": 3, "percent": 100, "counted_on": "2018-12-07", "generation": 1,
    "episode": 1, "places": 3, "amount_before": 2, "effective_on": "2018-12-07", "document_no": "洪人社字〔2018〕5号",
    "rebased": [25, 50], "expected_percent": "50.00", "ahead_points": "-1.00", "catch_up": 2, "month": "2018-12",
    "lamp": "red", "comparison": "more_than", "cause": "revoked",
}  # fmt: skip


def about(kind: str, word: str) -> QuotaEvent:
    """What causes an alert of this kind."""
    cause = KINDS[kind].cause
    assert cause
    figures = FIGURES | {"registration_id": STUDIOS_2018, "measure_word": word}
    return cause.model_validate({name: figures[name] for name in cause.model_fields if name in figures})


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize(("word", "counted"), [*MEASURE_WORDS.values(), ("台", "")])
def test_v04_an_alert_is_in_the_language_of_its_reader(kind: str, word: str, counted: str) -> None:
    facts = content_of(about(kind, word), KINDS[kind], NAMES).facts
    for language in ("zh", "en"):
        said = rendering.title(kind, facts, language) + "\n" + rendering.body(kind, facts, language)
        assert foreign(said, language) == [], said
    assert facts.measure_word.en == counted


def test_v04_a_quota_of_officers_is_counted_in_english_words() -> None:
    facts = content_of(about("milestone_reached", "名"), KINDS["milestone_reached"], NAMES).facts
    assert "3 persons of 3 persons" in rendering.body("milestone_reached", facts, "en")
    assert "累计3名，目标3名" in rendering.body("milestone_reached", facts, "zh")
