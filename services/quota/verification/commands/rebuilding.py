"""Rebuilding: a shadow filled from the registry, and swapped in under the lock of counting; nothing is announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session

from services.quota.counting.commands import sums
from services.quota.counting.models import SEEN
from services.quota.quotas import queries as quotas_
from services.quota.seats.commands import settling
from services.quota.verification.commands.repairing import AdjustmentLog, put_right
from services.quota.verification.errors import FillingOver, NotFilled, NotSoMany, RebuildEnded, RegistryBehind
from services.quota.verification.models import OPEN, REBUILD, SHADOW, Rebuild, RebuildState
from services.quota.verification.queries import checking as verification
from services.quota.verification.queries import comparing as queries
from services.quota.verification.rules import Layer, RegistrationDifference, Source
from services.quota.verification.schemas.rebuilding import FactsComplete, NewFacts, NewRebuild, RebuildRead
from shared import clock
from shared.auth import Caller, Role
from shared.db import upsert
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.problems import NotFound, Refusal

KEY = ["registration_id"]


@dataclass(frozen=True)
class Filling:
    """What the registry tells to one rebuild: some registrations, or that these were all."""

    rebuild_id: UUID
    body: NewFacts | FactsComplete


def _effect(rebuild: RebuildRead) -> Effect:
    return Effect(rebuild.id)


@operation("begin_rebuild", roles=(Role.OPERATOR,), effect=_effect, purpose=lambda wanted: wanted.reason)
def begin(session: Session, calls: Sequence[Call[NewRebuild]]) -> list[RebuildRead | Refusal]:
    """Begin rebuilds (开始重建), each with an empty shadow. One left open is dropped: the newest is right.

    Locks: counting (exclusive), so that no two begin at once. Writes: rebuild, shadow. Announces and refuses nothing.
    """
    quotas_.lock_counting(session, exclusive=True)
    return [_begin(session, call.item, call.caller) for call in calls]


@operation(
    "fill_rebuild",
    roles=(Role.OPERATOR,),
    target=lambda filling: filling.rebuild_id,
    effect=lambda rebuild: Effect(rebuild.id) if rebuild.state == RebuildState.FILLED else None,
)
def fill(session: Session, calls: Sequence[Call[Filling]]) -> list[RebuildRead | Refusal]:
    """Take in what the registry says (收集), until it is said, and true, that this was all.

    Locks: the rebuild's row. Writes: shadow, the newer version of a registration; the rebuild's state. Announces
    nothing. Refuses: NotFound; RebuildEnded; FillingOver; NotSoMany where the count is another.
    """
    return [_fill(session, call.item) for call in calls]


@operation("swap_rebuild", roles=(Role.OPERATOR,), target=lambda rebuild_id: rebuild_id, effect=_effect)
def swap(session: Session, calls: Sequence[Call[UUID]]) -> list[RebuildRead | Refusal]:
    """Let the shadow replace what is known here (换上), and put everything right that follows from it, on record.

    Locks: counting (exclusive), and the rebuild's row. Writes: registration_seen, what `put_right` does, seats and caps
    that follow, an adjustment for each change; the shadow is emptied. Announces nothing. Refuses: NotFound;
    RebuildEnded; NotFilled; RegistryBehind where the registry lacks what was known here before the rebuild began.
    """
    quotas_.lock_counting(session, exclusive=True)
    return [_swap(session, call.item, call.caller) for call in calls]


@operation("drop_rebuild", roles=(Role.OPERATOR,), target=lambda rebuild_id: rebuild_id, effect=_effect)
def drop(session: Session, calls: Sequence[Call[UUID]]) -> list[RebuildRead | Refusal]:
    """Give rebuilds up (放弃); what stands stays.

    Locks: the rebuild's row. Writes: rebuild, shadow. Announces nothing. Refuses: NotFound; RebuildEnded.
    """
    return [_drop(session, call.item) for call in calls]


def _begin(session: Session, wanted: NewRebuild, caller: Caller) -> RebuildRead:
    now = clock.now()
    left_open = update(REBUILD).where(REBUILD.c.state.in_(OPEN))
    session.execute(left_open.values(state=RebuildState.DROPPED, ended_at=now))
    session.execute(delete(SHADOW))
    rebuild = Rebuild(id=new_id(), state=RebuildState.FILLING, by=caller.actor, reason=wanted.reason, opened_at=now)
    session.add(rebuild)
    session.flush()
    return RebuildRead.of(rebuild)


def _fill(session: Session, wanted: Filling) -> RebuildRead | Refusal:
    rebuild = _open(session, wanted.rebuild_id)
    if isinstance(rebuild, Refusal):
        return rebuild
    if isinstance(wanted.body, FactsComplete):
        if queries.in_shadow(session) != wanted.body.registrations:
            return NotSoMany()
        rebuild.state = RebuildState.FILLED
    elif rebuild.state == RebuildState.FILLED:
        return FillingOver()
    else:
        facts = {each.registration_id: dict(each) for each in sorted(wanted.body.facts, key=lambda each: each.version)}
        upsert(session, SHADOW, list(facts.values()), KEY, newer="version")
    session.flush()
    return RebuildRead.of(rebuild)


def _swap(session: Session, rebuild_id: UUID, caller: Caller) -> RebuildRead | Refusal:
    rebuild = _open(session, rebuild_id)
    if isinstance(rebuild, Refusal):
        return rebuild
    if rebuild.state != RebuildState.FILLED:
        return NotFilled()
    registered = queries.registrations(session, rebuild.opened_at)
    if registered.behind:
        return RegistryBehind(behind=registered.behind)
    record = AdjustmentLog(caller.actor, rebuild.reason, clock.now())
    replaced, programmes = set[UUID](), set[str]()
    for some in queries.differing(session):
        registered.note(some)
        _replace(session, some, record)
        replaced |= {each.by_registry.registration_id for each in some}
        programmes |= {each.by_registry.programme for each in some}
    found = verification.found_beside_sums(session, Source.REGISTRATIONS, sums.rebuild(session))
    comparison = queries.comparison(session, registered, found)
    put_right(session, found, record)
    settling.follow(session, replaced, programmes)
    rebuild.adjustments = len(record.rows)
    _end(session, rebuild, RebuildState.SWAPPED)
    return RebuildRead.of(rebuild, comparison)


def _replace(session: Session, some: Sequence[RegistrationDifference], record: AdjustmentLog) -> None:
    """Know registrations as the registry tells them, from now on."""
    for each in some:
        record.add(Layer.REGISTRATION, *each.changes(), registration_id=each.by_registry.registration_id)
    upsert(session, SEEN, [dict(each.by_registry) | {"known_at": record.at} for each in some], KEY)


def _drop(session: Session, rebuild_id: UUID) -> RebuildRead | Refusal:
    rebuild = _open(session, rebuild_id)
    if isinstance(rebuild, Refusal):
        return rebuild
    _end(session, rebuild, RebuildState.DROPPED)
    return RebuildRead.of(rebuild)


def _open(session: Session, rebuild_id: UUID) -> Rebuild | Refusal:
    rebuild = queries.held(session, rebuild_id)
    if rebuild is None:
        return NotFound()
    return rebuild if rebuild.state in OPEN else RebuildEnded()


def _end(session: Session, rebuild: Rebuild, state: RebuildState) -> None:
    rebuild.state, rebuild.ended_at = state, clock.now()
    session.execute(delete(SHADOW))
    session.flush()
