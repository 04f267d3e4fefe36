from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Request, Response

from services.registry.institutions import queries
from services.registry.institutions.commands import barring, credentials, partners
from services.registry.institutions.errors import ClientRefused, GrantNotSupported
from services.registry.institutions.rules import read_basic
from services.registry.institutions.schemas import (
    BarRead,
    ClientRead,
    InstitutionChange,
    InstitutionRead,
    Lifting,
    NewBar,
    NewClient,
    NewInstitution,
    TokenRead,
)
from shared.auth import CallerDep, Role, allow
from shared.bodies import Router
from shared.config import settings
from shared.fields import Line, is_printable
from shared.problems import NotFound
from shared.readiness import NEEDS_POLICY
from shared.vault import vault
from shared.web import ExpectedVersion, Page, PageDep, ReadingDep, WholePageDep, WriteDep, may, shown

router = Router(tags=["institutions"])

KNOWS_PARTNERS = allow(
    Role.BUREAU_OFFICER, Role.OPERATOR, Role.AUDITOR, Role.INSTITUTION_CLERK, Role.INSTITUTION_REVIEWER
)


@router.post("/oauth/token", response_model=TokenRead, responses={400: {}, 401: {}})
def token(
    request: Request,
    database: ReadingDep,
    grant_type: Annotated[str, Form()] = "",
    client_id: Annotated[str, Form()] = "",
    client_secret: Annotated[str, Form()] = "",
) -> TokenRead:
    """Exchange client credentials, in the form or as HTTP Basic, for a token (RFC 6749, section 4.4)."""
    if grant_type != "client_credentials":
        raise GrantNotSupported(error="unsupported_grant_type")
    if header := request.headers.get("authorization"):
        client_id, client_secret = read_basic(header)
    if not is_printable(client_id) or not is_printable(client_secret):
        raise ClientRefused
    client = queries.authenticated(database, client_id, client_secret)
    return TokenRead(
        access_token=queries.signed_token(client), expires_in=settings().token_minutes * 60, scope=client.role
    )


@router.get("/.well-known/jwks.json")
def keys() -> dict[str, Any]:
    """The keys that verify our tokens (RFC 7517)."""
    return queries.published_keys(vault())


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
    institution_id: UUID, change: InstitutionChange, version: ExpectedVersion, request: WriteDep
) -> Response:
    """Change what is known of a partner."""
    wanted = partners.ChangingInstitution(institution_id, version, change)
    return await request.run(partners.change, wanted, lambda kept: InstitutionRead.of(kept.institution))


@router.post(
    "/v1/institutions/{institution_id}/clients",
    status_code=201,
    response_model=ClientRead,
    dependencies=[may(credentials.issue)],
)
async def issue(institution_id: UUID, new: NewClient, request: WriteDep) -> Response:
    """Give an institution a client; the secret is shown this once (发放接入凭据)."""
    wanted = credentials.NewClientOf(institution_id, new)
    return await request.run(credentials.issue, wanted, lambda issued: ClientRead.of(*issued), status=201)


@router.get(
    "/v1/institutions/{institution_id}/clients",
    response_model=Page[ClientRead],
    dependencies=[allow(*credentials.GIVES)],
)
def clients(institution_id: UUID, database: ReadingDep, paging: WholePageDep, caller: CallerDep) -> Page[ClientRead]:
    """The clients of an institution, without their secrets."""
    with database.reading() as session:
        if queries.institution(session, caller, institution_id) is None:
            raise NotFound
        return paging.stretch([ClientRead.of(client) for client in queries.clients(session, institution_id)])


@router.post(
    "/v1/institutions/{institution_id}/clients/{client_id}/rotate",
    response_model=ClientRead,
    dependencies=[may(credentials.rotate)],
)
async def rotate(institution_id: UUID, client_id: Line, request: WriteDep) -> Response:
    """Give a client a new secret; the old one is good for one more day (更换密钥)."""
    wanted = credentials.ClientOf(institution_id, client_id)
    return await request.run(credentials.rotate, wanted, lambda issued: ClientRead.of(*issued))


@router.delete(
    "/v1/institutions/{institution_id}/clients/{client_id}",
    response_model=ClientRead,
    dependencies=[may(credentials.withdraw)],
)
async def withdraw(institution_id: UUID, client_id: Line, request: WriteDep, http: Request) -> Response:
    """Withdraw a client (注销凭据): here its tokens end at once, in other processes of the registry within seconds."""
    wanted = credentials.ClientOf(institution_id, client_id)
    answer = await request.run(credentials.withdraw, wanted, ClientRead.of)
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
