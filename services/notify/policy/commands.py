"""Taking from a policy pack what notify needs: the posts, their subscriptions, and what things are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import Session, SQLModel

from services.notify.channels.rules import is_address
from services.notify.policy.models import PolicyDocument
from services.notify.policy.schemas import Change
from services.notify.recipients import errors
from services.notify.recipients.models import Name, Recipient
from services.notify.recipients.rules import Named
from services.notify.subscriptions.models import Subscription
from services.notify.subscriptions.rules import DEFAULT_CHANNELS, DEFAULT_KINDS
from shared import clock
from shared.auth import Caller
from shared.contracts.policy import PolicyPack
from shared.problems import Fault, InvalidBody, Refusal


@dataclass(frozen=True)
class Proposed:
    """A pack to be applied, or only to be compared."""

    pack: PolicyPack
    dry_run: bool


def apply(session: Session, wanted: Sequence[Proposed], caller: Caller) -> list[list[Change] | Refusal]:
    """Take over packs (应用政策包). A dry run is the real run, rolled back; a pack applied again changes nothing."""
    outcomes: list[list[Change] | Refusal] = []
    for proposed in wanted:
        if faults := _faults_in(proposed.pack):
            outcomes.append(InvalidBody(*faults))
            continue
        savepoint = session.begin_nested()
        outcomes.append(_take(session, proposed.pack))
        if proposed.dry_run:
            savepoint.rollback()
        else:
            savepoint.commit()
    return outcomes


def _faults_in(pack: PolicyPack) -> list[Fault]:
    units = {unit.code for unit in pack.reporting_units}
    faults = []
    for i, post in enumerate(pack.recipients):
        if post.email is not None and not is_address(post.email):
            faults.append(errors.no_address(f"/recipients/{i}/email"))
        if post.unit is not None and post.unit not in units:
            faults.append(errors.unknown_unit(f"/recipients/{i}/unit"))
    return faults


def _take(session: Session, pack: PolicyPack) -> list[Change]:
    now = clock.now()
    changes = _put(
        session, PolicyDocument, "document", pack.document.number, pack.document.model_dump(), {"applied_at": now}
    )
    for kind, code, zh, en in _names(pack):
        changes += _put(session, Name, "name", (kind, code), {"kind": kind, "code": code, "zh": zh, "en": en})
    for post in pack.recipients:
        put = _put(session, Recipient, "recipient", post.code, post.model_dump(), {"created_at": now})
        changes += put
        if put and put[0].change == "added":
            session.flush()  # the subscription refers to it
            session.add(_default_subscription(post.code))
            changes.append(Change(what="subscription", code=post.code, change="added"))
    session.flush()
    return changes


def _put(
    session: Session,
    model: type[SQLModel],
    what: Literal["document", "recipient", "name"],
    key: Any,
    given: dict[str, Any],
    when_new: dict[str, Any] | None = None,
) -> list[Change]:
    """Add or change one row; no change for what is so already."""
    code = "/".join(key) if isinstance(key, tuple) else key
    row = session.get(model, key)
    if row is None:
        session.add(model(**given, **(when_new or {})))
        return [Change(what=what, code=code, change="added")]
    fields = sorted(name for name, value in given.items() if getattr(row, name) != value)
    if not fields:
        return []
    version = getattr(row, "version", None)
    row.sqlmodel_update(given | ({} if version is None else {"version": version + 1}))
    return [Change(what=what, code=code, change="changed", fields=fields)]


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
