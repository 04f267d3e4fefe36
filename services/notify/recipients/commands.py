"""Adding posts, handing them over, and keeping their addresses."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import count, groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from services.notify.channels.protocol import Channel
from services.notify.channels.registry import channels
from services.notify.connections import errors as channel_errors
from services.notify.connections import queries as connections
from services.notify.recipients import errors, queries
from services.notify.recipients.models import AlertRecipient, RecipientAddress
from services.notify.recipients.queries import WithAddresses
from services.notify.recipients.rules import (
    EMAIL,
    ChannelAddress,
    NameKind,
    PostDuty,
    faults_in_links,
    first_email,
    in_turn,
    institution_post,
    repeated,
    with_email,
)
from services.notify.recipients.schemas import Handover, NewRecipient
from shared import clock
from shared.auth import Caller, Role
from shared.db import insert_ignoring, insert_rows, table_of
from shared.operations import Call
from shared.problems import Fault, InvalidBody, NotFound, PreconditionFailed, Refusal
from shared.versions import Versions

WRITERS = (Role.BUREAU_OFFICER, Role.OPERATOR)
APART = {"addresses", "email"}  # what is kept in a table of its own
LINKS = {"deputy", "superior", "leave_from", "leave_to"}  # what changes while the same person holds the post

Reached = Mapping[str, type[Channel]]  # the channels that reach a post at an address, by their codes


class PostSurroundings(NamedTuple):
    """What a post is put among: the posts, reporting units and channels that exist."""

    posts: dict[str, AlertRecipient]
    units: Collection[str]
    reached: Reached


class HandoverRequest(NamedTuple):
    """A post that was read at a version, and who holds it from now on."""

    code: str
    version: Versions
    to: Handover


def add(session: Session, calls: Sequence[Call[NewRecipient]]) -> list[WithAddresses | Refusal]:
    """Add posts (设岗), each with its addresses. What they hear by their duty, and word of it, is added by others.

    Writes recipients and addresses. Refuses RecipientExists for a code that is taken, InvalidBody for an address that
    its channel cannot serve, a reporting unit that the policy lacks, a deputy or superior who is no other post or may
    see less, superiors that go in a circle, a leave that ends before it begins; OwnPost where the caller would hold it.
    """
    there = _there(session)
    outcomes: list[WithAddresses | Refusal] = []
    for call in calls:
        new = call.item
        if new.code in there.posts:
            outcomes.append(errors.RecipientExists())
            continue
        recipient = AlertRecipient(**new.model_dump(exclude=APART), created_at=clock.now())
        if faults := _faults_in_new(new, recipient, there):
            outcomes.append(InvalidBody(*faults))
        elif gives_himself(call.caller, new.model_dump(), there.posts):
            outcomes.append(errors.OwnPost())
        else:
            session.add(recipient)
            there.posts[new.code] = recipient
            outcomes.append((recipient, _addresses(new.model_dump(exclude_none=True), [])))
    return _kept(session, outcomes)


def hand_over(session: Session, calls: Sequence[Call[HandoverRequest]]) -> list[WithAddresses | Refusal]:
    """Hand posts over (岗位交接): the inbox goes with the post, and whoever held it before hears nothing more.

    Writes recipients and addresses, nothing where nothing changes; deliveries under way go to the new address. With
    another holder the addresses and the leave of the one before end, where the request has none. Refuses NotFound for a
    code that no post has, PreconditionFailed for a version that is no longer the newest, InvalidBody and OwnPost as
    adding does.
    """
    there, known = _there(session), queries.addresses(session, {call.item.code for call in calls})
    outcomes: list[WithAddresses | Refusal] = []
    another_holder = set[str]()
    for call in calls:
        code, version, to = call.item
        recipient = there.posts.get(code)
        if recipient is None:
            outcomes.append(NotFound())
        elif recipient.version not in version:
            outcomes.append(PreconditionFailed())
        else:
            given, login = _with_holder(recipient, to.model_dump(exclude_unset=True)), recipient.login
            outcome = _changed(call.caller, recipient, given, there, known.get(code, []))
            if not isinstance(outcome, Refusal):
                known[code] = outcome[1]
                another_holder |= {code} if recipient.login != login else set()
            outcomes.append(outcome)
    return _kept(session, outcomes, another_holder)


def gives_himself(caller: Caller, given: Mapping[str, Any], posts: Mapping[str, AlertRecipient]) -> bool:
    """Whether somebody would come to hold a post, or to act for it or above it, by what they do themselves.

    Whoever acts for a deputy acts for the post as well, and whoever is above a superior is above it.
    """
    others = [*in_turn(given.get("deputy"), posts, "deputy"), *in_turn(given.get("superior"), posts, "superior")]
    return not {caller.actor, caller.sub}.isdisjoint([given.get("login"), *(posts[code].login for code in others)])


def _with_holder(recipient: AlertRecipient, given: dict[str, Any]) -> dict[str, Any]:
    """What a change comes to: what belonged to the one who held the post before does not pass to the next."""
    if given.get("login") in (None, recipient.login):
        return given
    ended: dict[str, Any] = {"leave_from": None, "leave_to": None}
    return ended | ({} if given.keys() & APART else {"addresses": []}) | given


def _changed(
    caller: Caller,
    recipient: AlertRecipient,
    given: Mapping[str, Any],
    there: PostSurroundings,
    before: list[ChannelAddress],
) -> WithAddresses | Refusal:
    changes = {n: v for n, v in given.items() if n not in APART and getattr(recipient, n) != v}
    changed = AlertRecipient(**recipient.model_dump() | changes)
    if faults := _faults_in_change(given, changed, there):
        return InvalidBody(*faults)
    leave = {"deputy": changed.deputy} if changes.keys() & {"leave_from", "leave_to"} else {}
    if gives_himself(caller, changes, there.posts) or gives_himself(caller, leave, there.posts):
        return errors.OwnPost()
    after = _addresses(given, before)
    if changes or after != before:
        recipient.sqlmodel_update(changes | {"version": recipient.version + 1})
        if after != before or changes.keys() - LINKS:
            recipient.handed_over_at = clock.now()
    return recipient, after


def open_institution_post(session: Session, institution_id: UUID) -> None:
    """Make an institution's own post (单位收件箱) where it is not there yet."""
    code = institution_post(institution_id)
    new = AlertRecipient(
        code=code,
        post_zh="合作单位",
        post_en="Institution",
        login=code,
        duty=PostDuty.INSTITUTION,
        institution_id=institution_id,
        created_at=clock.now(),
    )
    insert_ignoring(session, table_of(AlertRecipient), [new.model_dump()], ["code"])


def set_addresses(
    session: Session,
    wanted: Mapping[str, Sequence[ChannelAddress]],
    since: datetime | None,
    another_holder: Collection[str] = (),
) -> None:
    """Give posts the addresses they are to have, instead of those they had; the order within a channel is kept.

    One that a post had not before is its own `since` then, as is each of a post that has another holder.
    """
    table, of_these = table_of(RecipientAddress), col(RecipientAddress.recipient).in_(list(wanted))
    kept = {
        (each.recipient, each.channel, each.address): each.since
        for each in session.exec(select(RecipientAddress).where(of_these))
        if each.recipient not in another_holder
    }
    session.execute(delete(RecipientAddress).where(of_these))
    insert_rows(
        session,
        table,
        [
            {
                "recipient": code,
                "channel": channel,
                "number": number,
                "address": address,
                "since": kept.get((code, channel, address), since),
            }
            for code, addresses in wanted.items()
            for channel, group in groupby(sorted(addresses, key=lambda each: each[0]), key=lambda each: each[0])
            for number, (_, address) in zip(count(1), group, strict=False)
        ],
    )


def _kept(
    session: Session, outcomes: list[WithAddresses | Refusal], another_holder: Collection[str] = ()
) -> list[WithAddresses | Refusal]:
    session.flush()  # addresses refer to their posts
    settled = [outcome for outcome in outcomes if not isinstance(outcome, Refusal)]
    wanted = {recipient.code: addresses for recipient, addresses in settled}
    set_addresses(session, wanted, clock.now(), another_holder)
    return outcomes


def _addresses(given: Mapping[str, Any], before: Sequence[ChannelAddress]) -> list[ChannelAddress]:
    """The addresses a post has after a change, in the order in which they are read."""
    if "addresses" in given:
        after = [(each["channel"], each["address"]) for each in given["addresses"]]
    elif "email" in given:
        after = with_email(before, given["email"])
    else:
        after = list(before)
    return sorted(after, key=lambda each: each[0])


def _there(session: Session) -> PostSurroundings:
    reached = connections.with_addresses(session)
    return PostSurroundings(queries.posts(session), queries.known(session, NameKind.UNIT), reached)


def _faults_in_change(given: Mapping[str, Any], changed: AlertRecipient, there: PostSurroundings) -> list[Fault]:
    never_null = ("login", "language", "addresses")
    return [
        *[errors.needed(f"/{name}") for name in never_null if name in given and given[name] is None],
        *_faults_in_addresses(given, there.reached),
        *faults_in_links(changed.code, there.posts | {changed.code: changed}),
    ]


def _faults_in_new(new: NewRecipient, recipient: AlertRecipient, there: PostSurroundings) -> list[Fault]:
    faults = _faults_in_addresses(new.model_dump(exclude_none=True), there.reached)
    if new.unit is not None and new.unit not in there.units:
        faults.append(errors.unknown_unit("/unit"))
    return faults + faults_in_links(new.code, there.posts | {new.code: recipient})


def _faults_in_addresses(given: Mapping[str, Any], reached: Reached) -> list[Fault]:
    email = given.get("email")
    addresses = [(each["channel"], each["address"]) for each in given.get("addresses") or []]
    faults = []
    if email is not None and not channels()[EMAIL].is_address(email):
        faults.append(errors.no_email_address("/email"))
    elif given.get("addresses") is not None and "email" in given and first_email(addresses) != email:
        faults.append(errors.email_contradicts("/email"))
    return [
        *faults,
        *(
            channel_errors.unknown_channel(f"/addresses/{n}/channel", reached)
            if channel not in reached
            else errors.no_address(f"/addresses/{n}/address")
            for n, (channel, address) in enumerate(addresses)
            if channel not in reached or not reached[channel].is_address(address)
        ),
        *(errors.address_repeated(f"/addresses/{n}") for n in repeated(addresses)),
    ]
