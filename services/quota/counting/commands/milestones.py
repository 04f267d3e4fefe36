"""Milestones are noted where they stand, logged when they are told, and announced."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from services.quota.counting.models import CROSSING, MILESTONE
from services.quota.counting.rules.milestones import Mark, Passed, State
from services.quota.quotas.models import Quota
from shared.contracts.quota import MilestoneEvent, MilestoneFallenBack, MilestoneReached, MilestoneRegained
from shared.db import insert_rows, upsert
from shared.outbox import announce

KEY = ("quota_id", "generation", "percent")

TOLD_AS: dict[State, type[MilestoneEvent]] = {
    State.REACHED: MilestoneReached,
    State.FALLEN_BACK: MilestoneFallenBack,
    State.REGAINED: MilestoneRegained,
}


def note(session: Session, passed: Sequence[Passed], quotas: Mapping[UUID, Quota]) -> None:
    """Write down what was passed, and tell what is to be told, each once."""
    stand = {each[:3]: each for each in passed}
    risen = {each[:3]: each for each in passed if each.mark.holds}
    upsert(session, MILESTONE, [_where_it_stands(stand[key], each) for key, each in risen.items()], KEY)
    upsert(session, MILESTONE, [_where_it_stands(each) for key, each in stand.items() if key not in risen], KEY)
    told = [(each, each.told) for each in passed if each.told is not None]
    insert_rows(session, CROSSING, [_crossing(each, kind) for each, kind in told])
    announce(session, *(_event(each, kind, quotas[each.quota_id]) for each, kind in told))


def lay_down(session: Session, quota: Quota, marks: Mapping[int, Mark], held: Mapping[int, Mapping[str, Any]]) -> None:
    """Start a quota's milestones under its present amount; `held` tells of those that hold which head reached them."""
    nothing = dict.fromkeys(("reached_on", "detected_at", "registration_id", "value"))
    rows = [
        {"quota_id": quota.id, "generation": quota.generation, "percent": percent}
        | {"state": mark.state, "told": mark.told, "episode": mark.episode}
        | nothing
        | dict(held.get(percent, {}))
        for percent, mark in marks.items()
    ]
    insert_rows(session, MILESTONE, rows)


def put_right(session: Session, quota: Quota, percent: int, mark: Mark, reached: Mapping[str, Any]) -> None:
    """Move a milestone to where the headcount puts it, telling nobody; `reached` names the head where it is held."""
    key = {"quota_id": quota.id, "generation": quota.generation, "percent": percent}
    row = key | {"state": mark.state, "told": mark.told, "episode": mark.episode} | dict(reached)
    upsert(session, MILESTONE, [row], KEY)


def _where_it_stands(now: Passed, risen: Passed | None = None) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(KEY, now[:3], strict=True))
    row |= {"state": now.mark.state, "told": now.mark.told, "episode": now.mark.episode}
    if risen is None:
        return row  # who reached it last stays known
    return row | {
        "reached_on": risen.counted_on,
        "detected_at": risen.known_at,
        "registration_id": risen.registration_id,
        "value": risen.value,
    }


def _crossing(passed: Passed, kind: State) -> dict[str, Any]:
    return dict(zip(KEY, passed[:3], strict=True)) | {
        "episode": passed.mark.episode,
        "kind": kind,
        "value": passed.value,
        "counted_on": passed.counted_on,
        "registration_id": passed.registration_id,
        "detected_at": passed.known_at,
    }


def _event(passed: Passed, kind: State, quota: Quota) -> MilestoneEvent:
    return TOLD_AS[kind](
        **quota.facts(),
        percent=passed.percent,
        generation=passed.generation,
        value=passed.value,
        counted_on=passed.counted_on,
        episode=passed.mark.episode,
    )
