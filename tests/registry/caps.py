"""A cap that the bureau lays down in quota, and the registry that hears of it."""

import httpx

from services.quota.consumers import count
from services.registry.programmes.commands.limits import learn_caps
from shared.contracts.quota import QuotaDefined, QuotaRevised
from tests.registry.conftest import Registry
from tests.registry.places import Places


def speaking(registry: Registry, quota: Places) -> httpx.Client:
    """A bureau officer who speaks to quota."""
    token = {"Authorization": f"Bearer {registry.token('bureau')}"}
    return httpx.Client(base_url=quota.url, headers=token, trust_env=False, verify=False)


def hear(quota: Places, registry: Registry) -> None:
    """Let quota hear all that the registry told."""
    with quota.database.writing() as session:
        count(session, registry.events())


def cap(
    registry: Registry,
    quota: Places,
    programme: str,
    amount: int,
    unit: str | None = None,
    period: dict[str, str] | None = None,
) -> str:
    """The bureau lays down a cap of its own, and the registry hears of it; its id."""
    wanted = {
        "programme": programme,
        "unit": unit,
        "kind": "cap",
        "amount": amount,
        "period": period or {"start": "2018-01-01"},
    }
    with speaking(registry, quota) as web:
        made = web.post("/v1/quotas", json=wanted).raise_for_status().json()
    learn(registry, quota)
    return str(made["id"])


def learn(registry: Registry, quota: Places) -> None:
    """The registry hears of every limit that was laid down or revised."""
    with registry.context.database.writing() as session:
        learn_caps(session, quota.announced(QuotaDefined, QuotaRevised))
