from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.institutions.errors import AlreadyLifted
from services.registry.institutions.models import BUREAU_ID, Bar, Institution
from services.registry.institutions.schemas import Lifting, NewBar
from shared import clock
from shared.auth import Caller
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said

ENDS_BEFORE_START = Fault("/until", "ends_before_start", Said("止日早于起日", "the end lies before the start"))
OVER = Fault("/until", "in_past", Said("止日已过", "lies in the past"))


class Barring(NamedTuple):
    """An institution that is to be kept from submitting."""

    institution_id: UUID
    new: NewBar


class LiftingBar(NamedTuple):
    """A bar of an institution that is to be lifted."""

    institution_id: UUID
    bar_id: UUID
    lifting: Lifting


def bar(session: Session, wanted: Sequence[Barring], caller: Caller) -> list[Bar | Refusal]:
    """Keep institutions from submitting until a day (暂停申报资格); what they submitted before goes its way."""
    return [_barred(session, each, caller) for each in wanted]


def _barred(session: Session, wanted: Barring, caller: Caller) -> Bar | Refusal:
    new, today = wanted.new, clock.today()
    if wanted.institution_id == BUREAU_ID or session.get(Institution, wanted.institution_id) is None:
        return NotFound()
    since = new.since or today
    if new.until < since:
        return InvalidBody(ENDS_BEFORE_START)
    if new.until < today:
        return InvalidBody(OVER)
    made = Bar(
        institution_id=wanted.institution_id,
        since=since,
        until=new.until,
        reason=new.reason,
        document_no=new.document_no,
        by=caller.sub,
        at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made


def lift(session: Session, wanted: Sequence[LiftingBar], caller: Caller) -> list[Bar | Refusal]:
    """Let institutions submit again before the day (解除暂停); the bar stays on record."""
    return [_lifted(session, each, caller) for each in wanted]


def _lifted(session: Session, wanted: LiftingBar, caller: Caller) -> Bar | Refusal:
    found = session.get(Bar, wanted.bar_id, with_for_update=True)
    if found is None or found.institution_id != wanted.institution_id:
        return NotFound()
    if found.lifted_at:
        return AlreadyLifted()
    found.lifted_by, found.lifted_for, found.lifted_at = caller.sub, wanted.lifting.reason, clock.now()
    session.flush()
    return found
