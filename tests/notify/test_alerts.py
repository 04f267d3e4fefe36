"""Alerts as facts in the database: one per cause and post, weighed, replaced, announced."""

import json

import pytest
from sqlmodel import Session, col, select

from services.notify.alerts.models import Alert
from services.notify.consumers import HANDLERS
from services.notify.deliveries.models import Delivery
from services.notify.subscriptions import commands as subscriptions
from services.notify.subscriptions.models import AlertSubscription
from services.notify.subscriptions.schemas import NewSubscription
from shared.bus import Outgoing
from shared.consumer import Consumer
from shared.contracts.notify import AlertRaised
from shared.contracts.quota import (
    QUOTA_EVENTS,
    MilestoneFallenBack,
    MilestoneRegained,
    PaceBehind,
    PaceRecovered,
    QuotaExceeded,
    QuotaFilled,
    UnitSilent,
)
from shared.db import Database
from shared.events import by_type
from shared.operations import Call
from shared.service import Context
from shared.service_tables import dead_letter, outbox
from tests.notify.conftest import BUREAU, STUDIOS_2018, cap, consume, milestone, pace, reached, revised
from tests.signing import TRUSTED, outgoing


def alerts(session: Session, recipient: str = "city-leader") -> list[Alert]:
    wanted = select(Alert).where(Alert.recipient == recipient)
    return list(session.exec(wanted.order_by(col(Alert.position))))


def raised(session: Session) -> list[tuple[str, int | None, str]]:
    return [(alert.kind, alert.percent, alert.severity) for alert in alerts(session)]


def test_every_milestone_raises_its_own_alert_in_order(city: Database) -> None:
    for percent in (25, 50, 75, 90, 100):
        consume(city, reached(percent, 5))
    with city.reading() as session:
        assert raised(session) == [
            ("milestone_reached", 25, "info"),
            ("milestone_reached", 50, "info"),
            ("milestone_reached", 75, "info"),
            ("milestone_reached", 90, "notice"),
            ("milestone_reached", 100, "notice"),
        ]
        assert {alert.state for alert in alerts(session)} == {"open"}
        assert alerts(session)[4].facts["value"] == 5


def test_an_event_that_is_told_again_raises_nothing_again(city: Database) -> None:
    event = reached(100, 5)
    consume(city, event, event)
    consume(city, event)
    with city.reading() as session:
        assert len(alerts(session)) == 1
        assert len(session.exec(select(Delivery)).all()) == 2
        assert len(session.execute(outbox.select()).all()) == 1


def test_each_alert_is_announced_with_its_codes_and_no_text(city: Database) -> None:
    consume(city, reached(100, 5))
    with city.reading() as session:
        [alert] = alerts(session)
        [row] = session.execute(outbox.select())
    envelope = json.loads(row.body)
    assert (row.topic, row.key, envelope["type"]) == (AlertRaised.topic, str(alert.id), AlertRaised.type)
    assert envelope["data"] == {
        "alert_id": str(alert.id),
        "kind": "milestone_reached",
        "severity": "notice",
        "programme": "skill-master-studios",
        "unit": None,
        "recipient": "city-leader",
    }


def test_falling_back_replaces_reaching_and_regaining_replaces_falling_back(city: Database) -> None:
    consume(city, reached(90, 5))
    consume(city, reached(100, 5))
    consume(city, milestone(MilestoneFallenBack, 100, 4))
    consume(city, milestone(MilestoneRegained, 100, 5, episode=2), milestone(MilestoneFallenBack, 100, 4, episode=2))
    with city.reading() as session:
        ninety, hundred, fallen, regained, again = alerts(session)
    assert (ninety.supersedes, hundred.supersedes) == (None, None)
    assert (fallen.kind, fallen.severity, fallen.supersedes) == ("milestone_fallen_back", "warning", hundred.id)
    assert (regained.kind, regained.severity, regained.supersedes) == ("milestone_regained", "notice", fallen.id)
    assert again.supersedes == regained.id


def test_f14_a_milestone_that_is_reached_under_a_new_amount_replaces_nothing(city: Database) -> None:
    for value in (5, 8, 8):
        consume(city, reached(100, value))
    with city.reading() as session:
        assert [alert.supersedes for alert in alerts(session)] == [None] * 3


def test_f14_nor_does_it_where_something_else_is_replaced_in_the_same_breath(city: Database) -> None:
    consume(city, reached(90, 5), reached(100, 5))
    consume(city, milestone(MilestoneFallenBack, 100, 4), reached(90, 4))
    with city.reading() as session:
        first, fallen, anew = alerts(session)
    assert (fallen.kind, fallen.supersedes) == ("milestone_fallen_back", first.id)
    assert (anew.kind, anew.supersedes) == ("milestone_reached", None)


def test_a_post_that_was_told_nothing_before_has_nothing_replaced(city: Database) -> None:
    consume(city, milestone(MilestoneFallenBack, 100, 4))
    with city.reading() as session:
        assert alerts(session)[0].supersedes is None


def test_a_revised_target_is_a_correction_and_no_milestone(city: Database) -> None:
    consume(city, revised(8, 5, 5, [25, 50]))
    with city.reading() as session:
        [alert] = alerts(session)
    assert (alert.kind, alert.percent, alert.facts["rebased"]) == ("correction", None, [25, 50])
    assert alert.facts["completion_percent"] == "62.5"


def test_a_filled_cap_and_an_overrun_are_told(city: Database) -> None:
    consume(city, cap(QuotaFilled, 5), cap(QuotaExceeded, 6))
    with city.reading() as session:
        assert raised(session) == [("cap_filled", None, "notice"), ("overrun", None, "warning")]
        assert [(alert.facts["value"], alert.facts["places"]) for alert in alerts(session)] == [(5, 5), (6, 5)]


def test_recovering_replaces_being_behind_and_nothing_else(city: Database) -> None:
    """以本条为准: of the pace; a revised amount and a filled cap, told in the same breath, stay as they are."""
    behind, again = (pace(PaceBehind, "-30.00") for _ in range(2))
    consume(city, revised(5, 4, 1, []), cap(QuotaFilled, 5), behind, pace(PaceRecovered, "0.00"))
    consume(city, cap(QuotaExceeded, 6), again)
    with city.reading() as session:
        first, second, red, recovered, third, red_again = alerts(session)
        assert [first.supersedes, second.supersedes, red.supersedes, third.supersedes] == [None] * 4
        assert (red.kind, red.severity, recovered.kind) == ("behind_pace", "warning", "pace_recovered")
        assert (recovered.supersedes, red_again.supersedes) == (red.id, recovered.id)
        assert red.facts["link"] == "/?as_of=2018-06-30#T08"


def test_a_silent_unit_is_told_to_its_own_post_and_to_the_citys(city: Database) -> None:
    about = {"quota_id": STUDIOS_2018, "code": "T08", "programme": "skill-master-studios", "period_label": "2018"}
    figures = {"amount": 2, "measure_word": "家", "value": 1, "month": "2018-10"}
    consume(city, *(UnitSilent.model_validate(about | figures | {"unit": unit}) for unit in ("donghu", "xihu")))
    with city.reading() as session:
        assert [(each.kind, each.unit) for each in alerts(session)] == [
            ("silent_partner", "donghu"),
            ("silent_partner", "xihu"),
        ]
        assert [each.unit for each in alerts(session, "donghu-leader")] == ["donghu"]


def test_a_post_of_a_district_hears_of_its_own_district_only(city: Database) -> None:
    consume(city, reached(100, 5), reached(50, 1, unit="donghu"), reached(50, 1, unit="xihu"))
    with city.reading() as session:
        assert [alert.unit for alert in alerts(session)] == [None, "donghu", "xihu"]
        [own] = alerts(session, "donghu-leader")
    assert own.unit == "donghu"
    assert own.facts["unit_name"] == {"zh": "东湖区", "en": "Donghu District"}


@pytest.mark.parametrize(
    "wanted",
    [
        {"programmes": ["skill-training-bases"]},
        {"units": ["xihu"]},
        {"kinds": ["correction"]},
        {"min_severity": "warning"},
    ],
)
def test_what_a_post_does_not_ask_for_it_does_not_hear(city: Database, wanted: dict[str, object]) -> None:
    with city.writing() as session:
        for old in session.exec(select(AlertSubscription)):
            session.delete(old)
        subscriptions.subscribe(session, [Call(NewSubscription(recipient="city-leader", **wanted), BUREAU)])
    consume(city, reached(100, 5))
    with city.reading() as session:
        assert alerts(session) == []


def test_two_subscriptions_make_one_alert_with_the_channels_of_both(city: Database) -> None:
    with city.writing() as session:
        for old in session.exec(select(AlertSubscription)):
            session.delete(old)
        wanted = [NewSubscription(recipient="city-leader", channels=[channel]) for channel in ("inbox", "email")]
        subscriptions.subscribe(session, [Call(new, BUREAU) for new in wanted])
    consume(city, reached(100, 5))
    with city.reading() as session:
        assert len(alerts(session)) == 1
        assert sorted(d.channel for d in session.exec(select(Delivery))) == ["email", "inbox"]


def test_names_are_kept_as_they_were_when_the_alert_was_raised(city: Database) -> None:
    consume(city, reached(25, 2))
    with city.reading() as session:
        facts = alerts(session)[0].facts
    assert facts["programme_name"] == {"zh": "市级技能大师工作室", "en": "Skill master studios"}
    assert facts["measure_word"] == {"zh": "家", "en": "studios"}
    assert facts["link"] == "/?as_of=2018-12-07#T08"


def test_a_programme_without_a_name_is_told_by_its_code(database: Database, city: Database) -> None:
    event = reached(25, 2).model_copy(update={"programme": "new-programme", "code": "T99"})
    consume(city, event)
    with city.reading() as session:
        assert alerts(session)[0].facts["programme_name"] == {"zh": "new-programme", "en": "new-programme"}
        assert alerts(session)[0].facts["measure_word"] == {"zh": "家", "en": "organisations"}


def test_positions_rise_without_a_doublet_over_batches(city: Database) -> None:
    for percent in (25, 50, 75):
        consume(city, reached(percent, 4), reached(percent, 4, unit="donghu"))
    with city.reading() as session:
        positions = [alert.position for alert in session.exec(select(Alert))]
    assert sorted(positions) == list(range(1, len(positions) + 1))


def test_events_reach_notify_over_the_bus_once_and_what_is_no_event_is_kept_aside(
    context: Context, city: Database
) -> None:
    event = reached(100, 5)
    context.bus.publish([*outgoing(event, event), Outgoing(event.topic, event.key, b"{}")])
    consumer = Consumer(
        "notify", city, context.bus.subscribe("notify", [event.topic]), HANDLERS, by_type(QUOTA_EVENTS), TRUSTED
    )
    while consumer.run_once(0.01):
        pass
    consumer.close()
    with city.reading() as session:
        assert raised(session) == [("milestone_reached", 100, "notice")]
        assert len(session.execute(dead_letter.select()).all()) == 1
