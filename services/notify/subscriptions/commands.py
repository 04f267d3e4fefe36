"""Subscribing, changing and ending subscriptions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from services.notify.recipients import errors as recipient_errors
from services.notify.recipients import queries as recipients
from services.notify.recipients.rules import Named
from services.notify.subscriptions import errors, queries
from services.notify.subscriptions.models import Subscription
from services.notify.subscriptions.schemas import NewSubscription, SubscriptionChange
from shared import clock
from shared.auth import Caller
from shared.problems import Fault, InvalidBody, NotFound, PreconditionFailed, Refusal

Programmes = Sequence[str] | None


@dataclass(frozen=True)
class Change:
    """A change to the version that its author read."""

    id: UUID
    version: int
    to: SubscriptionChange


@dataclass(frozen=True)
class Removal:
    """The end of a subscription, in the version that was read."""

    id: UUID
    version: int


def subscribe(session: Session, wanted: Sequence[NewSubscription], caller: Caller) -> list[Subscription | Refusal]:
    """Make subscriptions (订阅). Refuses posts, programmes and units that do not exist."""
    posts = recipients.by_code(session, {new.recipient for new in wanted})
    faults_in = _checks(session)
    outcomes: list[Subscription | Refusal] = []
    for new in wanted:
        faults = faults_in(new.programmes, new.units)
        if new.recipient not in posts:
            faults.append(recipient_errors.unknown_recipient("/recipient"))
        if faults:
            outcomes.append(InvalidBody(*faults))
            continue
        subscription = Subscription(**new.model_dump(mode="json"), created_at=clock.now())
        session.add(subscription)
        outcomes.append(subscription)
    session.flush()
    return outcomes


def change(session: Session, wanted: Sequence[Change], caller: Caller) -> list[Subscription | Refusal]:
    """Change subscriptions. Refuses a version that is no longer the newest."""
    faults_in = _checks(session)
    outcomes: list[Subscription | Refusal] = []
    for asked in wanted:
        found = _in_version(session, asked.id, asked.version)
        if isinstance(found, Refusal):
            outcomes.append(found)
            continue
        given = asked.to.model_dump(mode="json", exclude_unset=True)
        faults = faults_in(given.get("programmes"), given.get("units"))
        faults += [
            errors.not_null(f"/{name}")
            for name in ("kinds", "min_severity", "channels")
            if name in given and given[name] is None
        ]
        if faults:
            outcomes.append(InvalidBody(*faults))
            continue
        found.sqlmodel_update(given | {"version": found.version + 1})
        session.flush()
        outcomes.append(found)
    return outcomes


def remove(session: Session, wanted: Sequence[Removal], caller: Caller) -> list[UUID | Refusal]:
    """End subscriptions. Refuses a version that is no longer the newest."""
    outcomes: list[UUID | Refusal] = []
    for asked in wanted:
        found = _in_version(session, asked.id, asked.version)
        if isinstance(found, Refusal):
            outcomes.append(found)
            continue
        session.delete(found)
        session.flush()
        outcomes.append(asked.id)
    return outcomes


def _in_version(session: Session, subscription_id: UUID, version: int) -> Subscription | Refusal:
    found = queries.held(session, subscription_id)
    if found is None:
        return NotFound()
    return found if found.version == version else PreconditionFailed()


def _checks(session: Session) -> Callable[[Programmes, Programmes], list[Fault]]:
    programmes, units = (recipients.known(session, kind) for kind in (Named.PROGRAMME, Named.UNIT))

    def faults_in(wanted_programmes: Programmes, wanted_units: Programmes) -> list[Fault]:
        return [
            errors.unknown_programme(f"/programmes/{i}")
            for i, code in enumerate(wanted_programmes or [])
            if code not in programmes
        ] + [
            recipient_errors.unknown_unit(f"/units/{i}")
            for i, code in enumerate(wanted_units or [])
            if code not in units
        ]

    return faults_in
