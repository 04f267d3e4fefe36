"""Adding posts."""

from collections.abc import Collection, Sequence

from sqlmodel import Session

from services.notify.channels.rules import is_address
from services.notify.recipients import errors, queries
from services.notify.recipients.models import Recipient
from services.notify.recipients.rules import Named
from services.notify.recipients.schemas import NewRecipient
from shared import clock
from shared.auth import Caller
from shared.problems import Fault, InvalidBody, Refusal


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


def faults_in(new: NewRecipient, there: Collection[str], units: Collection[str]) -> list[Fault]:
    """What is wrong with a post, given the posts and reporting units that exist."""
    faults = []
    if new.email is not None and not is_address(new.email):
        faults.append(errors.no_address("/email"))
    if new.unit is not None and new.unit not in units:
        faults.append(errors.unknown_unit("/unit"))
    for pointer, code in (("/deputy", new.deputy), ("/superior", new.superior)):
        if code == new.code:
            faults.append(errors.own_substitute(pointer))
        elif code is not None and code not in there:
            faults.append(errors.unknown_recipient(pointer))
    return faults
