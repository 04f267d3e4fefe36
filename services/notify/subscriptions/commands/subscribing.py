"""Subscribing, changing and ending subscriptions."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.notify.alerts.rules import KINDS
from services.notify.channels.registry import by_default
from services.notify.connections import errors as channel_errors
from services.notify.connections import queries as connections
from services.notify.recipients import errors as recipient_errors
from services.notify.recipients import queries as recipients
from services.notify.recipients.rules import NameKind
from services.notify.subscriptions import queries
from services.notify.subscriptions.models import AlertSubscription
from services.notify.subscriptions.rules import DigestPlan
from services.notify.subscriptions.schemas import NewSubscription, SubscriptionChange
from shared import clock
from shared.auth import Role
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, NotFound, PreconditionFailed, Refusal
from shared.versions import Versions

WRITERS = (Role.BUREAU_OFFICER, Role.OPERATOR)

WHEN = {  # the columns of what bodies have as one
    "digest": {"at": "digest_at", "days": "digest_days"},
    "quiet_hours": {"start": "quiet_start", "end": "quiet_end"},
}

FaultsIn = Callable[[Mapping[str, Any]], list[Fault]]


class ChangeRequest(NamedTuple):
    """A change to the version that its author read."""

    id: UUID
    version: Versions
    to: SubscriptionChange


class Removal(NamedTuple):
    """The end of a subscription, in the version that was read."""

    id: UUID
    version: Versions


def _effect(subscription: AlertSubscription) -> Effect:
    return Effect(subscription.id, subscription.version)


@operation("subscribe", roles=WRITERS, target=lambda new: new.recipient, effect=_effect)
def subscribe(session: Session, calls: Sequence[Call[NewSubscription]]) -> list[AlertSubscription | Refusal]:
    """Make subscriptions (订阅). Refuses InvalidBody for posts, programmes, units and channels that do not exist."""
    made = proposed(session, [call.item for call in calls])
    outcomes: list[AlertSubscription | Refusal] = [
        InvalidBody(*each) if isinstance(each, list) else each for each in made
    ]
    session.add_all([each for each in outcomes if isinstance(each, AlertSubscription)])
    session.flush()
    return outcomes


def proposed(session: Session, wanted: Sequence[NewSubscription]) -> list[AlertSubscription | list[Fault]]:
    """Subscriptions as they would be made, kept nowhere yet; or what is wrong with one."""
    posts = recipients.posts(session)
    faults_in = _checks(session)
    outcomes: list[AlertSubscription | list[Fault]] = []
    for new in wanted:
        given = new.model_dump(mode="json")
        faults = faults_in(given)
        if new.recipient not in posts:
            faults.append(recipient_errors.unknown_recipient("/recipient"))
        outcomes.append(faults or AlertSubscription(**_kept(given), created_at=clock.now()))
    return outcomes


@operation("change_subscription", roles=WRITERS, target=lambda change: change.id, effect=_effect)
def change(session: Session, calls: Sequence[Call[ChangeRequest]]) -> list[AlertSubscription | Refusal]:
    """Change subscriptions; locks each, and writes nothing where nothing changes.

    Refuses NotFound, PreconditionFailed for a version that is no longer the newest, InvalidBody for programmes,
    units and channels that do not exist.
    """
    faults_in = _checks(session)
    outcomes: list[AlertSubscription | Refusal] = []
    for subscription_id, version, to in (call.item for call in calls):
        found = _in_version(session, subscription_id, version)
        given = to.model_dump(mode="json", include=to.model_fields_set)
        if isinstance(found, Refusal):
            outcomes.append(found)
        elif faults := faults_in(given):
            outcomes.append(InvalidBody(*faults))
        else:
            changes = _kept(given)
            if any(getattr(found, name) != value for name, value in changes.items()):
                found.sqlmodel_update(changes | {"version": found.version + 1})
                session.flush()
            outcomes.append(found)
    return outcomes


@operation("end_subscription", roles=WRITERS, target=lambda removal: removal.id, effect=Effect)
def remove(session: Session, calls: Sequence[Call[Removal]]) -> list[UUID | Refusal]:
    """End subscriptions; locks each. Refuses NotFound, PreconditionFailed as a change does."""
    outcomes: list[UUID | Refusal] = []
    for subscription_id, version in (call.item for call in calls):
        found = _in_version(session, subscription_id, version)
        if isinstance(found, Refusal):
            outcomes.append(found)
            continue
        session.delete(found)
        session.flush()
        outcomes.append(subscription_id)
    return outcomes


def default(recipient: str, digest: DigestPlan | None = None) -> AlertSubscription:
    """The subscription a new post starts with: every programme and kind there is, by the channels of a new post."""
    return AlertSubscription(
        recipient=recipient,
        channels=by_default(),
        digest_at=f"{digest.at:%H:%M}" if digest else None,
        digest_days=digest.days if digest else None,
        created_at=clock.now(),
    )


def _kept(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a body: whoever asks for every kind there is asks for those to come as well."""
    every_kind = given.get("kinds") == list(KINDS)
    kept = dict(given) | ({"kinds": None} if every_kind else {})
    for name, parts in WHEN.items():
        if name in kept:
            whole = kept.pop(name) or {}
            kept |= {column: whole.get(part) for part, column in parts.items()}
    return kept


def _in_version(session: Session, subscription_id: UUID, version: Versions) -> AlertSubscription | Refusal:
    found = queries.held(session, subscription_id)
    if found is None:
        return NotFound()
    return found if found.version in version else PreconditionFailed()


def _checks(session: Session) -> FaultsIn:
    known: dict[str, Collection[str]] = {
        "programmes": recipients.known(session, NameKind.PROGRAMME),
        "units": recipients.known(session, NameKind.UNIT),
        "channels": connections.known(session),
    }
    unknown: dict[str, Callable[[str], Fault]] = {
        "programmes": recipient_errors.unknown_programme,
        "units": recipient_errors.unknown_unit,
        "channels": partial(channel_errors.unknown_channel, known=known["channels"]),
    }

    def faults_in(given: Mapping[str, Any]) -> list[Fault]:
        return [
            unknown[name](f"/{name}/{place}")
            for name, codes in known.items()
            for place, code in enumerate(given.get(name) or [])
            if code not in codes
        ]

    return faults_in
