"""Whose transition a row of a list is: registrations by id, or by number and programme."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlmodel import Session, col, or_, select

from services.registry.accounts.queries.hands import had_hands
from services.registry.imports.models import ImportJob, ImportRow
from services.registry.imports.rules.states import RowResult
from services.registry.registrations.models import HistoryEntry, Registration
from services.registry.registrations.queries import scope, writers
from services.registry.subjects.models.organisations import Organisation, Post
from services.registry.subjects.queries.people import people_by_number
from services.registry.subjects.rules.organisations import Uscc, read_post_code, read_uscc
from shared.auth import Caller
from shared.db import stretches


def subjects_by_number(session: Session, typed: Collection[str]) -> dict[str, set[UUID]]:
    """The subjects that each number or code as typed is of; nothing is opened."""
    found = people_by_number(session, typed)
    codes: dict[str, list[str]] = {}
    for each in typed:
        uscc, post_code = read_uscc(each), read_post_code(each)
        for code in {uscc.code if isinstance(uscc, Uscc) else None, post_code if isinstance(post_code, str) else None}:
            if code:
                codes.setdefault(code, []).append(each)
    for some in stretches(codes):
        organisations = select(Organisation.uscc, Organisation.id).where(col(Organisation.uscc).in_(some))
        posts = select(Post.post_code, Post.id).where(col(Post.post_code).in_(some))
        for code, ref in [*session.exec(organisations), *session.exec(posts)]:
            for each in codes[code or ""]:
                found.setdefault(each, set()).add(ref)
    return found


def registrations_by_id(session: Session, caller: Caller, ids: Collection[UUID]) -> dict[UUID, Registration]:
    """Those of these that the caller may see; nothing is locked."""
    found: dict[UUID, Registration] = {}
    for some in stretches(ids):
        wanted = select(Registration).where(col(Registration.id).in_(some), scope(caller))
        found |= {each.id: each for each in session.exec(wanted)}
    return found


def registrations_of(session: Session, caller: Caller, refs: Collection[UUID]) -> list[Registration]:
    """The registrations of subjects that the caller may see, the oldest first; nothing is locked."""
    found: dict[UUID, Registration] = {}
    for some in stretches(refs):
        of_them = or_(col(Registration.subject_ref).in_(some), col(Registration.record_ref).in_(some))
        found |= {each.id: each for each in session.exec(select(Registration).where(of_them, scope(caller)))}
    return [found[each] for each in sorted(found)]


def entries_at(session: Session, held: Iterable[Registration]) -> Mapping[UUID, HistoryEntry]:
    """The entry that brought each registration to its present version."""
    versions = {each.id: each.version for each in held}
    found: dict[UUID, HistoryEntry] = {}
    for some in stretches(versions):
        entries = select(HistoryEntry).where(col(HistoryEntry.registration_id).in_(some))
        for each in session.exec(entries):
            if versions[each.registration_id] == each.version:
                found[each.registration_id] = each
    return found


def listed_before(session: Session, job: ImportJob, held: Collection[UUID], before: int) -> set[tuple[UUID, str]]:
    """Which transitions of these registrations an earlier row of the list brought already."""
    found: set[tuple[UUID, str]] = set()
    for some in stretches(held):
        wanted = select(ImportRow.registration_id, ImportRow.action).where(
            ImportRow.job_id == job.id,
            col(ImportRow.registration_id).in_(some),
            col(ImportRow.number) < before,
            col(ImportRow.outcome).in_((RowResult.ACCEPTED, RowResult.AWAITING)),
        )
        found |= {(ref, action) for ref, action in session.exec(wanted) if ref and action}
    return found


def written_with_hand(session: Session, job: ImportJob, actor: str) -> bool:
    """Whether a list decided on a registration written with a credential in which somebody had a hand (经手凭据)."""
    had = had_hands(session, {actor}).get(actor)
    if not had:
        return False
    refs = session.exec(select(ImportRow.registration_id).where(ImportRow.job_id == job.id)).all()
    return any(not had.isdisjoint(each) for each in writers(session, set(filter(None, refs))).values())
