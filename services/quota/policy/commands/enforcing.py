"""Putting quotas in force (生效): a first time, and with other terms; what counts under them follows at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from services.quota.counting.commands import headcounts as counting
from services.quota.counting.commands import milestones
from services.quota.counting.queries import headcounts
from services.quota.counting.rules.milestones import heads_needed, rebased
from services.quota.pace import commands as pace
from services.quota.quotas.models import Quota, Revision, columns_of
from services.quota.quotas.rules import Terms
from services.quota.seats.commands.caps import refresh
from shared.contracts.quota import QuotaDefined, QuotaRevised
from shared.outbox import announce


@dataclass(frozen=True)
class AmountDecision:
    """Who decided on an amount, by which document, from which day."""

    document_no: str
    effective_on: date
    decided_by: str
    seconded_by: str | None = None


def lay_down(
    session: Session,
    wanted: Mapping[UUID, Terms],
    document_no: str | None,
    laid_down_by: str,
    at: datetime,
    *,
    parent: Quota | None = None,
    decision: AmountDecision | None = None,
) -> list[Quota]:
    """Put quotas in force by their ids (下达), count what is known already, and announce them.

    Milestones found held are announced to nobody. Each holds from the beginning of its period, unless a decision names
    another day. The caller has counting locked (exclusive).

    Writes: quota, headcount, membership, ledger, headcount_sum, milestone, revision, cap. Announces: QuotaDefined each.
    """
    parent_id = parent.id if parent else None
    quotas = [
        Quota(id=quota_id, document_no=document_no, parent_id=parent_id, defined_at=at, **columns_of(terms))
        for quota_id, terms in wanted.items()
    ]
    session.add_all(quotas)
    session.flush()
    counting.open_counters(session, [quota.id for quota in quotas])
    counting.recount(session, quotas, at, fresh=True)
    for quota in quotas:
        first = decision or AmountDecision(document_no or quota.clause, quota.starts_on, laid_down_by)
        _measure_anew(session, quota, first, at, announced=False)
    refresh(session, quotas)
    announce(session, *(QuotaDefined(**quota.laid_down()) for quota in quotas))
    return quotas


def put_in_force(
    session: Session, quota: Quota, terms: Terms, decision: AmountDecision, at: datetime, *, recount: bool
) -> None:
    """Give a quota other terms (调整); its milestones are measured anew, silently, under a new generation.

    `recount`: other registrations count from now on. The caller has counting locked (exclusive).

    Writes: quota, milestone, revision, cap, lamp; with `recount` membership, ledger, headcount_sum and headcount.
    Announces: QuotaRevised, which names the milestones that hold now; PaceBehind or PaceRecovered where the lamp turns.
    """
    before = quota.amount
    quota.decide(terms)
    quota.generation += 1
    quota.version += 1
    session.flush()
    if recount:
        counting.recount(session, [quota], at, fresh=False)
    revision = _measure_anew(session, quota, decision, at, announced=True)
    refresh(session, [quota])
    announce(
        session,
        QuotaRevised(
            **quota.laid_down(),
            amount_before=before,
            effective_on=decision.effective_on,
            document_no=decision.document_no,
            value=revision.value,
            rebased=[held["percent"] for held in revision.rebased],
        ),
    )
    pace.judge(session, [quota], at)


def reached_by(session: Session, quota: Quota, percent: int, at: datetime) -> dict[str, Any]:
    """The head that reached a milestone which is found held at an instant, as columns of `milestone`."""
    ordinal = heads_needed(quota.amount, percent)
    registration_id, counted_on = headcounts.nth(session, quota, ordinal)
    return {"reached_on": counted_on, "detected_at": at, "registration_id": registration_id, "value": ordinal}


def _measure_anew(
    session: Session, quota: Quota, decision: AmountDecision, at: datetime, *, announced: bool
) -> Revision:
    value = headcounts.value(session, quota)
    marks = rebased(value, quota.amount, quota.milestones if quota.amount else [], announced)
    held = {percent: reached_by(session, quota, percent, at) for percent, mark in marks.items() if mark.holds}
    milestones.start(session, quota, marks, held)
    revision = Revision(
        quota_id=quota.id,
        generation=quota.generation,
        amount=quota.amount,
        effective_on=decision.effective_on,
        document_no=decision.document_no,
        decided_by=decision.decided_by,
        seconded_by=decision.seconded_by,
        known_at=at,
        value=value,
        rebased=_as_rebased(held),
    )
    session.add(revision)
    session.flush()
    return revision


def _as_rebased(held: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"percent": percent, "reached_on": str(each["reached_on"])} for percent, each in held.items()]
