"""Asking quota for its figures, so that an import can say what it does to them."""

import logging
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from services.registry.accounts.queries.tokens import own_token
from services.registry.imports.rules.effects import QuotaFigure
from shared.config import settings
from shared.fields import Day
from shared.tls import tls

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(10, connect=2)  # seconds


class _OfQuota(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Period(_OfQuota):
    start: Day
    end: Day | None


class _Quota(_OfQuota):
    id: str
    programme: str
    programmes: list[str]
    where: dict[str, list[str]]
    unit: str | None
    amount: int
    period: _Period
    milestones: list[int]
    measure: str


class _Progress(_OfQuota):
    quota_id: str
    unit: str | None
    value: int


def figures_now() -> list[QuotaFigure] | None:
    """Every quota with its figure as it is now; None while quota does not answer."""
    try:
        with httpx.Client(
            base_url=settings().url("quota"), verify=tls(), trust_env=False, timeout=TIMEOUT,
            headers={"Authorization": f"Bearer {own_token()}"},
        ) as web:  # fmt: skip
            values = {
                (row.quota_id, row.unit): row.value for row in map(_Progress.model_validate, _all(web, "progress"))
            }
            quotas = [_Quota.model_validate(each) for each in _all(web, "quotas")]
    except (httpx.HTTPError, ValidationError, ValueError) as error:
        log.warning("quota did not answer a question for its figures: %s", type(error).__name__)
        return None
    return [_figure(each, values[each.id, each.unit]) for each in quotas if (each.id, each.unit) in values]


def _all(web: httpx.Client, path: str) -> list[dict[str, Any]]:
    """Every page of a list."""
    items: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = web.get(f"/v1/{path}", params={"cursor": cursor} if cursor else {})
        answer.raise_for_status()
        page = answer.json()
        items += page["items"]
        cursor = page["next"]
    return items


def _figure(quota: _Quota, value: int) -> QuotaFigure:
    return QuotaFigure(
        quota_id=quota.id,
        programme=quota.programme,
        programmes=quota.programmes,
        where=quota.where,
        unit=quota.unit,
        start=quota.period.start,
        end=quota.period.end,
        amount=quota.amount or None,
        value=value,
        milestones=quota.milestones,
        measure=quota.measure,
    )
