"""What people are told of what is done with their data (告知书): put by two officers, in versions that stay."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.registry.corrections.models import PrivacyNotice
from services.registry.corrections.schemas.requests import NewPrivacyNotice, PrivacyNoticeRead
from services.registry.programmes.models import PendingChange
from shared import clock
from shared.auth import Caller, Role
from shared.operations import Call, Effect, operation
from shared.problems import Refusal
from shared.two_officers import confirm_or_keep


def _effect(read: PrivacyNoticeRead) -> Effect:
    return Effect("privacy notice", read.version, "awaiting" if read.awaiting else "done")


@operation("put_privacy_notice", roles=(Role.BUREAU_OFFICER,), target=lambda new: "privacy notice", effect=_effect)
def put_notice(session: Session, calls: Sequence[Call[NewPrivacyNotice]]) -> list[PrivacyNoticeRead | Refusal]:
    """Put a notice for people (告知书), the next version, in force at once: by two officers who put the same.

    Which version somebody was told follows from when they were registered, for none is ever changed.
    Locks and writes `pending_change`; writes `privacy_notice`. Announces nothing. Refuses: one-officer.
    Source: PIPL 17, 35.
    """
    return [_put(session, call.item, call.caller) for call in calls]


def _put(session: Session, new: NewPrivacyNotice, caller: Caller) -> PrivacyNoticeRead | Refusal:
    newest = session.exec(select(func.max(col(PrivacyNotice.version)))).one() or 0
    found = PrivacyNoticeRead(version=newest + 1, zh=new.zh, en=new.en, by=caller.actor, second_by=None, at=clock.now())
    proposed = PendingChange(
        subject="privacy notice",
        content=sha256(new.model_dump_json().encode()).hexdigest(),
        basis=str(newest),
        difference=[],
        by=caller.actor,
        at=found.at,
    )
    first = confirm_or_keep(session, proposed, proposed.subject, caller)
    if isinstance(first, Refusal):
        return first
    if first is None:
        return found.model_copy(update={"awaiting": "second_officer"})
    row = PrivacyNotice(**found.model_dump(exclude={"awaiting", "by", "second_by"}), by=first, second_by=caller.actor)
    session.add(row)
    session.flush()
    return PrivacyNoticeRead.model_validate(row, from_attributes=True)
