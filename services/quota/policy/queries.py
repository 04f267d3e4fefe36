"""The named read of a split."""

from sqlmodel import Session

from services.quota.policy.schemas import AllocationRead
from services.quota.quotas import queries as quotas_
from services.quota.quotas.models import Quota


def allocation(session: Session, quota: Quota) -> AllocationRead:
    """How a quota is split now (任务分解), in heads; units whose share was given back are left out."""
    shares = quotas_.shares(session, [quota.id])
    revisions = quotas_.revisions(session, [share.id for share in shares])
    return AllocationRead.of(quota, [(share, revisions[share.id][-1]) for share in shares])
