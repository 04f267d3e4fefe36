from sqlmodel import Session

from services.quota.policy import queries
from services.quota.policy.rules.effects import QuotaEffect, effects
from services.quota.quotas.models import Quota
from services.quota.quotas.rules import Terms


def foreseen(session: Session, quota: Quota, before: Terms | None, after: Terms) -> list[QuotaEffect]:
    """What other terms of a quota change as things stand (影响预告), None before where it is new. Only reads."""
    return effects(before, after, queries.situation(session, quota, after))
