from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.registry.corrections import queries
from services.registry.corrections.commands import disclosing, requests, restricting, retaining
from services.registry.corrections.models import SubjectRequest
from services.registry.corrections.schemas.requests import (
    Dossier,
    EndedRetention,
    NewSubjectRequest,
    RequestAnswer,
    RequestKind,
    RequestState,
    RestrictedRead,
    SubjectRequestRead,
    WhyRestricted,
)
from services.registry.registrations.rules import SEES_ALL
from shared.auth import allow
from shared.bodies import Router
from shared.fields import WrittenFlag
from shared.problems import NotFound
from shared.web import Page, PageDep, ReadingDep, WriteDep, may, shown

router = Router(tags=["subject requests"])

READS = allow(*SEES_ALL)


@router.post(
    "/v1/subjects/{subject_ref}/restrict", response_model=RestrictedRead, dependencies=[may(restricting.restrict)]
)
async def restrict(subject_ref: UUID, wanted: WhyRestricted, request: WriteDep) -> Response:
    """Restrict a person's data (限制处理): it is kept and counted, and used for nothing else."""
    return await request.run(
        restricting.restrict, restricting.Restricting(subject_ref, wanted.reason), lambda read: read
    )


@router.post("/v1/subjects/{subject_ref}/lift", response_model=RestrictedRead, dependencies=[may(restricting.lift)])
async def lift(subject_ref: UUID, wanted: WhyRestricted, request: WriteDep) -> Response:
    """Let a person's restricted data be used again (解除限制), as it was."""
    return await request.run(restricting.lift, restricting.Restricting(subject_ref, wanted.reason), lambda read: read)


@router.post(
    "/v1/subject-requests",
    status_code=201,
    response_model=SubjectRequestRead,
    responses={404: {}},
    dependencies=[may(requests.enter_request)],
)
async def enter(wanted: NewSubjectRequest, request: WriteDep) -> Response:
    """Enter what a person asks for of their data (受理个人权利请求); it is answered within 30 days."""
    return await request.run(
        requests.enter_request,
        wanted,
        SubjectRequestRead.of,
        201,
        headers=lambda entered: {"Location": f"/v1/subject-requests/{entered.id}"},
    )


@router.get("/v1/subject-requests", dependencies=[READS])
def subject_requests(
    database: ReadingDep,
    paging: PageDep,
    kind: RequestKind | None = None,
    state: RequestState | None = None,
    subject_ref: Annotated[UUID | None, Query(description="a person, by any of their records")] = None,
) -> Page[SubjectRequestRead]:
    """What people asked for of their data, newest first (个人权利请求台账)."""
    with database.reading() as session:
        filter_ = queries.RequestFilter(kind, state, subject_ref)
        found = queries.subject_requests(session, filter_, paging.limit, paging.after_id)
    return paging.page(found, SubjectRequestRead.of, lambda each: [each.id])


@router.post(
    "/v1/retention",
    response_model=EndedRetention,
    responses={202: {"model": EndedRetention, "description": "A second officer has to ask the same; nothing changed"}},
    dependencies=[may(retaining.end_retention)],
)
async def end_retention(
    request: WriteDep, dry_run: Annotated[WrittenFlag, Query(description="only count them")] = False
) -> Response:
    """Erase people whose retention is over, 200 at once (保存期限届满删除): 202, then 200 by another officer."""
    return await request.run(
        retaining.end_retention,
        retaining.Retaining(dry_run),
        lambda read: read,
        status=lambda read: 202 if read.awaiting else 200,
    )


@router.get("/v1/subject-requests/{request_id}", response_model=SubjectRequestRead, dependencies=[READS])
def subject_request(request_id: UUID, database: ReadingDep) -> Response:
    """One request, as it stands."""
    with database.reading() as session:
        found = session.get(SubjectRequest, request_id)
    if found is None:
        raise NotFound
    return shown(SubjectRequestRead.of(found))


@router.post(
    "/v1/subject-requests/{request_id}/answer",
    response_model=SubjectRequestRead,
    responses={202: {"model": SubjectRequestRead, "description": "An erasure takes a second officer; nothing changed"}},
    dependencies=[may(requests.answer_request)],
)
async def answer(request_id: UUID, wanted: RequestAnswer, request: WriteDep) -> Response:
    """Answer a request, and carry out what is granted (答复): 202 where an erasure takes a second officer, then 200."""
    return await request.run(
        requests.answer_request,
        requests.Answering(request_id, wanted),
        SubjectRequestRead.of,
        status=lambda answered: 202 if answered.state == "awaiting" else 200,
    )


@router.post(
    "/v1/subject-requests/{request_id}/disclosure",
    response_model=Dossier,
    responses={429: {}},
    dependencies=[may(disclosing.disclose)],
)
async def disclose(request_id: UUID, request: WriteDep) -> Response:
    """Show all that is kept of the person, in clear and on record, for a request for access or a copy (查阅、复制)."""
    return await request.run(disclosing.disclose, request_id, lambda dossier: dossier)
