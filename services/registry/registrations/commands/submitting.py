"""Submitting a draft (提交草稿): read, identified and admitted as if it were posted now; until then it was nobody's."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.registrations.commands.amending import as_posted, claim_of, restate, stand_for
from services.registry.registrations.commands.claims import Claim, queue_claims
from services.registry.registrations.commands.reading import read_registration, references_now
from services.registry.registrations.commands.registering import Candidate, beside_retired, identify, remaining
from services.registry.registrations.commands.standing import Standing
from services.registry.registrations.commands.stated import clear_subjects
from services.registry.registrations.models import Registration
from services.registry.registrations.rules import stored_notes
from services.registry.registrations.schemas import NewRegistration, Subject
from services.registry.subjects.errors import SubjectRestricted
from shared.auth import Caller
from shared.problems import Refusal


class SubmittedDraft(NamedTuple):
    """A draft, and who submits it."""

    registration: Registration
    caller: Caller


def submit_drafts(session: Session, drafts: Sequence[SubmittedDraft]) -> dict[UUID, Refusal]:
    """Read drafts anew and admit them beside what stands by now; those that are refused, by registration.

    Called under `lock_identities`, with the registrations locked. Writes what `register` writes of subjects and claims,
    and in the registrations of those admitted what was read of them; their state is the transition's. Refuses as
    `register` does: with InvalidBody, SubjectRestricted, AlreadyRegistered, TitledBefore, ProgrammesExclude.
    """
    if not drafts:
        return {}
    references = references_now(session)
    known = clear_subjects(session, [each.registration for each in drafts])
    candidates = [_candidate(each, known[each.registration.id]) for each in drafts]
    for each in candidates:
        each.judged(read_registration(each.new, references))
    beside_retired(session, candidates)
    identify(session, candidates, references)
    for each in remaining(candidates):
        each.refusal = SubjectRestricted() if each.subject.restricted else None
    left = remaining(candidates)
    standing = Standing(session, [each.subject.subject_ref for each in left], references)
    claims: list[Claim] = []
    for each in left:
        _admit(each, standing, claims)
    queue_claims(session, claims)
    return {each.registration.id: each.refusal for each in candidates if each.refusal}


def _candidate(draft: SubmittedDraft, subject: Subject) -> Candidate:
    new = NewRegistration.model_construct(**as_posted(draft.registration, subject) | {"submit": True})
    found = Candidate(new, draft.caller)
    found.registration = draft.registration
    return found


def _admit(one: Candidate, standing: Standing, claims: list[Claim]) -> None:
    """Admit a draft beside what stands, or refuse it; whom another institution has is put before the bureau."""
    registration, programme, subject = one.registration, one.registration.programme, one.subject
    ref = subject.subject_ref
    present = standing.present(programme, ref)
    one.refusal = standing.refusal(programme, ref, one.caller, besides=registration.id)
    if one.refusal:
        claims += [claim_of(registration, one.new, one.reading, present)] if present else []
        return
    stand_for(registration, subject)
    restate(registration, one.new, one.reading)
    registration.yields = standing.yields(programme, ref)
    notes = (*one.reading.notes, *standing.notes(programme, ref, registration.institution_id))
    # What was noticed when the subject was stated is still to be looked at.
    noticed = [each for each in registration.warnings if each["about"] == "subject"]
    codes = {each["code"] for each in noticed}
    fresh = [note for note in (*one.reading.subject_notes, *subject.notes) if note.code not in codes]
    registration.warnings = noticed + stored_notes("subject", fresh) + stored_notes("programme", notes)
    standing.add(registration)
