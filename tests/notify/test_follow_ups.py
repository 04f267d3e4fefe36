"""Follow-ups: one for a cause, signed for, answered and closed by those who may, and nobody's own."""

from dataclasses import replace
from datetime import date

import pytest
from pydantic import ValidationError
from sqlmodel import select

from services.notify.alerts.rules import KINDS, Severity
from services.notify.follow_ups.commands import acting, signing
from services.notify.follow_ups.models import FollowUp, FollowUpEntry
from services.notify.follow_ups.rules.duties import owner_of
from services.notify.follow_ups.rules.terms import TermSettings
from services.notify.recipients.models import AlertRecipient
from services.notify.subscriptions.models import AlertSubscription
from shared.auth import Caller, Role
from shared.contracts.quota import PaceBehind, PaceRecovered, QuotaExceeded
from shared.db import Database
from tests.notify.conftest import At, cap, consume, pace
from tests.notify.ladder import (
    LADDER,
    OFFICER,
    act,
    alerts_of,
    by,
    entries,
    heard,
    instant,
    ladder,
    newest,
    on_leave,
    post,
    recover,
    the_only,
    turn_red,
)

__all__ = ["ladder"]

DONE = "已约谈相关单位，补报两家"


def answered(database: Database) -> FollowUp:
    """A follow-up that its owner signed for and answered."""
    turn_red(database)
    item = acting.NewAnswer(the_only(database).id, DONE)
    found: FollowUp = act(database, acting.answer, item, by("bureau-office"))
    return found


def test_one_for_a_cause_however_many_posts_hear_of_it_and_however_often_it_comes(ladder: Database) -> None:
    event = pace(PaceBehind, "-30.00")
    for _ in range(2):
        consume(ladder, event, event)
    turn_red(ladder)
    assert heard(ladder, "behind_pace") == ["bureau-office", "city-leader"] * 2
    assert (the_only(ladder).owner, entries(ladder)) == ("bureau-office", [("opened", "bureau-office")])


def test_what_is_neither_red_nor_critical_opens_none(ladder: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    consume(ladder, cap(QuotaExceeded, 6), pace(PaceRecovered, "1.00"))
    with ladder.reading() as session:
        assert session.exec(select(FollowUp)).all() == []
    monkeypatch.setitem(KINDS, "overrun", replace(KINDS["overrun"], severity=Severity.CRITICAL))
    consume(ladder, cap(QuotaExceeded, 7))
    assert (the_only(ladder).kind, the_only(ladder).due_at) == ("overrun", instant("2019-09-29 10:00"))


def test_recovered_and_behind_in_one_batch_ends_with_the_fresh_one_open(ladder: Database) -> None:
    turn_red(ladder)
    first = the_only(ladder)
    consume(ladder, pace(PaceRecovered, "1.00"), pace(PaceBehind, "-9.00"))
    assert newest(ladder).id != first.id
    with ladder.reading() as session:
        assert session.get_one(FollowUp, first.id).state == "closed"
        assert [a.state for a in alerts_of(session, "bureau-office", "behind_pace")] == ["closed", "open"]
    consume(ladder, pace(PaceBehind, "-9.00"), pace(PaceRecovered, "1.00"))
    assert newest(ladder).state == "closed"


def test_what_comes_again_after_it_was_closed_opens_none_and_what_is_new_does(ladder: Database) -> None:
    event = pace(PaceBehind, "-30.00")
    consume(ladder, event)
    recover(ladder)
    consume(ladder, event)
    assert the_only(ladder).state == "closed"
    turn_red(ladder)
    assert newest(ladder).state == "open"


def test_an_owner_who_asked_to_hear_of_nothing_owns_it_all_the_same(ladder: Database) -> None:
    with ladder.writing() as session:
        for each in session.exec(select(AlertSubscription)):
            session.delete(each)
    consume(ladder, pace(PaceBehind, "-30.00"), pace(PaceRecovered, "1.00"))
    assert (heard(ladder, "behind_pace"), the_only(ladder).state) == (["bureau-office"], "closed")
    assert heard(ladder, "pace_recovered") == ["bureau-office"]


def test_the_owner_is_of_the_unit_and_the_lowest() -> None:
    posts = {code: post(code, **links) for code, links in LADDER.items()}
    posts["district"] = post("district", unit="donghu", superior="section")
    assert owner_of("donghu", posts, posts) == "district"
    assert owner_of("xihu", ["mayor", "section"], posts) == "section"
    assert owner_of(None, [], posts) == "bureau-office"
    assert owner_of(None, [], {}) is None


def test_signed_answered_and_closed_by_another_with_every_step_kept(ladder: Database, at: At) -> None:
    found = answered(ladder)
    assert (found.state, found.due_at, found.climbs_at) == ("answered", None, None)
    assert heard(ladder, "follow_up_answered") == ["section"]
    with ladder.reading() as session:
        assert [a.state for a in alerts_of(session, "bureau-office")] == ["in_progress"]
    back = acting.NewAnswer(found.id, "未说明完成时间")
    assert act(ladder, acting.return_, back, by("section")).due_at == instant("2019-10-10 17:00")
    assert heard(ladder, "follow_up_returned") == ["bureau-office"]
    act(ladder, acting.answer, acting.NewAnswer(found.id, DONE), by("bureau-office"))
    assert act(ladder, acting.close, acting.NewAnswer(found.id, None), OFFICER).state == "closed"
    kinds = ["opened", "acknowledged", "answered", "returned", "answered", "closed"]
    with ladder.reading() as session:
        kept = session.exec(select(FollowUpEntry)).all()
        assert [each.kind for each in kept] == kinds
        assert [each.said for each in kept] == [None, None, DONE, "未说明完成时间", DONE, None]
        assert kept[-1].actor == "officer"
        assert {a.state for a in alerts_of(session, "bureau-office")} == {"closed"}
    for operation in (acting.answer, acting.close, acting.return_):
        assert act(ladder, operation, acting.NewAnswer(found.id, "x"), OFFICER) == "follow-up-state"


def test_nobody_closes_or_returns_what_they_answered_whatever_else_they_are(ladder: Database, at: At) -> None:
    on_leave(ladder, "bureau-office", date(2019, 9, 1), None)
    turn_red(ladder)
    item = acting.NewAnswer(the_only(ladder).id, DONE)
    assert act(ladder, acting.answer, item, by("deputy-office")).state == "answered"

    def refused(caller: Caller) -> set[str]:
        return {act(ladder, operation, item, caller) for operation in (acting.close, acting.return_)}

    assert refused(by("deputy-office")) == refused(by("bureau-office")) == {"own-answer"}
    with ladder.writing() as session:  # who answered is made the post above, and an officer the owner
        session.get_one(AlertRecipient, "section").login = "deputy-office-login"
        session.get_one(AlertRecipient, "deputy-office").login = "other"
        session.get_one(AlertRecipient, "bureau-office").login = "officer"
    assert refused(by("deputy-office")) == refused(OFFICER) == {"own-answer"}
    assert refused(Caller("leader", Role.LEADER, person="leader")) == {"not-responsible"}
    assert refused(by("stranger")) == {"not-found"}
    assert act(ladder, acting.close, item, by("head")).state == "closed"


def test_only_the_owner_answers_and_only_who_was_asked_signs(ladder: Database) -> None:
    turn_red(ladder)
    item = acting.NewAnswer(the_only(ladder).id, DONE)
    assert act(ladder, acting.answer, item, by("section")) == "not-responsible"
    assert act(ladder, acting.acknowledge, item.id, by("section")) == "not-responsible"
    assert act(ladder, acting.close, item, by("section")) == "follow-up-state"
    assert act(ladder, acting.acknowledge, item.id, by("bureau-office")).acknowledged_by == "bureau-office-login"
    again = act(ladder, acting.acknowledge, item.id, by("bureau-office"))
    assert (again.version, len(entries(ladder))) == (3, 2)


def test_by_the_alert_it_is_the_same_follow_up(ladder: Database) -> None:
    turn_red(ladder)
    with ladder.reading() as session:
        (own,) = alerts_of(session, "bureau-office")
    assert act(ladder, signing.acknowledge, own.id, by("bureau-office")).state == "acknowledged"
    assert the_only(ladder).state == "acknowledged"
    assert act(ladder, acting.answer, acting.NewAnswer(own.id, DONE), by("bureau-office")).state == "answered"
    assert act(ladder, acting.close, acting.NewAnswer(own.id, None), by("section")).state == "closed"
    assert act(ladder, signing.acknowledge, own.id, by("bureau-office")) == "alert-closed"


def test_it_is_given_to_another_post_downwards_or_from_above(ladder: Database, at: At) -> None:
    turn_red(ladder)
    found = the_only(ladder)

    def assign(to: str, caller: Caller) -> object:
        return act(ladder, acting.assign, acting.Assignment(found.id, to, None), caller)

    assert assign("deputy-office", by("bureau-office")) == "not-responsible"  # beside it, not below
    assert [assign(to, by("section")) for to in ("nobody", "bureau-office", "donghu-leader")] == ["invalid"] * 3
    at("2019-09-29 12:00")
    given = assign("deputy-office", by("section"))
    assert isinstance(given, FollowUp)
    assert (given.owner, given.state, given.due_at) == ("deputy-office", "open", instant("2019-09-30 12:00"))
    assert heard(ladder, "follow_up_assigned") == ["deputy-office"]
    assert act(ladder, acting.acknowledge, found.id, by("bureau-office")) == "not-responsible"
    assert act(ladder, acting.acknowledge, found.id, by("deputy-office")).state == "acknowledged"


def test_whoever_hands_it_down_has_another_look_at_what_came_of_it(ladder: Database) -> None:
    turn_red(ladder)
    found = the_only(ladder)
    with ladder.writing() as session:
        session.get_one(AlertRecipient, "deputy-office").superior = "bureau-office"
    down = acting.Assignment(found.id, "deputy-office", None)
    assert act(ladder, acting.assign, down, by("bureau-office")).owner == "deputy-office"
    with ladder.writing() as session:  # and an officer holds the post that had it first
        session.get_one(AlertRecipient, "bureau-office").login = "officer"
    pause = acting.NewPause(found.id, date(2019, 10, 9), "统一安排")
    assert act(ladder, acting.pause, pause, OFFICER) == "not-responsible"
    item = acting.NewAnswer(found.id, DONE)
    act(ladder, acting.answer, item, by("deputy-office"))
    for caller in (OFFICER, Caller("officer", Role.LEADER, person="officer")):
        assert [act(ladder, each, item, caller) for each in (acting.close, acting.return_)] == ["own-answer"] * 2
    assert act(ladder, acting.close, item, by("section")).state == "closed"


def test_a_pause_is_a_named_officers_for_a_while_and_not_their_own(ladder: Database) -> None:
    turn_red(ladder)
    found = the_only(ladder)

    def pause(until: date) -> object:
        return act(ladder, acting.pause, acting.NewPause(found.id, until, "统一安排"), OFFICER)

    assert [pause(day) for day in (date(2019, 9, 27), date(2019, 12, 29))] == ["invalid", "invalid"]
    assert pause(date(2019, 12, 28)).climbs_at > instant("2019-12-28 00:00")  # type: ignore[attr-defined]
    with ladder.writing() as session:
        session.get_one(AlertRecipient, "bureau-office").login = "officer"
    assert pause(date(2019, 10, 9)) == act(ladder, acting.resume, found.id, OFFICER) == "not-responsible"


def test_settings_of_terms_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENT_SIGN_HOURS", "3")
    assert TermSettings().to_sign("warning").total_seconds() == 3 * 3600
    monkeypatch.setenv("TALENT_OFFICE_HOURS", "17:00-08:30")
    with pytest.raises(ValidationError):
        TermSettings()
