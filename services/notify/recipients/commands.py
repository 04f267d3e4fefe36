"""Adding posts, handing them over, and keeping their addresses."""

from collections.abc import Collection, Mapping, Sequence
from itertools import count, groupby
from typing import Any, NamedTuple

from sqlalchemy import delete
from sqlmodel import Session, col

from services.notify.channels.protocol import Channel
from services.notify.channels.registry import channels
from services.notify.connections import errors as channel_errors
from services.notify.connections import queries as connections
from services.notify.recipients import errors, queries
from services.notify.recipients.models import AlertRecipient, RecipientAddress
from services.notify.recipients.queries import WithAddresses
from services.notify.recipients.rules import EMAIL, ChannelAddress, NameKind, first_email, repeated, with_email
from services.notify.recipients.schemas import Handover, NewRecipient
from shared import clock
from shared.auth import Role
from shared.db import insert_rows, table_of
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, NotFound, PreconditionFailed, Refusal
from shared.versions import Versions

WRITERS = (Role.BUREAU_OFFICER, Role.OPERATOR)
APART = {"addresses", "email"}  # what is kept in a table of its own

Reached = Mapping[str, type[Channel]]  # the channels that reach a post at an address, by their codes


class HandoverRequest(NamedTuple):
    """A post that was read at a version, and who holds it from now on."""

    code: str
    version: Versions
    to: Handover


def _effect(shown: WithAddresses) -> Effect:
    return Effect(shown[0].code, shown[0].version)


@operation("add_recipient", roles=WRITERS, target=lambda new: new.code, effect=_effect)
def add(session: Session, calls: Sequence[Call[NewRecipient]]) -> list[WithAddresses | Refusal]:
    """Add posts (设岗), each with its addresses.

    Writes recipients and addresses. Refuses RecipientExists for a code that is taken, InvalidBody for an address that
    its channel cannot serve, a reporting unit that the policy lacks, and a deputy or superior who is no other post.
    """
    wanted = [call.item for call in calls]
    there = queries.by_code(session, {code for new in wanted for code in (new.code, new.deputy, new.superior) if code})
    units, reached = queries.known(session, NameKind.UNIT), connections.with_addresses(session)
    outcomes: list[WithAddresses | Refusal] = []
    for new in wanted:
        if new.code in there:
            outcomes.append(errors.RecipientExists())
        elif faults := faults_in(new, there, units, reached):
            outcomes.append(InvalidBody(*faults))
        else:
            recipient = AlertRecipient(**new.model_dump(exclude=APART), created_at=clock.now())
            session.add(recipient)
            there[new.code] = recipient
            outcomes.append((recipient, _addresses(new.model_dump(exclude_none=True), [])))
    return _kept(session, outcomes)


@operation("hand_over_recipient", roles=WRITERS, target=lambda handover: handover.code, effect=_effect)
def hand_over(session: Session, calls: Sequence[Call[HandoverRequest]]) -> list[WithAddresses | Refusal]:
    """Hand posts over (岗位交接): the inbox goes with the post, and whoever held it before hears nothing more.

    Writes recipients and addresses, nothing where nothing changes; deliveries under way go to the new address. Refuses
    NotFound for a code that no post has, PreconditionFailed for a version that is no longer the newest, InvalidBody as
    adding does.
    """
    named = {call.item.code for call in calls}
    substitutes = {code for call in calls for code in (call.item.to.deputy, call.item.to.superior) if code}
    there = queries.by_code(session, named | substitutes)
    known, reached = queries.addresses(session, named), connections.with_addresses(session)
    outcomes: list[WithAddresses | Refusal] = []
    for code, version, to in (call.item for call in calls):
        given = to.model_dump(exclude_unset=True)
        recipient = there.get(code)
        if recipient is None:
            outcomes.append(NotFound())
        elif recipient.version not in version:
            outcomes.append(PreconditionFailed())
        elif faults := _faults_in_handover(code, given, there, reached):
            outcomes.append(InvalidBody(*faults))
        else:
            fields = {name: value for name, value in given.items() if name not in APART}
            before, after = known.get(code, []), _addresses(given, known.get(code, []))
            if before != after or any(getattr(recipient, name) != value for name, value in fields.items()):
                recipient.sqlmodel_update(fields | {"version": recipient.version + 1, "handed_over_at": clock.now()})
            known[code] = after
            outcomes.append((recipient, known[code]))
    return _kept(session, outcomes)


def set_addresses(session: Session, wanted: Mapping[str, Sequence[ChannelAddress]]) -> None:
    """Give posts the addresses they are to have, instead of those they had; the order within a channel is kept."""
    table = table_of(RecipientAddress)
    session.execute(delete(RecipientAddress).where(col(RecipientAddress.recipient).in_(list(wanted))))
    insert_rows(
        session,
        table,
        [
            {"recipient": code, "channel": channel, "number": number, "address": address}
            for code, addresses in wanted.items()
            for channel, group in groupby(sorted(addresses, key=lambda each: each[0]), key=lambda each: each[0])
            for number, (_, address) in zip(count(1), group, strict=False)
        ],
    )


def _kept(session: Session, outcomes: list[WithAddresses | Refusal]) -> list[WithAddresses | Refusal]:
    session.flush()  # addresses refer to their posts
    settled = [outcome for outcome in outcomes if not isinstance(outcome, Refusal)]
    set_addresses(session, {recipient.code: addresses for recipient, addresses in settled})
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


def _faults_in_handover(code: str, given: Mapping[str, Any], there: Collection[str], reached: Reached) -> list[Fault]:
    never_null = ("login", "language", "addresses")
    return [
        *[errors.needed(f"/{name}") for name in never_null if name in given and given[name] is None],
        *_faults_in_addresses(given, reached),
        *_faults_in_substitutes(code, given.get("deputy"), given.get("superior"), there),
    ]


def faults_in(new: NewRecipient, there: Collection[str], units: Collection[str], reached: Reached) -> list[Fault]:
    """What is wrong with a post, given the posts, reporting units and channels that exist."""
    faults = _faults_in_addresses(new.model_dump(exclude_none=True), reached)
    if new.unit is not None and new.unit not in units:
        faults.append(errors.unknown_unit("/unit"))
    return faults + _faults_in_substitutes(new.code, new.deputy, new.superior, there)


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


def _faults_in_substitutes(own: str, deputy: str | None, superior: str | None, there: Collection[str]) -> list[Fault]:
    faults = []
    for pointer, code in (("/deputy", deputy), ("/superior", superior)):
        if code == own:
            faults.append(errors.own_substitute(pointer))
        elif code is not None and code not in there:
            faults.append(errors.unknown_recipient(pointer))
    return faults
