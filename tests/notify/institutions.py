"""Two institutions with systems of their own, their endpoints, and what happens to their registrations."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid5

import httpx
from talent_client import verified as verified_by_partner

from services.notify.consumers import deliver_to_institutions
from services.notify.deliveries.workers import Lane, send_to_endpoints
from shared import outbound
from shared.auth import Role
from shared.contracts.registration import RegistrationEvent, RegistrationRecognised, RegistrationState
from shared.db import Database
from shared.service import Context
from shared.wakeups import is_awaited
from tests.receivers import Received, Receiver, receiver
from tests.rights import Issuer

A, B = UUID(int=0xA), UUID(int=0xB)
REGISTRATION = uuid5(A, "registration")


class Partner:
    """A system of an institution: it asks notify over HTTP, and hears at an address of its own."""

    def __init__(self, http: httpx.Client, issuer: Issuer, institution: UUID, hears: Receiver) -> None:
        self._http, self._issuer, self.institution, self.hears = http, issuer, institution, hears

    def ask(self, method: str, path: str = "", *, role: Role = Role.INSTITUTION_CLERK, **more: Any) -> httpx.Response:
        """An answer of notify about endpoints."""
        token = self._issuer.token(role, nobodys=True, institution_id=str(self.institution), sub=f"{role}-machine")
        headers = {"Authorization": f"Bearer {token}", "If-Match": "*"} | more.pop("headers", {})
        return self._http.request(method, f"/v1/webhook-endpoints{path}", headers=headers, **more)

    def endpoint(self, **more: Any) -> dict[str, Any]:
        """A new endpoint, with its secret."""
        answer = self.ask("POST", json={"url": self.hears.url} | more)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    @property
    def heard(self) -> list[dict[str, Any]]:
        """What arrived, in order."""
        return [json.loads(each.body) for each in self.hears.received]


@contextmanager
def partner(http: httpx.Client, issuer: Issuer, institution: UUID) -> Iterator[Partner]:
    """A system of an institution, with a receiver on this machine."""
    outbound._clients.cache_clear()
    with receiver() as hears:
        yield Partner(http, issuer, institution, hears)
    outbound._clients.cache_clear()


def happened(
    institution: UUID = A, registration: UUID = REGISTRATION, version: int = 1, **more: Any
) -> RegistrationEvent:
    """A registration of an institution is recognised."""
    kind: type[RegistrationEvent] = more.pop("kind", RegistrationRecognised)
    about: Mapping[str, Any] = {
        "registration_id": registration,
        "version": version,
        "programme": "skill-training-bases",
        "subject_ref": uuid5(registration, "subject"),
        "subject_kind": "organisation",
        "institution_id": institution,
        "reporting_unit": "donghu",
        "state": RegistrationState.RECOGNISED,
    }
    return kind.model_validate({**about, **more})


def arrive(database: Database, *events: RegistrationEvent) -> bool:
    """Let notify consume events of the registry in one batch; whether that wakes its senders."""
    with database.writing() as session:
        deliver_to_institutions(session, events)
        return is_awaited(session)


def send_all(context: Context) -> None:
    """Let the sender send what is due, until it finds nothing more."""
    lanes: dict[str, Lane] = {}
    while send_to_endpoints(context, "", lanes) or any(lane.room < 64 for lane in lanes.values()):
        pass


def verified(received: Received, secret: str) -> Any:
    """What arrived, once the client that partners are given has accepted its signature."""
    return verified_by_partner(received.body, received.headers, [secret])
