"""Putting right what verification found, layer by layer, each on record; nothing is announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import Session

from services.quota.counting.commands import headcounts, milestones, sums
from services.quota.counting.models import HEADCOUNT, SEEN
from services.quota.counting.queries.headcounts import counted
from services.quota.counting.rules.books import In, Line, Member
from services.quota.counting.rules.heads import NOTHING, Counts, Head
from services.quota.policy.commands.enforcing import reached_by
from services.quota.quotas import queries as quotas_
from services.quota.seats.commands.caps import refresh
from services.quota.verification.models import ADJUSTMENT
from services.quota.verification.queries import checking as queries
from services.quota.verification.rules import CellOfUnit, Findings, Layer, WrongMember, different
from services.quota.verification.schemas.verifying import NewDoubt, VerificationRead, WantedVerification
from shared import clock
from shared.auth import Caller, Role
from shared.db import insert_rows, upsert
from shared.ids import new_id
from shared.operations import Call, operation
from shared.problems import Fault, InvalidBody, Refusal, Said

REASON_MISSING = Fault("/reason", "missing", Said("修正须说明理由", "a repair needs a reason"))


@dataclass
class AdjustmentLog:
    """What one putting right changes, as its adjustments (调整) will tell it."""

    by: str
    reason: str
    at: datetime

    def __post_init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(self, layer: Layer, before: dict[str, Any], after: dict[str, Any], **about: Any) -> UUID:
        """Write down one thing that was put right; its id."""
        nothing = dict.fromkeys(("quota_id", "unit", "subject_ref", "registration_id"))
        identity = new_id()
        own = {"id": identity, "layer": layer, "by": self.by, "reason": self.reason, "at": self.at}
        self.rows.append(nothing | about | own | {"before": before, "after": after})
        return identity


@operation("verify", roles=(Role.OPERATOR, Role.AUDITOR, Role.BUREAU_OFFICER), effect=lambda _: None)
def answer(session: Session, calls: Sequence[Call[VerificationRead]]) -> list[VerificationRead | Refusal]:
    """Answer checks (核对) as they were found beside the writer.

    Writes nothing but the answer to an Idempotency-Key. Announces and refuses nothing.
    """
    return [call.item for call in calls]


@operation("repair", roles=(Role.OPERATOR,), purpose=lambda wanted: wanted.reason)
def repair(session: Session, calls: Sequence[Call[WantedVerification]]) -> list[VerificationRead | Refusal]:
    """Put right (修正) sums by the ledger, heads by registrations, the ledger by heads, then counters and milestones.

    Sums come first: a line that is added brings its own along. The ledger's past stays: lines are added, from now on
    known, with the adjustment as their cause.

    Locks: counting (exclusive). Writes: headcount_sum, and what `put_right` does. Announces nothing. Refuses:
    InvalidBody without a reason.
    """
    quotas_.lock_counting(session, exclusive=True)
    return [_repair(session, call.item, call.caller) for call in calls]


def put_right(session: Session, found: Findings, record: AdjustmentLog) -> None:
    """Put heads, ledger, counters and milestones right, layer by layer, where `found` says; its sums are right already.

    The caller has counting locked (exclusive). Writes: membership, ledger and headcount_sum, headcount, milestone, cap,
    and an adjustment for each. Announces nothing.
    """
    for (quota, unit), cells in found.false_sums.items():
        record.add(Layer.SUM, {"adrift": cells}, {"adrift": 0}, quota_id=quota, unit=unit)
    _put_heads_right(session, found.wrong, record)
    _put_ledger_right(session, found.false_cells, record)
    _put_counters_right(session, record)
    _put_milestones_right(session, record)
    refresh(session, list(quotas_.every(session).values()))
    insert_rows(session, ADJUSTMENT, record.rows)


@operation("doubt", roles=(Role.OPERATOR,), purpose=lambda wanted: wanted.reason)
def doubt(session: Session, calls: Sequence[Call[NewDoubt]]) -> list[int | Refusal]:
    """Let the registry have the last word on registrations (存疑), even if it repeats the version known here.

    The outcome is how many are doubted. Locks: counting (exclusive). Writes: version 0 in registration_seen, and an
    adjustment each. Announces and refuses nothing; ids that are unknown are passed over.
    """
    quotas_.lock_counting(session, exclusive=True)
    return [_doubt(session, call.item, call.caller) for call in calls]


def _repair(session: Session, wanted: WantedVerification, caller: Caller) -> VerificationRead | Refusal:
    if wanted.reason is None:
        return InvalidBody(REASON_MISSING)
    record = AdjustmentLog(caller.actor, wanted.reason, clock.now())
    found = queries.found_beside_sums(session, wanted.source, sums.rebuild(session))
    put_right(session, found, record)
    done = {"repaired": True, "by": caller.actor, "reason": wanted.reason, "at": record.at}
    return VerificationRead.of(found, quotas_.every(session), adjustments=len(record.rows), **done)


def _put_heads_right(session: Session, wrong: Sequence[WrongMember], record: AdjustmentLog) -> None:
    members = {}
    for each in wrong:
        credited = each.due or each.held
        if credited is None:
            continue
        members[each.quota_id, each.subject_ref] = Member(each.due, credited.registration_id, record.at)
        about = {"quota_id": each.quota_id, "subject_ref": each.subject_ref}
        record.add(Layer.MEMBERSHIP, _head_as_json(each.held), _head_as_json(each.due), **about)
    headcounts.put_right(session, members, [])


def _put_ledger_right(session: Session, false_cells: Sequence[CellOfUnit], record: AdjustmentLog) -> None:
    lines = []
    for each in queries.corrections(session, false_cells):
        quota, unit, on = each.cell
        day = {"counted_on": on.isoformat()}
        before, after = (day | counts._asdict() for counts in (each.due.minus(each.lacking), each.due))
        about = {"quota_id": quota, "unit": unit, "subject_ref": each.subject_ref}
        cause = record.add(Layer.LEDGER, before, after, **about)
        lines.append(Line(quota, each.subject_ref, each.registration_id, unit, each.lacking, on, record.at, cause))
    headcounts.put_right(session, {}, lines)


def _put_counters_right(session: Session, record: AdjustmentLog) -> None:
    held, due = queries.counters(session), queries.summed(session)
    right: dict[In, Counts] = {place: due.get(place, NOTHING) for place in different(held, due)}
    for (quota, unit), counts in right.items():
        before = held.get((quota, unit), NOTHING)
        record.add(Layer.COUNTER, before._asdict(), counts._asdict(), quota_id=quota, unit=unit)
    rows = [{"quota_id": quota, "unit": unit} | counts._asdict() for (quota, unit), counts in right.items()]
    upsert(session, HEADCOUNT, rows, ["quota_id", "unit"])


def _put_milestones_right(session: Session, record: AdjustmentLog) -> None:
    quotas = quotas_.every(session)
    misplaced = queries.misplaced_milestones(session, map(counted, quotas.values()), queries.counters(session))
    for quota_id, percent, before, mark in misplaced:
        quota = quotas[quota_id]
        reached = reached_by(session, quota, percent, record.at) if mark.holds else {}
        milestones.put_right(session, quota, percent, mark, reached)
        said = ({"percent": percent, "state": each and each.state} for each in (before, mark))
        record.add(Layer.MILESTONE, *said, quota_id=quota_id)


def _doubt(session: Session, wanted: NewDoubt, caller: Caller) -> int:
    chosen = SEEN.c.registration_id.in_(wanted.ids) & (SEEN.c.version > 0)
    record = AdjustmentLog(caller.actor, wanted.reason, clock.now())
    for registration_id, version in session.execute(select(SEEN.c.registration_id, SEEN.c.version).where(chosen)):
        record.add(Layer.REGISTRATION, {"version": version}, {"version": 0}, registration_id=registration_id)
    session.execute(update(SEEN).where(chosen).values(version=0))
    insert_rows(session, ADJUSTMENT, record.rows)
    return len(record.rows)


def _head_as_json(one: Head | None) -> dict[str, Any]:
    if one is None:
        return {}
    days = {
        name: day.isoformat() if day else None
        for name, day in (("counted_on", one.counted_on), ("ended_on", one.ended_on))
    }
    cells = [[cell.unit, cell.on.isoformat(), *cell.counts] for cell in one.cells]
    return one._asdict() | days | {"registration_id": str(one.registration_id), "cells": cells}
