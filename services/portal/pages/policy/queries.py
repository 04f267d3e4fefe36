"""A pack on its way to the three services, as the command line puts it (talent policy apply)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.portal.client.services import Services
from services.portal.pages.policy.schemas import PackApplied

DECIDING = ("registry", "quota")  # each keeps what one officer puts for another; notify follows them
PATH = "/v1/policy"


@dataclass(frozen=True)
class PackEverywhere:
    """What a pack came to in each service, and whether another officer has to put the same."""

    by_service: dict[str, PackApplied]

    @property
    def awaiting(self) -> bool:
        """Whether it is not in force everywhere yet."""
        return any(each.awaiting for each in self.by_service.values())

    @property
    def changes_nothing(self) -> bool:
        """Whether all of it is in force already."""
        return not any(each.changes or each.difference for each in self.by_service.values())


async def try_pack(services: Services, pack: dict[str, Any], form_id: UUID) -> PackEverywhere:
    """What a pack would change in each service. Raises RequestRefused where one would not have it."""
    found = {}
    for service in (*DECIDING, "notify"):
        found[service] = await _put(services, service, pack, form_id, dry_run="true")
    return PackEverywhere(found)


async def put_pack(services: Services, pack: dict[str, Any], form_id: UUID) -> PackEverywhere:
    """Put a pack: what changes rules awaits a second officer, and notify takes its part when the others have.

    A service that does not answer leaves the rest undone; the same pack put again completes it. Raises what `write`
    does.
    """
    found = {}
    for service in DECIDING:
        found[service] = await _put(services, service, pack, form_id)
    outcome = PackEverywhere(found)
    if not outcome.awaiting:
        found["notify"] = await _put(services, "notify", pack, form_id)
    return outcome


async def _put(services: Services, service: str, pack: dict[str, Any], form_id: UUID, **query: str) -> PackApplied:
    return await services.write("PUT", service, PATH, pack, PackApplied, form_id, patient=True, **query)
