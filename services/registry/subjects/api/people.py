from collections.abc import Collection
from uuid import UUID

from fastapi import Response
from sqlmodel import Session

from services.registry.subjects.commands import filing
from services.registry.subjects.models.people import IdentityDocument, Person, number_of
from services.registry.subjects.queries import people as queries
from services.registry.subjects.schemas.people import (
    HIDDEN,
    DocumentRead,
    FiledRead,
    NewDocument,
    PersonHistoryRead,
    Warned,
)
from shared.auth import Role, allow
from shared.bodies import Router
from shared.problems import Language, NotFound
from shared.web import Page, ReadingDep, WholePageDep, WriteDep, may

router = Router(tags=["people"])

READS = allow(Role.BUREAU_OFFICER, Role.AUDITOR)


@router.get("/v1/people/{subject_ref}/documents", dependencies=[READS])
def documents(subject_ref: UUID, database: ReadingDep, paging: WholePageDep) -> Page[DocumentRead]:
    """Every document of a person, of all records known to be them; corrected numbers too (证件)."""
    with database.reading() as session:
        records = _records(session, subject_ref)
        hidden = {each.id for each in records if each.restricted}
        found = queries.documents(session, [each.id for each in records])
    return paging.stretch([_shown(each, hidden) for each in found])


@router.post(
    "/v1/people/{subject_ref}/documents",
    status_code=201,
    response_model=FiledRead,
    dependencies=[may(filing.file_documents)],
)
async def add(subject_ref: UUID, wanted: NewDocument, request: WriteDep) -> Response:
    """File one more document of a person (补充证件), or note that a known one was checked."""
    return await request.run(
        filing.file_documents, filing.Filing(subject_ref, wanted), lambda filed: _read(filed, request.language), 201
    )


@router.post(
    "/v1/people/{subject_ref}/documents/{document_id}/corrections",
    status_code=201,
    response_model=FiledRead,
    dependencies=[may(filing.file_documents)],
)
async def correct(subject_ref: UUID, document_id: UUID, wanted: NewDocument, request: WriteDep) -> Response:
    """Replace a number the police corrected (号码更正): the old one stays in the history and names nobody."""
    return await request.run(
        filing.file_documents,
        filing.Filing(subject_ref, wanted, replaces=document_id),
        lambda filed: _read(filed, request.language),
        201,
    )


@router.get("/v1/people/{subject_ref}/history", dependencies=[READS])
def history(subject_ref: UUID, database: ReadingDep, paging: WholePageDep) -> Page[PersonHistoryRead]:
    """All that was done to what is recorded of a person: who, when, why (档案办理记录)."""
    with database.reading() as session:
        entries = queries.history(session, [each.id for each in _records(session, subject_ref)])
    return paging.stretch([PersonHistoryRead(**each.model_dump(), record_ref=each.person_id) for each in entries])


def _records(session: Session, subject_ref: UUID) -> list[Person]:
    found = queries.records_of(session, subject_ref)
    if not found:
        raise NotFound
    return found


def _shown(document: IdentityDocument, hidden: Collection[UUID]) -> DocumentRead:
    return DocumentRead.of(document, HIDDEN if document.person_id in hidden else number_of(document))


def _read(filed: filing.Filed, language: Language) -> FiledRead:
    shown = DocumentRead.of(filed.document, number_of(filed.document))
    return FiledRead(**shown.model_dump(), warnings=[Warned.of(note, language) for note in filed.notes])
