"""Adding posts, and handing them over."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session

from services.notify.channels.rules import is_address
from services.notify.recipients import errors, queries
from services.notify.recipients.models import Recipient
from services.notify.recipients.rules import Named
from services.notify.recipients.schemas import Handover, NewRecipient
from shared import clock
from shared.auth import Caller
from shared.problems import Fault, InvalidBody, NotFound, PreconditionFailed, Refusal


class HandingOver(NamedTuple):
    """A post that was read at a version, and who holds it from now on."""

    code: str
    version: int
    to: Handover


def add(session: Session, wanted: Sequence[NewRecipient], caller: Caller) -> list[Recipient | Refusal]:
    """Add posts (设岗). Refuses a code that is taken, an address that is none, and substitutes that do not exist."""
    named = {code for new in wanted for code in (new.code, new.deputy, new.superior) if code}
    there = queries.by_code(session, named)
    units = queries.known(session, Named.UNIT)
    outcomes: list[Recipient | Refusal] = []
    for new in wanted:
        if new.code in there:
            outcomes.append(errors.RecipientExists())
        elif faults := faults_in(new, there, units):
            outcomes.append(InvalidBody(*faults))
        else:
            recipient = Recipient(**new.model_dump(), created_at=clock.now())
            session.add(recipient)
            there[new.code] = recipient
            outcomes.append(recipient)
    session.flush()
    return outcomes


def hand_over(session: Session, wanted: Sequence[HandingOver], caller: Caller) -> list[Recipient | Refusal]:
    """Hand posts over (岗位交接): the inbox goes with the post, and whoever held it before hears nothing more."""
    outcomes: list[Recipient | Refusal] = []
    for each in wanted:
        given = each.to.model_dump(exclude_unset=True)
        substitutes = (given.get(name) for name in ("deputy", "superior"))
        there = queries.by_code(session, {each.code, *(code for code in substitutes if code)})
        recipient = there.get(each.code)
        if recipient is None:
            outcomes.append(NotFound())
        elif recipient.version != each.version:
            outcomes.append(PreconditionFailed())
        elif faults := _faults_in_handover(each.code, given, there):
            outcomes.append(InvalidBody(*faults))
        else:
            recipient.sqlmodel_update(given | {"version": recipient.version + 1, "handed_over_at": clock.now()})
            outcomes.append(recipient)
    session.flush()
    return outcomes


def _faults_in_handover(code: str, given: Mapping[str, Any], there: Collection[str]) -> list[Fault]:
    needed = [errors.needed(f"/{name}") for name in ("login", "language") if name in given and given[name] is None]
    email = given.get("email")
    return [
        *needed,
        *([errors.no_address("/email")] if email is not None and not is_address(email) else []),
        *_faults_in_substitutes(code, given.get("deputy"), given.get("superior"), there),
    ]


def faults_in(new: NewRecipient, there: Collection[str], units: Collection[str]) -> list[Fault]:
    """What is wrong with a post, given the posts and reporting units that exist."""
    faults = []
    if new.email is not None and not is_address(new.email):
        faults.append(errors.no_address("/email"))
    if new.unit is not None and new.unit not in units:
        faults.append(errors.unknown_unit("/unit"))
    return faults + _faults_in_substitutes(new.code, new.deputy, new.superior, there)


def _faults_in_substitutes(own: str, deputy: str | None, superior: str | None, there: Collection[str]) -> list[Fault]:
    faults = []
    for pointer, code in (("/deputy", deputy), ("/superior", superior)):
        if code == own:
            faults.append(errors.own_substitute(pointer))
        elif code is not None and code not in there:
            faults.append(errors.unknown_recipient(pointer))
    return faults
