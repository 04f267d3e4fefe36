"""Applying a policy pack as far as notify needs it: the posts, their subscriptions, and what things are called."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, SQLModel

from services.notify.channels.registry import channels
from services.notify.deliveries import commands as deliveries
from services.notify.policy import queries
from services.notify.policy.models import PolicyDocument
from services.notify.policy.schemas import ChangedKind, NotifyPolicyApplied, NotifyPolicyChange
from services.notify.recipients import commands as recipients
from services.notify.recipients import errors
from services.notify.recipients import queries as recipient_queries
from services.notify.recipients.models import AlertRecipient, Name
from services.notify.recipients.rules import EMAIL, ChannelAddress, NameKind, first_email, with_email
from services.notify.subscriptions import commands as subscriptions
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.policy import PolicyPack
from shared.contracts.policy import Recipient as PackRecipient
from shared.db import table_of
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, Refusal
from shared.references import faults_of

WRITERS = (Role.BUREAU_OFFICER, Role.OPERATOR)
HOLDER = {"login", "email"}  # who holds a post, which is no longer the pack's to say once it was handed over


class PackProposal(NamedTuple):
    """A pack to be applied, or only to be compared."""

    pack: PolicyPack
    dry_run: bool


@operation(
    "apply_policy",
    roles=WRITERS,
    target=lambda proposal: proposal.pack.document.number,
    effect=lambda applied: Effect(applied.document_no, result="tried" if applied.dry_run else "done"),
)
def apply(session: Session, calls: Sequence[Call[PackProposal]]) -> list[NotifyPolicyApplied | Refusal]:
    """Put packs into force (政策落地). A dry run is the real run, rolled back; a pack applied again changes nothing.

    Writes the document, names, recipients with their e-mail addresses, and the default subscription of each new post,
    under a savepoint for each pack; but for the first of all, a post that it adds or reaches elsewhere is told, as by
    handing it over. Refuses InvalidBody for references that do not hold and for e-mail addresses that
    are none; OwnPost where the caller would come to hold a post by a pack that is not the first of all.
    """
    outcomes: list[NotifyPolicyApplied | Refusal] = []
    kept = queries.document_numbers(session)
    for call in calls:
        pack, dry_run = call.item.pack.known_as(kept), call.item.dry_run
        if faults := [*faults_of(pack), *_no_addresses(pack)]:
            outcomes.append(InvalidBody(*faults))
            continue
        if kept and _gives_himself(session, pack, call.caller):
            outcomes.append(errors.OwnPost())
            continue
        savepoint = session.begin_nested()
        changes = _apply(session, pack, is_first=not kept)
        if dry_run:
            savepoint.rollback()
        else:
            savepoint.commit()
        outcomes.append(NotifyPolicyApplied(document_no=pack.document.number, dry_run=dry_run, changes=changes))
    return outcomes


def _no_addresses(pack: PolicyPack) -> list[Fault]:
    return [
        errors.no_email_address(f"/recipients/{n}/email")
        for n, post in enumerate(pack.recipients)
        if post.email is not None and not channels()[EMAIL].is_address(post.email)
    ]


def _gives_himself(session: Session, pack: PolicyPack, caller: Caller) -> bool:
    """Whether somebody would come to hold a post by a pack: no more than by setting one up (设岗)."""
    handed_over = recipient_queries.handed_over(session)
    known = {code: post.login for code, post in recipient_queries.posts(session).items()}
    new = [post for post in pack.recipients if post.code not in handed_over and known.get(post.code) != post.login]
    return any(recipients.gives_himself(caller, {"login": post.login}, {}) for post in new)


def _apply(session: Session, pack: PolicyPack, *, is_first: bool) -> list[NotifyPolicyChange]:
    changes = _put(session, PolicyDocument, "document", pack.document.model_dump(), applied_at=clock.now())
    for kind, code, zh, en in _names(pack):
        changes += _put(session, Name, "name", {"kind": kind, "code": code, "zh": zh, "en": en})
    handed_over = recipient_queries.handed_over(session)
    addresses = recipient_queries.addresses(session, [post.code for post in pack.recipients])
    for post in pack.recipients:
        before, taken_over = addresses.get(post.code, []), post.code in handed_over
        changes += _put_recipient(session, post, before, is_first=is_first, handed_over=taken_over)
    session.flush()
    return changes


def _put_recipient(
    session: Session, post: PackRecipient, before: Sequence[ChannelAddress], *, is_first: bool, handed_over: bool
) -> list[NotifyPolicyChange]:
    """Add or change a post and its e-mail address, and tell it; a new one gets its subscription."""
    after = list(before) if handed_over else with_email(before, post.email)
    kept = post.model_dump(exclude=HOLDER if handed_over else {"email"})
    held = session.get(AlertRecipient, post.code)
    another_holder = not handed_over and (held is None or held.login != post.login)
    changes = _put(session, AlertRecipient, "recipient", kept, created_at=clock.now())
    if another_holder or first_email(after) != first_email(before):
        session.flush()  # the addresses refer to it
        since, afresh = None if is_first else clock.now(), {post.code} if another_holder else ()
        recipients.set_addresses(session, {post.code: after}, since, afresh)
        recipient = session.get_one(AlertRecipient, post.code)
        if not changes:
            recipient.version += 1
            changes = [NotifyPolicyChange(action="changed", kind="recipient", code=post.code)]
        if not is_first:
            deliveries.say_addresses_changed(session, recipient, [each for each in before if each not in after])
    if changes and changes[0].action == "added":
        session.flush()  # the subscription refers to it
        session.add(subscriptions.default(post.code))
        changes.append(NotifyPolicyChange(action="added", kind="subscription", code=post.code))
    return changes


def _put(
    session: Session, model: type[SQLModel], kind: ChangedKind, given: Mapping[str, Any], **when_new: datetime
) -> list[NotifyPolicyChange]:
    """Add or change one row; no change for what is so already."""
    key = [given[column.name] for column in table_of(model).primary_key]
    row = session.get(model, tuple(key))
    if row is None:
        session.add(model(**given, **when_new))
        return [NotifyPolicyChange(action="added", kind=kind, code="/".join(key))]
    if all(getattr(row, name) == value for name, value in given.items()):
        return []
    row.sqlmodel_update(dict(given))
    if isinstance(row, AlertRecipient):
        row.version += 1
    return [NotifyPolicyChange(action="changed", kind=kind, code="/".join(key))]


def _names(pack: PolicyPack) -> list[tuple[NameKind, str, str, str]]:
    return [
        *((NameKind.PROGRAMME, each.code, each.name_zh, each.name_en) for each in pack.programmes),
        *((NameKind.UNIT, each.code, each.name_zh, each.name_en) for each in pack.reporting_units),
        *((NameKind.QUOTA, each.code, each.measure_word_zh, each.measure_word_en) for each in pack.quotas),
    ]
