"""Taking from a policy pack what notify needs: the posts, their subscriptions, and what things are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session, SQLModel

from services.notify.channels.rules import is_address
from services.notify.policy.models import PolicyDocument
from services.notify.policy.schemas import Applied, Change
from services.notify.recipients import errors
from services.notify.recipients import queries as recipients
from services.notify.recipients.models import Name, Recipient
from services.notify.recipients.rules import Named
from services.notify.subscriptions.models import Subscription
from services.notify.subscriptions.rules import DEFAULT_CHANNELS, DEFAULT_KINDS
from shared import clock
from shared.auth import Caller
from shared.contracts.policy import PolicyPack
from shared.db import table_of
from shared.problems import Fault, InvalidBody, Refusal
from shared.references import faults_of

Kind = Literal["document", "name", "recipient", "subscription"]
HELD = {"login", "email"}  # who holds a post, which is no longer the pack's to say once it was handed over


@dataclass(frozen=True)
class Proposed:
    """A pack to be applied, or only to be compared."""

    pack: PolicyPack
    dry_run: bool


def apply(session: Session, wanted: Sequence[Proposed], caller: Caller) -> list[Applied | Refusal]:
    """Put packs into force (政策落地). A dry run is the real run, rolled back; a pack applied again changes nothing."""
    outcomes: list[Applied | Refusal] = []
    for proposed in wanted:
        pack = proposed.pack
        if faults := [*faults_of(pack), *_no_addresses(pack)]:
            outcomes.append(InvalidBody(*faults))
            continue
        savepoint = session.begin_nested()
        changes = _take(session, pack)
        if proposed.dry_run:
            savepoint.rollback()
        else:
            savepoint.commit()
        outcomes.append(Applied(document_no=pack.document.number, dry_run=proposed.dry_run, changes=changes))
    return outcomes


def _no_addresses(pack: PolicyPack) -> list[Fault]:
    return [
        errors.no_address(f"/recipients/{n}/email")
        for n, post in enumerate(pack.recipients)
        if post.email is not None and not is_address(post.email)
    ]


def _take(session: Session, pack: PolicyPack) -> list[Change]:
    now = clock.now()
    changes = _put(session, PolicyDocument, "document", pack.document.model_dump(), applied_at=now)
    for kind, code, zh, en in _names(pack):
        changes += _put(session, Name, "name", {"kind": kind, "code": code, "zh": zh, "en": en})
    held = recipients.handed_over(session)
    for post in pack.recipients:
        given = post.model_dump(exclude=HELD if post.code in held else set())
        put = _put(session, Recipient, "recipient", given, created_at=now)
        changes += put
        if put and put[0].action == "added":
            session.flush()  # the subscription refers to it
            session.add(_default_subscription(post.code))
            changes.append(Change(action="added", kind="subscription", code=post.code))
    session.flush()
    return changes


def _put(
    session: Session, model: type[SQLModel], kind: Kind, given: Mapping[str, Any], **when_new: datetime
) -> list[Change]:
    """Add or change one row; no change for what is so already."""
    key = [given[column.name] for column in table_of(model).primary_key]
    row = session.get(model, tuple(key))
    if row is None:
        session.add(model(**given, **when_new))
        return [Change(action="added", kind=kind, code="/".join(key))]
    if all(getattr(row, name) == value for name, value in given.items()):
        return []
    row.sqlmodel_update(dict(given))
    if isinstance(row, Recipient):
        row.version += 1
    return [Change(action="changed", kind=kind, code="/".join(key))]


def _names(pack: PolicyPack) -> list[tuple[Named, str, str, str]]:
    return [
        *((Named.PROGRAMME, each.code, each.name_zh, each.name_en) for each in pack.programmes),
        *((Named.UNIT, each.code, each.name_zh, each.name_en) for each in pack.reporting_units),
        *((Named.QUOTA, each.code, each.measure_word_zh, each.measure_word_en) for each in pack.quotas),
    ]


def _default_subscription(recipient: str) -> Subscription:
    """All programmes, every kind there is, by inbox and e-mail, at once."""
    return Subscription(
        recipient=recipient, kinds=list(DEFAULT_KINDS), channels=list(DEFAULT_CHANNELS), created_at=clock.now()
    )
