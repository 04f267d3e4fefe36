from uuid import UUID

from fastapi import Request, Response

from services.registry.accounts.commands import credentials
from services.registry.accounts.commands.credentials import Owner
from services.registry.accounts.commands.hands import GIVES
from services.registry.accounts.queries.clients import clients as clients_of
from services.registry.accounts.schemas import ClientRead, NewClient, Rotation
from services.registry.institutions.queries import institution
from shared.auth import CallerDep, Role, allow
from shared.bodies import Router
from shared.fields import Line
from shared.problems import NotFound
from shared.web import Page, ReadingDep, WholePageDep, WriteDep, may

router = Router(tags=["clients"])


def _shown(issued: credentials.Issued) -> ClientRead:
    return ClientRead.of(*issued)


def _shown_again(issued: credentials.Issued) -> ClientRead:
    return ClientRead.of(*issued, again=True)


@router.post(
    "/v1/institutions/{institution_id}/clients",
    status_code=201,
    response_model=ClientRead,
    dependencies=[may(credentials.issue)],
)
async def issue(institution_id: UUID, new: NewClient, request: WriteDep) -> Response:
    """Give an institution a client, which another person is to approve; the secret is shown once (发放接入凭据)."""
    wanted = credentials.NewClientOf(Owner(institution_id), new.name, Role(new.role))
    return await request.run(credentials.issue, wanted, _shown, status=201, again=_shown_again)


@router.get(
    "/v1/institutions/{institution_id}/clients",
    response_model=Page[ClientRead],
    dependencies=[allow(*GIVES)],
)
def clients(institution_id: UUID, database: ReadingDep, paging: WholePageDep, caller: CallerDep) -> Page[ClientRead]:
    """The clients of an institution, without their secrets."""
    with database.reading() as session:
        if institution(session, caller, institution_id) is None:
            raise NotFound
        return paging.stretch([ClientRead.of(client) for client in clients_of(session, institution_id=institution_id)])


@router.post(
    "/v1/institutions/{institution_id}/clients/{client_id}/approve",
    response_model=ClientRead,
    dependencies=[may(credentials.approve)],
)
async def approve(institution_id: UUID, client_id: Line, request: WriteDep) -> Response:
    """Approve a client that somebody else issued: from now on it gets tokens (核准凭据)."""
    return await request.run(credentials.approve, credentials.ClientOf(Owner(institution_id), client_id), ClientRead.of)


@router.post(
    "/v1/institutions/{institution_id}/clients/{client_id}/rotate",
    response_model=ClientRead,
    dependencies=[may(credentials.rotate)],
)
async def rotate(
    institution_id: UUID, client_id: Line, request: WriteDep, http: Request, how: Rotation | None = None
) -> Response:
    """Give a client a new secret; the old one is good for one more day, or ends at once with its tokens (更换密钥)."""
    wanted = credentials.Rotating(Owner(institution_id), client_id, immediate=how is not None and how.immediate)
    answer = await request.run(credentials.rotate, wanted, _shown, again=_shown_again)
    http.app.state.tokens.forget()
    return answer


@router.delete(
    "/v1/institutions/{institution_id}/clients/{client_id}",
    response_model=ClientRead,
    dependencies=[may(credentials.withdraw)],
)
async def withdraw(institution_id: UUID, client_id: Line, request: WriteDep, http: Request) -> Response:
    """Withdraw a client (注销凭据): here its tokens end at once, in other processes of the registry within seconds."""
    wanted = credentials.ClientOf(Owner(institution_id), client_id)
    answer = await request.run(credentials.withdraw, wanted, ClientRead.of)
    http.app.state.tokens.forget()
    return answer
