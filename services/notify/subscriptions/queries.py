"""Named reads of subscriptions, and of institutions' endpoints."""

from collections.abc import Collection, Sequence
from datetime import time
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from services.notify.alerts.rules import Severity
from services.notify.channels.webhook import EndpointChannel
from services.notify.connections import queries as connections
from services.notify.recipients.models import AlertRecipient
from services.notify.subscriptions.models import (
    AlertSubscription,
    InstitutionStanding,
    WebhookEndpoint,
    endpoint_settings,
)
from services.notify.subscriptions.rules import ActiveSubscription, DigestDays, DigestPlan, QuietHours
from shared import clock
from shared.auth import OF_AN_INSTITUTION, Caller
from shared.problems import Forbidden

THERE = col(WebhookEndpoint.removed_at).is_(None)


def subscriptions(
    session: Session, recipient: str | None, after: UUID | None, limit: int
) -> Sequence[AlertSubscription]:
    """Subscriptions in the order they were made, of one post or (None) of all, after an id; up to `limit + 1`."""
    chosen = select(AlertSubscription).order_by(col(AlertSubscription.id)).limit(limit + 1)
    if recipient is not None:
        chosen = chosen.where(AlertSubscription.recipient == recipient)
    if after is not None:
        chosen = chosen.where(AlertSubscription.id > after)
    return session.exec(chosen).all()


def held(session: Session, subscription_id: UUID) -> AlertSubscription | None:
    """One subscription, its row locked: nobody else changes it until the transaction ends. None without any."""
    return session.get(AlertSubscription, subscription_id, with_for_update=True)


def active(session: Session) -> list[ActiveSubscription]:
    """What everybody asks to hear of; a channel that is not in use reaches nobody."""
    in_use = connections.in_use(session)
    joined = select(AlertSubscription, AlertRecipient.unit).join(
        AlertRecipient, col(AlertRecipient.code) == AlertSubscription.recipient
    )
    return [as_active(kept, unit, in_use) for kept, unit in session.exec(joined)]


def as_active(kept: AlertSubscription, post_unit: str | None, in_use: frozenset[str]) -> ActiveSubscription:
    """A subscription with the reach of its post, and those of its channels that are in use."""
    return ActiveSubscription(
        recipient=kept.recipient,
        post_unit=post_unit,
        programmes=_set(kept.programmes),
        units=_set(kept.units),
        kinds=_set(kept.kinds),
        min_severity=Severity(kept.min_severity),
        channels=frozenset(kept.channels).intersection(in_use),
        digest=_digest(kept),
        quiet=_quiet(kept),
    )


def _digest(kept: AlertSubscription) -> DigestPlan | None:
    if kept.digest_at is None or kept.digest_days is None:
        return None
    return DigestPlan(time.fromisoformat(kept.digest_at), DigestDays(kept.digest_days))


def _quiet(kept: AlertSubscription) -> QuietHours | None:
    if kept.quiet_start is None or kept.quiet_end is None:
        return None
    return QuietHours(time.fromisoformat(kept.quiet_start), time.fromisoformat(kept.quiet_end))


def _set(values: list[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


def institution_of(caller: Caller) -> UUID:
    """The institution that a caller acts for. Raises Forbidden for whoever acts for none."""
    if caller.institution_id is None:
        raise Forbidden
    return caller.institution_id


def endpoints(session: Session, caller: Caller, after: UUID | None, limit: int) -> Sequence[WebhookEndpoint]:
    """Endpoints the caller may see, in the order they were made, from after an id; up to `limit + 1`."""
    chosen = select(WebhookEndpoint).where(_visible_to(caller))
    if after is not None:
        chosen = chosen.where(WebhookEndpoint.id > after)
    return session.exec(chosen.order_by(col(WebhookEndpoint.id)).limit(limit + 1)).all()


def endpoint(session: Session, caller: Caller, endpoint_id: UUID) -> WebhookEndpoint | None:
    """One endpoint; None where there is none or it is another institution's, which look alike."""
    chosen = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id, _visible_to(caller))
    return session.exec(chosen).one_or_none()


def held_endpoint(session: Session, caller: Caller, endpoint_id: UUID) -> WebhookEndpoint | None:
    """The same, its row locked and read anew: nobody else changes it until the transaction ends."""
    chosen = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id, _visible_to(caller)).with_for_update()
    return session.exec(chosen.execution_options(populate_existing=True)).one_or_none()


def held_endpoints(session: Session, institution_id: UUID) -> Sequence[WebhookEndpoint]:
    """The endpoints of an institution, on or off, their rows locked and read anew."""
    own = select(WebhookEndpoint).where(THERE, WebhookEndpoint.institution_id == institution_id)
    locked = own.order_by(col(WebhookEndpoint.id)).with_for_update()
    return session.exec(locked.execution_options(populate_existing=True)).all()


def held_by_channel(session: Session, channel: str) -> WebhookEndpoint | None:
    """The endpoint of that code in the ledger, removed or not, its row locked and read anew."""
    chosen = select(WebhookEndpoint).where(WebhookEndpoint.channel == channel).with_for_update()
    return session.exec(chosen.execution_options(populate_existing=True)).one_or_none()


def is_as_opened(session: Session, code: str, opened: EndpointChannel) -> bool:
    """Whether an endpoint is on, and as it was when it was opened; its row is locked, so that it stays so."""
    found = held_by_channel(session, code)
    return found is not None and found.enabled and found.version == opened.version


def endpoints_of(session: Session, institutions: Collection[UUID]) -> dict[UUID, list[WebhookEndpoint]]:
    """The endpoints of these institutions, by institution, on or off."""
    chosen = select(WebhookEndpoint).where(THERE, col(WebhookEndpoint.institution_id).in_(institutions))
    found: dict[UUID, list[WebhookEndpoint]] = {}
    for each in session.exec(chosen.order_by(col(WebhookEndpoint.id))):
        found.setdefault(each.institution_id, []).append(each)
    return found


def count_of_endpoints(session: Session, institution_id: UUID) -> int:
    """How many endpoints an institution has."""
    own = select(func.count()).select_from(WebhookEndpoint).where(THERE)
    return session.exec(own.where(WebhookEndpoint.institution_id == institution_id)).one()


def held_standings(session: Session, institutions: Collection[UUID]) -> dict[UUID, InstitutionStanding]:
    """What is known of these institutions, their rows locked in one order and read anew."""
    own = select(InstitutionStanding).where(col(InstitutionStanding.institution_id).in_(institutions))
    locked = own.order_by(col(InstitutionStanding.institution_id)).with_for_update()
    found = session.exec(locked.execution_options(populate_existing=True))
    return {each.institution_id: each for each in found}


def opened_endpoint(endpoint: WebhookEndpoint) -> EndpointChannel:
    """The channel to an endpoint, with every secret that is good now."""
    held = endpoint_settings(endpoint)
    overlaps = endpoint.previous_until is not None and clock.now() < endpoint.previous_until
    channel = EndpointChannel(held["url"], held["secrets"] if overlaps else held["secrets"][:1])
    channel.version = endpoint.version
    return channel


def _visible_to(caller: Caller) -> ColumnElement[bool]:
    """An institution sees its own endpoints; whoever else may see them sees all."""
    if caller.role in OF_AN_INSTITUTION:
        return THERE & (col(WebhookEndpoint.institution_id) == institution_of(caller))
    return THERE
