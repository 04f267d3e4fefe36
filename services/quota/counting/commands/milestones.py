"""Milestones are noted where they stand, and logged when they are announced."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from services.quota.counting.models import CROSSING, MILESTONE
from services.quota.counting.queries import milestones as queries
from services.quota.counting.rules.heads import Seen
from services.quota.counting.rules.milestones import Mark, MilestoneState, Passed
from services.quota.quotas.models import Quota
from shared.contracts.quota import MilestoneEvent, MilestoneFallenBack, MilestoneReached, MilestoneRegained
from shared.contracts.registration import LEFT, RegistrationState
from shared.db import insert_rows, upsert
from shared.outbox import announce

KEY = ("quota_id", "generation", "percent")

EVENT_OF: dict[MilestoneState, type[MilestoneEvent]] = {
    MilestoneState.REACHED: MilestoneReached,
    MilestoneState.FALLEN_BACK: MilestoneFallenBack,
    MilestoneState.REGAINED: MilestoneRegained,
}

GONE = (*LEFT, RegistrationState.REVOKED)  # what takes a head away; anything else put something right


def note(session: Session, passed: Sequence[Passed], quotas: Mapping[UUID, Quota], seen: Mapping[UUID, Seen]) -> None:
    """Write down which milestones (节点) were passed, and announce what is news, each once.

    `quotas` has every quota of which something is announced, `seen` the registrations that moved it. The caller has the
    counters locked. Writes: milestone where it stands, crossing for what is announced. Announces: MilestoneReached,
    MilestoneFallenBack, MilestoneRegained.
    """
    fallen = list(_fallen(session, passed))
    stand = {each[:3]: each for each in passed}
    risen = {each[:3]: each for each in passed if each.mark.holds}
    upsert(session, MILESTONE, [_where_it_stands(stand[key], each) for key, each in risen.items()], KEY)
    upsert(session, MILESTONE, [_where_it_stands(each) for key, each in stand.items() if key not in risen], KEY)
    announced = [(each, each.announced) for each in passed if each.announced is not None]
    insert_rows(session, CROSSING, [_crossing(each, kind) for each, kind in announced])
    lost = {each: _lost(session, quotas[each.quota_id], each, since, seen) for each, since in fallen}
    events = [_event(each, kind, quotas[each.quota_id], lost.get(each, {})) for each, kind in announced]
    announce(session, *events)


def start(session: Session, quota: Quota, marks: Mapping[int, Mark], held: Mapping[int, Mapping[str, Any]]) -> None:
    """Start a quota's milestones by percent under its present amount; `held` has the head that reached those that hold.

    Writes: milestone, a row for each under the present generation. Announces nothing.
    """
    nothing = dict.fromkeys(("reached_on", "detected_at", "registration_id", "value"))
    rows = [
        {"quota_id": quota.id, "generation": quota.generation, "percent": percent}
        | {"state": mark.state, "announced": mark.announced, "episode": mark.episode}
        | nothing
        | dict(held.get(percent, {}))
        for percent, mark in marks.items()
    ]
    insert_rows(session, MILESTONE, rows)


def put_right(session: Session, quota: Quota, percent: int, mark: Mark, reached: Mapping[str, Any]) -> None:
    """Move a milestone to where the headcount puts it; `reached` is its head where it holds. Writes: milestone."""
    key = {"quota_id": quota.id, "generation": quota.generation, "percent": percent}
    row = key | {"state": mark.state, "announced": mark.announced, "episode": mark.episode} | dict(reached)
    upsert(session, MILESTONE, [row], KEY)


def _where_it_stands(now: Passed, risen: Passed | None = None) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(KEY, now[:3], strict=True))
    row |= {"state": now.mark.state, "announced": now.mark.announced, "episode": now.mark.episode}
    if risen is None:
        return row  # who reached it last stays known
    return row | {
        "reached_on": risen.counted_on,
        "detected_at": risen.known_at,
        "registration_id": risen.registration_id,
        "value": risen.value,
    }


def _crossing(passed: Passed, kind: MilestoneState) -> dict[str, Any]:
    return dict(zip(KEY, passed[:3], strict=True)) | {
        "episode": passed.mark.episode,
        "kind": kind,
        "value": passed.value,
        "counted_on": passed.counted_on,
        "registration_id": passed.registration_id,
        "detected_at": passed.known_at,
    }


def _fallen(session: Session, passed: Sequence[Passed]) -> Iterator[tuple[Passed, queries.Reached | None]]:
    """Each announced falling back, with who had reached the milestone before; read before that is written anew."""
    falling = [each for each in passed if each.announced == MilestoneState.FALLEN_BACK]
    reached = queries.reached(session, {each[:3] for each in falling})
    for each in passed:
        if each.mark.holds:
            reached[each[:3]] = (each.known_at, each.registration_id)
        elif each.announced == MilestoneState.FALLEN_BACK:
            yield each, reached.get(each[:3])


def _lost(
    session: Session, quota: Quota, fallen: Passed, since: queries.Reached | None, seen: Mapping[UUID, Seen]
) -> dict[str, Any]:
    """Why a milestone fell back, and how many registrations went that way since it was reached, where that is known."""
    moved = seen.get(fallen.registration_id)
    gone = moved is not None and moved.state in GONE
    states = [moved.state] if moved and gone else [each for each in RegistrationState if each not in GONE]
    count = queries.taken_away(session, quota, fallen, since, states) if since else 0
    return {"cause": moved.state if moved and gone else "corrected", "cause_count": count or None}


def _event(passed: Passed, kind: MilestoneState, quota: Quota, lost: Mapping[str, Any]) -> MilestoneEvent:
    return EVENT_OF[kind](
        **quota.facts(),
        percent=passed.percent,
        generation=passed.generation,
        value=passed.value,
        counted_on=passed.counted_on,
        episode=passed.mark.episode,
        **lost,
    )
