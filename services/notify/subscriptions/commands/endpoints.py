"""An institution's endpoints: made, changed, given another secret, removed, and switched off where nobody answers."""

from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address
from secrets import token_bytes
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import Session

from services.notify.alerts import commands as alerts
from services.notify.alerts import queries as alert_queries
from services.notify.alerts.rules import ENDPOINT_OFF
from services.notify.recipients.commands import open_institution_post
from services.notify.subscriptions import errors, queries
from services.notify.subscriptions.models import (
    InstitutionStanding,
    WebhookEndpoint,
    endpoint_settings,
    sealed_endpoint,
)
from services.notify.subscriptions.rules import MOST_ENDPOINTS, OFF_AFTER, OVERLAP
from services.notify.subscriptions.schemas import EndpointChange, NewEndpoint
from shared import clock
from shared.auth import OF_AN_INSTITUTION
from shared.config import settings
from shared.contracts.institution import InstitutionDeactivated, InstitutionEvent
from shared.db import insert_ignoring, table_of
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.outbound import allowed_networks, fault_in_url
from shared.problems import Fault, InvalidBody, NotFound, PreconditionFailed, Refusal
from shared.versions import Versions

WRITERS = OF_AN_INSTITUTION
SECRET_BYTES = 32
INACTIVE = "institution_inactive"  # why endpoints are off that nobody switched off


class EndpointChangeRequest(NamedTuple):
    """A change to the version that its author read."""

    id: UUID
    version: Versions
    to: EndpointChange


class EndpointRemoval(NamedTuple):
    """The end of an endpoint, in the version that was read."""

    id: UUID
    version: Versions


class IssuedEndpoint(NamedTuple):
    """An endpoint with the secret that was made for it just now."""

    endpoint: WebhookEndpoint
    secret: str


class HeardOf(NamedTuple):
    """What attempts at an endpoint came to: whether one got through, why one is given up, whether it wants no more."""

    delivered: bool
    given_up: str | None
    refused: bool


def _effect(endpoint: WebhookEndpoint) -> Effect:
    return Effect(endpoint.id, endpoint.version)


def _effect_of_issued(issued: IssuedEndpoint) -> Effect:
    return _effect(issued.endpoint)


@operation("add_endpoint", roles=WRITERS, effect=_effect_of_issued)
def add(session: Session, calls: Sequence[Call[NewEndpoint]]) -> list[IssuedEndpoint | Refusal]:
    """Make endpoints (登记回调地址) of the caller's own institution, each with a secret that is shown this once.

    Locks the institution, writes webhook_endpoints and the institution's own post. Refuses InvalidBody for an address
    that is not https or lies where nothing is sent to, TooManyEndpoints, InstitutionInactive.
    """
    standings = _held_standings(session, {queries.institution_of(call.caller) for call in calls})
    outcomes: list[IssuedEndpoint | Refusal] = []
    for call in calls:
        new, institution_id = call.item, queries.institution_of(call.caller)
        if faults := _faults_in(new.url):
            outcomes.append(InvalidBody(*faults))
        elif standings[institution_id].inactive_since:
            outcomes.append(errors.InstitutionInactive())
        elif queries.count_of_endpoints(session, institution_id) >= MOST_ENDPOINTS:
            outcomes.append(errors.TooManyEndpoints())
        else:
            open_institution_post(session, institution_id)
            id_, secret = new_id(), _new_secret()
            endpoint = WebhookEndpoint(
                id=id_,
                institution_id=institution_id,
                channel=f"ep:{id_.hex[-16:]}",
                description=new.description,
                events=new.events,
                settings=sealed_endpoint(id_, {"url": new.url, "secrets": [secret]}),
                created_by=call.caller.actor,
                created_at=clock.now(),
            )
            session.add(endpoint)
            session.flush()
            outcomes.append(IssuedEndpoint(endpoint, secret))
    return outcomes


@operation("change_endpoint", roles=WRITERS, target=lambda change: change.id, effect=_effect)
def change(session: Session, calls: Sequence[Call[EndpointChangeRequest]]) -> list[WebhookEndpoint | Refusal]:
    """Change endpoints, switch them off, or on again (重新启用); what happened meanwhile goes by `replay`.

    Locks the institution, then each, and writes it; what was said about one that is on again is closed. Refuses
    NotFound for another institution's, PreconditionFailed for a version that is no longer the newest, InvalidBody as
    making one does, InstitutionInactive for what should be on.
    """
    standings = _held_standings(session, {queries.institution_of(call.caller) for call in calls})
    outcomes: list[WebhookEndpoint | Refusal] = []
    for call in calls:
        id_, version, to = call.item
        found = _in_version(session, call, id_, version)
        given = to.model_dump(exclude_unset=True)
        faults = _faults_in(to.url) if to.url else []
        if isinstance(found, Refusal):
            outcomes.append(found)
        elif faults:
            outcomes.append(InvalidBody(*faults))
        elif to.enabled and standings[found.institution_id].inactive_since:
            outcomes.append(errors.InstitutionInactive())
        else:
            _change(found, given)
            if found.enabled:
                about = alert_queries.unclosed(session, ENDPOINT_OFF, str(found.id))
                alerts.close(session, about)
            session.flush()
            outcomes.append(found)
    return outcomes


@operation("rotate_endpoint_secret", roles=WRITERS, target=lambda id_: id_, effect=_effect_of_issued)
def rotate(session: Session, calls: Sequence[Call[UUID]]) -> list[IssuedEndpoint | Refusal]:
    """Give endpoints another secret (更换密钥), shown this once; the one of before signs beside it for a day.

    Locks and writes each. Refuses NotFound for another institution's.
    """
    outcomes: list[IssuedEndpoint | Refusal] = []
    for call in calls:
        found = queries.held_endpoint(session, call.caller, call.item)
        if found is None:
            outcomes.append(NotFound())
            continue
        secret, held = _new_secret(), endpoint_settings(found)
        held["secrets"] = [secret, held["secrets"][0]]
        found.settings = sealed_endpoint(found.id, held)
        found.previous_until, found.version = clock.now() + OVERLAP, found.version + 1
        session.flush()
        outcomes.append(IssuedEndpoint(found, secret))
    return outcomes


@operation("remove_endpoint", roles=WRITERS, target=lambda removal: removal.id, effect=_effect)
def remove(session: Session, calls: Sequence[Call[EndpointRemoval]]) -> list[WebhookEndpoint | Refusal]:
    """Remove endpoints, address and secrets; their ledgers stay.

    Locks and writes each. Refuses NotFound, PreconditionFailed as a change does.
    """
    outcomes: list[WebhookEndpoint | Refusal] = []
    for call in calls:
        found = _in_version(session, call, *call.item)
        if not isinstance(found, Refusal):
            found.settings, found.enabled, found.removed_at = sealed_endpoint(found.id, {}), False, clock.now()
            found.version += 1
            session.flush()
        outcomes.append(found)
    return outcomes


def follow(session: Session, events: Sequence[InstitutionEvent]) -> None:
    """Switch off the endpoints of institutions that take part no longer (停用), and let none be on until they do again.

    Locks and writes the institutions, then their endpoints. An event that is older than one that was heard, as what is
    replayed may be, changes nothing, nor does the same again.
    """
    standings, now = _held_standings(session, {event.institution_id for event in events}), clock.now()
    for event in events:
        standing = standings[event.institution_id]
        if event.version <= standing.version:
            continue
        left = isinstance(event, InstitutionDeactivated)
        standing.version, standing.inactive_since = event.version, now if left else None
        for each in queries.held_endpoints(session, event.institution_id) if left else ():
            if each.enabled:
                _switch(each, on=False, code=INACTIVE, now=now)
                each.version += 1
        session.flush()


def note_attempts(session: Session, endpoint: WebhookEndpoint, heard: HeardOf) -> bool:
    """Keep what attempts came to of an endpoint whose row is locked; whether it is off from now on (自动停用).

    It goes off where it wants no more (410, or an address where nothing is sent to), and where a delivery is given up
    after days in which nothing got through.
    """
    now = clock.now()
    if heard.delivered:
        endpoint.failing_since = None
    elif endpoint.failing_since is None:
        endpoint.failing_since = now
    lasting = endpoint.failing_since is not None and endpoint.failing_since + OFF_AFTER <= now
    off = endpoint.enabled and heard.given_up is not None and (heard.refused or lasting)
    if off:
        _switch(endpoint, on=False, code=heard.given_up, now=now)
        endpoint.version += 1
    session.flush()
    return off


def _held_standings(session: Session, institutions: Collection[UUID]) -> dict[UUID, InstitutionStanding]:
    """What is known of institutions, locked before any endpoint of theirs.

    So of who ends endpoints and who adds one the second sees what the first did.
    """
    rows = [{"institution_id": each, "inactive_since": None, "version": 0} for each in sorted(institutions)]
    insert_ignoring(session, table_of(InstitutionStanding), rows, ["institution_id"])
    return queries.held_standings(session, institutions)


def _change(endpoint: WebhookEndpoint, given: Mapping[str, Any]) -> None:
    if "url" in given:
        held = endpoint_settings(endpoint) | {"url": given["url"]}
        endpoint.settings, endpoint.failing_since = sealed_endpoint(endpoint.id, held), None
    if "enabled" in given and given["enabled"] is not endpoint.enabled:
        _switch(endpoint, on=given["enabled"], code=None, now=clock.now())
    changes = {name: value for name, value in given.items() if name in ("events", "description")}
    endpoint.sqlmodel_update(changes | {"version": endpoint.version + 1})


def _switch(endpoint: WebhookEndpoint, *, on: bool, code: str | None, now: datetime) -> None:
    endpoint.enabled, endpoint.disabled_code = on, code[:40] if code else None
    endpoint.disabled_at = None if on else now
    endpoint.failing_since = None if on else endpoint.failing_since


def _in_version(session: Session, call: Call[Any], id_: UUID, version: Versions) -> WebhookEndpoint | Refusal:
    found = queries.held_endpoint(session, call.caller, id_)
    if found is None:
        return NotFound()
    return found if found.version in version else PreconditionFailed()


def _faults_in(url: str) -> list[Fault]:
    """What is wrong with an address. In clear it goes only into networks that an operator named."""
    allowed = allowed_networks(settings())
    if fault := fault_in_url(url, allowed, "/url"):
        return [fault]
    parts = urlsplit(url)
    try:
        inside = any(ip_address(parts.hostname or "") in network for network in allowed)
    except ValueError:
        inside = False
    return [] if parts.scheme == "https" or inside else [errors.plain_http("/url")]


def _new_secret() -> str:
    return f"whsec_{b64encode(token_bytes(SECRET_BYTES)).decode()}"
