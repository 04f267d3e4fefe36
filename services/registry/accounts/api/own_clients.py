from uuid import UUID

from fastapi import Request, Response

from services.registry.accounts.commands import credentials
from services.registry.accounts.commands.credentials import Owner
from services.registry.accounts.commands.hands import GIVES
from services.registry.accounts.models import Account
from services.registry.accounts.queries.clients import clients as clients_of
from services.registry.accounts.schemas import ClientRead, NewClientOfPerson, Rotation
from shared.auth import allow
from shared.bodies import Router
from shared.fields import Line
from shared.problems import NotFound
from shared.web import Page, ReadingDep, WholePageDep, WriteDep, may

router = Router(tags=["clients"])

CLIENTS = "/v1/accounts/{account_id}/clients"
ONE = CLIENTS + "/{client_id}"


def _shown(issued: credentials.Issued) -> ClientRead:
    return ClientRead.of(*issued)


def _shown_again(issued: credentials.Issued) -> ClientRead:
    return ClientRead.of(*issued, again=True)


@router.post(CLIENTS, status_code=201, response_model=ClientRead, dependencies=[may(credentials.issue)])
async def issue(account_id: UUID, new: NewClientOfPerson, request: WriteDep) -> Response:
    """Give a person a client: what it does is done by them; another person is to approve it (发放本人接入凭据)."""
    wanted = credentials.NewClientOf(Owner(account_id=account_id), new.name)
    return await request.run(credentials.issue, wanted, _shown, status=201, again=_shown_again)


@router.get(CLIENTS, response_model=Page[ClientRead], dependencies=[allow(*GIVES)])
def clients(account_id: UUID, database: ReadingDep, paging: WholePageDep) -> Page[ClientRead]:
    """The clients of a person, without their secrets."""
    with database.reading() as session:
        if session.get(Account, account_id) is None:
            raise NotFound
        return paging.stretch([ClientRead.of(client) for client in clients_of(session, account_id=account_id)])


@router.post(f"{ONE}/approve", response_model=ClientRead, dependencies=[may(credentials.approve)])
async def approve(account_id: UUID, client_id: Line, request: WriteDep, http: Request) -> Response:
    """Approve a person's client that somebody else issued, and not one's own: from now on it gets tokens (核准凭据)."""
    wanted = credentials.ClientOf(Owner(account_id=account_id), client_id)
    answer = await request.run(credentials.approve, wanted, ClientRead.of)
    http.app.state.tokens.forget()  # whoever issued it may have it speak for its person from now on
    return answer


@router.post(f"{ONE}/rotate", response_model=ClientRead, dependencies=[may(credentials.rotate)])
async def rotate(
    account_id: UUID, client_id: Line, request: WriteDep, http: Request, how: Rotation | None = None
) -> Response:
    """Give a person's client a new secret; the old one is good for one more day, or ends at once (更换密钥).

    By anybody but its person it waits to be approved anew, and neither secret opens anything until then.
    """
    owner, immediate = Owner(account_id=account_id), how is not None and how.immediate
    wanted = credentials.Rotating(owner, client_id, immediate=immediate)
    answer = await request.run(credentials.rotate, wanted, _shown, again=_shown_again)
    http.app.state.tokens.forget()
    return answer


@router.delete(ONE, response_model=ClientRead, dependencies=[may(credentials.withdraw)])
async def withdraw(account_id: UUID, client_id: Line, request: WriteDep, http: Request) -> Response:
    """Withdraw a person's client (注销凭据): here its tokens end at once, in other processes within seconds."""
    wanted = credentials.ClientOf(Owner(account_id=account_id), client_id)
    answer = await request.run(credentials.withdraw, wanted, ClientRead.of)
    http.app.state.tokens.forget()
    return answer
