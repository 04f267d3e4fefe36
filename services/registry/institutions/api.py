from uuid import UUID

from fastapi import Request, Response

from services.registry.institutions import queries
from services.registry.institutions.commands import barring, partners
from services.registry.institutions.schemas import (
    BarRead,
    InstitutionChange,
    InstitutionRead,
    Lifting,
    NewBar,
    NewInstitution,
)
from shared.auth import CallerDep, Reach, Role, allow
from shared.bodies import Router
from shared.problems import NotFound
from shared.readiness import NEEDS_POLICY
from shared.web import ExpectedVersion, Page, PageDep, ReadingDep, WholePageDep, WriteDep, may, shown

router = Router(tags=["institutions"])

KNOWS_PARTNERS = allow(
    Role.BUREAU_OFFICER, Role.OPERATOR, Role.AUDITOR, Role.INSTITUTION_CLERK, Role.INSTITUTION_REVIEWER, reach=Reach.OWN
)


@router.post(
    "/v1/institutions",
    status_code=201,
    response_model=InstitutionRead,
    dependencies=[may(partners.admit), NEEDS_POLICY],
)
async def admit(new: NewInstitution, request: WriteDep) -> Response:
    """Admit a partner institution (接入合作单位)."""
    return await request.run(partners.admit, new, InstitutionRead.of, status=201)


@router.get("/v1/institutions", response_model=Page[InstitutionRead], dependencies=[KNOWS_PARTNERS])
def institutions(database: ReadingDep, caller: CallerDep, paging: PageDep) -> Page[InstitutionRead]:
    """The partner institutions; an institution sees itself alone."""
    with database.reading() as session:
        found = queries.institutions(session, caller, paging.limit, paging.after_id)
    return paging.page(found, InstitutionRead.of, lambda institution: [institution.id])


@router.get("/v1/institutions/{institution_id}", response_model=InstitutionRead, dependencies=[KNOWS_PARTNERS])
def institution(institution_id: UUID, database: ReadingDep, caller: CallerDep) -> Response:
    """One partner institution."""
    with database.reading() as session:
        found = queries.institution(session, caller, institution_id)
    if found is None:
        raise NotFound
    return shown(InstitutionRead.of(found))


@router.patch("/v1/institutions/{institution_id}", response_model=InstitutionRead, dependencies=[may(partners.change)])
async def change(
    institution_id: UUID, change: InstitutionChange, version: ExpectedVersion, request: WriteDep, http: Request
) -> Response:
    """Change what is known of a partner; an inactive one writes nothing more, here at once, elsewhere in seconds."""
    wanted = partners.ChangingInstitution(institution_id, version, change)
    answer = await request.run(partners.change, wanted, lambda kept: InstitutionRead.of(kept.institution))
    http.app.state.tokens.forget()
    return answer


@router.post(
    "/v1/institutions/{institution_id}/bars", status_code=201, response_model=BarRead, dependencies=[may(barring.bar)]
)
async def bar(institution_id: UUID, new: NewBar, request: WriteDep) -> Response:
    """Keep an institution from submitting until a day (暂停申报资格)."""
    return await request.run(barring.bar, barring.Barring(institution_id, new), BarRead.of, status=201)


@router.get("/v1/institutions/{institution_id}/bars", dependencies=[KNOWS_PARTNERS])
def bars(institution_id: UUID, database: ReadingDep, paging: WholePageDep, caller: CallerDep) -> Page[BarRead]:
    """Every bar an institution was under, the newest first; another's are as if absent."""
    with database.reading() as session:
        if queries.institution(session, caller, institution_id) is None:
            raise NotFound
        return paging.stretch([BarRead.of(each) for each in queries.bars(session, institution_id)])


@router.post(
    "/v1/institutions/{institution_id}/bars/{bar_id}/lift", response_model=BarRead, dependencies=[may(barring.lift)]
)
async def lift(institution_id: UUID, bar_id: UUID, wanted: Lifting, request: WriteDep) -> Response:
    """Let an institution submit again before the day (解除暂停)."""
    return await request.run(barring.lift, barring.LiftingBar(institution_id, bar_id, wanted), BarRead.of)
