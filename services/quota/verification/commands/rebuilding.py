"""Rebuilding: a shadow filled by what the registry tells, and swapped in under the counting lock. Nobody is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session

from services.quota.counting.commands import sums
from services.quota.counting.models import SEEN
from services.quota.quotas import queries as quotas_
from services.quota.seats.commands import settling
from services.quota.verification.commands.repairing import Record, put_right
from services.quota.verification.errors import FillingOver, NotFilled, NotSoMany, RebuildEnded, RegistryBehind
from services.quota.verification.models import OPEN, REBUILD, SHADOW, Rebuild, State
from services.quota.verification.queries import checking as verification
from services.quota.verification.queries import comparing as queries
from services.quota.verification.rules import Difference, Layer, Source
from services.quota.verification.schemas.rebuilding import AllTold, NewFacts, NewRebuild, RebuildRead
from shared import clock
from shared.auth import Caller
from shared.db import upsert
from shared.ids import new_id
from shared.problems import NotFound, Refusal

KEY = ["registration_id"]


@dataclass(frozen=True)
class Filling:
    """What the registry tells to one rebuild: some registrations, or that these were all."""

    rebuild_id: UUID
    body: NewFacts | AllTold


def begin(session: Session, wanted: Sequence[NewRebuild], caller: Caller) -> list[RebuildRead]:
    """Begin rebuilds (开始重建), each with an empty shadow. One left open is dropped: the newest is right."""
    quotas_.counting_takes_turns(session, deciding=True)  # nor do two begin at once
    return [_begin(session, each, caller) for each in wanted]


def fill(session: Session, wanted: Sequence[Filling], caller: Caller) -> list[RebuildRead | Refusal]:
    """Take in what the registry tells (收集), until it is said, and true, that this was all."""
    return [_fill(session, each) for each in wanted]


def swap(session: Session, wanted: Sequence[UUID], caller: Caller) -> list[RebuildRead | Refusal]:
    """Let the shadow replace what is known here (换上), and put everything right that follows from it, on record."""
    quotas_.counting_takes_turns(session, deciding=True)
    return [_swap(session, each, caller) for each in wanted]


def drop(session: Session, wanted: Sequence[UUID], caller: Caller) -> list[RebuildRead | Refusal]:
    """Give rebuilds up (放弃); what stands stays."""
    return [_drop(session, each) for each in wanted]


def _begin(session: Session, wanted: NewRebuild, caller: Caller) -> RebuildRead:
    now = clock.now()
    left_open = update(REBUILD).where(REBUILD.c.state.in_(OPEN))
    session.execute(left_open.values(state=State.DROPPED, ended_at=now))
    session.execute(delete(SHADOW))
    rebuild = Rebuild(id=new_id(), state=State.FILLING, by=caller.sub, reason=wanted.reason, opened_at=now)
    session.add(rebuild)
    session.flush()
    return RebuildRead.of(rebuild)


def _fill(session: Session, wanted: Filling) -> RebuildRead | Refusal:
    rebuild = _open(session, wanted.rebuild_id)
    if isinstance(rebuild, Refusal):
        return rebuild
    if isinstance(wanted.body, AllTold):
        if queries.in_shadow(session) != wanted.body.registrations:
            return NotSoMany()
        rebuild.state = State.FILLED
    elif rebuild.state == State.FILLED:
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
    if rebuild.state != State.FILLED:
        return NotFilled()
    told = queries.registrations(session, rebuild.opened_at)
    if told.behind:
        return RegistryBehind(behind=told.behind)
    record = Record(caller.sub, rebuild.reason, clock.now())
    replaced, programmes = set[UUID](), set[str]()
    for some in queries.differing(session):
        told.note(some)
        _replace(session, some, record)
        replaced |= {each.told.registration_id for each in some}
        programmes |= {each.told.programme for each in some}
    found = verification.found_beside_sums(session, Source.REGISTRATIONS, sums.rebuild(session))
    comparison = queries.comparison(session, told, found)
    put_right(session, found, record)
    settling.follow(session, replaced, programmes, loud=False)
    rebuild.adjustments = len(record.rows)
    _end(session, rebuild, State.SWAPPED)
    return RebuildRead.of(rebuild, comparison)


def _replace(session: Session, some: Sequence[Difference], record: Record) -> None:
    """Know registrations as the registry tells them, from now on."""
    for each in some:
        record.add(Layer.REGISTRATION, *each.changes(), registration_id=each.told.registration_id)
    upsert(session, SEEN, [dict(each.told) | {"known_at": record.at} for each in some], KEY)


def _drop(session: Session, rebuild_id: UUID) -> RebuildRead | Refusal:
    rebuild = _open(session, rebuild_id)
    if isinstance(rebuild, Refusal):
        return rebuild
    _end(session, rebuild, State.DROPPED)
    return RebuildRead.of(rebuild)


def _open(session: Session, rebuild_id: UUID) -> Rebuild | Refusal:
    rebuild = queries.held(session, rebuild_id)
    if rebuild is None:
        return NotFound()
    return rebuild if rebuild.state in OPEN else RebuildEnded()


def _end(session: Session, rebuild: Rebuild, state: State) -> None:
    rebuild.state, rebuild.ended_at = state, clock.now()
    session.execute(delete(SHADOW))
    session.flush()
