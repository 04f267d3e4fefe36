"""The named reads of decisions: how an amount is split, and how things stand where another one is decided."""

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session

from services.quota.counting.models import SEEN
from services.quota.counting.queries import headcounts
from services.quota.policy.rules.effects import Concerned, Situation
from services.quota.policy.schemas import AllocationRead, AwaitedRevision
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import PendingRevision, Quota
from services.quota.quotas.rules import Terms
from services.quota.seats import queries as seats
from shared.contracts.registration import IN_REVIEW, UNDER_NOTICE, RegistrationState
from shared.problems import Said

TO_BE_RECOGNISED = (*IN_REVIEW, RegistrationState.PROPOSED, *UNDER_NOTICE)


def allocation(session: Session, quota: Quota) -> AllocationRead:
    """How a quota is split now (任务分解), in heads; units whose share was given back are left out."""
    shares = quotas_.shares(session, [quota.id])
    revisions = quotas_.revisions(session, [share.id for share in shares])
    return AllocationRead.of(quota, [(share, revisions[share.id][-1]) for share in shares])


def awaited_revision(session: Session, quota: Quota) -> AwaitedRevision | None:
    """What one officer asked for of this quota (待第二人), None where nothing waits."""
    pending = session.get(PendingRevision, quota.id)
    if pending is None:
        return None
    own = pending.model_dump(include={"amount", "effective_on", "document_no"})
    by = {"by": pending.requested_by, "at": pending.requested_at}
    return AwaitedRevision(amount_before=quota.amount, void=pending.quota_version != quota.version, **own, **by)


def situation(session: Session, quota: Quota, terms: Terms) -> Situation:
    """How things stand within the scope of these terms of a quota."""
    known = {each.code: each for pack in quotas_.packs(session) for each in pack.programmes}
    named = [known[code] for code in terms.programmes if code in known]
    cap = seats.caps(session, [quota.id]).get(quota.id)
    return Situation(
        called=quotas_.called(session, quota),
        programmes=[Concerned(Said(each.name_zh, each.name_en), each.workflow == "direct") for each in named],
        value=headcounts.value(session, quota),
        held=cap.held if cap else 0,
        waiting=seats.waiting(session, [quota.id]).get(quota.id, 0),
        unrecognised=_unrecognised(session, terms) if terms.places is not None else 0,
    )


def _unrecognised(session: Session, terms: Terms) -> int:
    """How many may come to count there; from which day they will, nobody knows before."""
    there: list[ColumnElement[bool]] = [SEEN.c.programme.in_(terms.programmes), SEEN.c.state.in_(TO_BE_RECOGNISED)]
    if terms.unit is not None:
        there.append(SEEN.c.reporting_unit == terms.unit)
    if not terms.where:
        return int(session.execute(select(func.count()).select_from(SEEN).where(*there)).scalar_one())
    rows = session.execute(select(SEEN.c.classes).where(*there)).scalars()
    return sum(all(classes.get(name) in values for name, values in terms.where.items()) for classes in rows)
