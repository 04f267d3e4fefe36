"""The end of retention (保存期限届满): whose registrations all ended long enough ago is erased, their counts stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, col, exists, select

from services.registry.accounts.errors import HadAHand
from services.registry.corrections import queries
from services.registry.corrections.commands.erasing import erase
from services.registry.corrections.commands.requests import is_open
from services.registry.corrections.commands.restricting import SubjectAct
from services.registry.corrections.rules import kept_until
from services.registry.corrections.schemas.requests import EndedRetention
from services.registry.programmes.models import PendingChange
from services.registry.registrations.models import Registration
from services.registry.subjects.models.people import Person
from services.registry.subjects.queries.people import lock_identities, records_of
from shared import clock
from shared.auth import Caller, Role
from shared.config import settings
from shared.contracts.registration import ENDED, RegistrationState
from shared.operations import Call, Effect, operation
from shared.problems import Refusal
from shared.two_officers import confirm_or_keep

PEOPLE_AT_ONCE = 200
REASON = "保存期限届满 · retention ended"
A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Retaining:
    """People whose retention is over are to be erased, or only counted."""

    dry_run: bool


def _effect(read: EndedRetention) -> Effect:
    return Effect("retention", result="tried" if read.dry_run else "awaiting" if read.awaiting else "done")


@operation("end_retention", roles=(Role.BUREAU_OFFICER,), target=lambda wanted: "retention", effect=_effect)
def end_retention(session: Session, calls: Sequence[Call[Retaining]]) -> list[EndedRetention | Refusal]:
    """Erase people whose retention is over (保存期限届满删除), 200 at once and by two officers; or only count them.

    Over it is where every registration of a person ended, was never recognised for 2 years or left 10 years ago (the
    settings TALENT_RETENTION_REFUSED_YEARS and TALENT_RETENTION_LEFT_YEARS), and nothing of them is open. The first
    officer's call keeps which people it saw, the same people seen by another one are erased as `erase` does.
    Locks: `lock_identities`, the registrations of those erased. Writes unless `dry_run`: `pending_change`, and what
    `erase` writes. Announces nothing. Refuses: had-a-hand, one-officer.
    """
    lock_identities(session, changing=True)
    return [_ended(session, call.item, call.caller) for call in calls]


def _ended(session: Session, wanted: Retaining, caller: Caller) -> EndedRetention | Refusal:
    found = _over(session)
    people = [person for group in found for person in group]
    held = queries.held_registrations(session, [person.id for person in people])
    read = EndedRetention(dry_run=wanted.dry_run, people=len(found), registrations=len(held))
    if wanted.dry_run or not found:
        return read
    if queries.wrote_with_hand(session, caller.actor, {person.id for person in people}):
        return HadAHand()
    proposed = PendingChange(
        subject="retention", content=queries.digest_of(held), basis="", difference=[], by=caller.actor, at=clock.now()
    )
    first = confirm_or_keep(session, proposed, proposed.subject, caller)
    if isinstance(first, Refusal):
        return first
    if first is None:
        return read.model_copy(update={"awaiting": "second_officer"})
    for group in found:
        erase(session, group, SubjectAct(caller, "restrict", REASON))
    return read


def _over(session: Session) -> list[Sequence[Person]]:
    """The people whose retention is over, each with all records, the first made first."""
    own = col(Registration.record_ref) == Person.id
    earliest = clock.now() - settings().retention_refused_years * A_YEAR
    runs = col(Registration.state).not_in((*ENDED, RegistrationState.DRAFT)) | (col(Registration.updated_at) > earliest)
    perhaps = (
        select(Person.id)
        .where(col(Person.erased_at).is_(None), col(Person.same_as).is_(None))
        .where(exists().where(own), ~exists().where(own, runs))
        .order_by(col(Person.id))
    )
    found: list[Sequence[Person]] = []
    for subject_ref in session.exec(perhaps):
        people = records_of(session, subject_ref)
        if _is_over(session, [person.id for person in people]) and not is_open(session, people):
            found.append(people)
        if len(found) == PEOPLE_AT_ONCE:
            break
    return found


def _is_over(session: Session, records: Sequence[UUID]) -> bool:
    years = settings().retention_refused_years, settings().retention_left_years
    for each in queries.held_registrations(session, records):
        ended_on = each.ended_on or each.updated_at.date()
        until = kept_until(each.state, recognised=each.counted_on is not None, ended_on=ended_on, years=years)
        if until is None or until >= clock.today():
            return False
    return True
