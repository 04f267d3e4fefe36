import asyncio
from uuid import UUID

from fastapi import Request, Response

from services.registry.accounts.commands import accounts as commands
from services.registry.accounts.commands.hands import completes_reset
from services.registry.accounts.commands.hashing import hashing
from services.registry.accounts.models import Account
from services.registry.accounts.queries.accounts import accounts as accounts_held
from services.registry.accounts.queries.accounts import name_shown, subject_shown
from services.registry.accounts.schemas import AccountChange, AccountRead, NewAccount
from shared.auth import Caller, CallerDep, Role, allow
from shared.bodies import Router
from shared.db import Database
from shared.readiness import NEEDS_POLICY
from shared.web import ExpectedVersion, Page, PageDep, ReadingDep, SeenVersion, WriteDep, may

router = Router(tags=["accounts"])


async def _one_time_password() -> commands.OneTimePassword:
    clear = commands.drawn_password()
    return commands.OneTimePassword(clear, await hashing().hash(clear))


@router.post(
    "/v1/accounts",
    status_code=201,
    response_model=AccountRead,
    dependencies=[may(commands.issue_account), NEEDS_POLICY],
)
async def issue_account(new: NewAccount, request: WriteDep, caller: CallerDep) -> Response:
    """Issue an account, which another person is to approve; its first password is shown once (发放账号)."""
    wanted = commands.AccountWanted(new, None if new.issuer_subject else await _one_time_password())

    def shown(issued: commands.IssuedAccount) -> AccountRead:
        return _issued(issued, caller)

    return await request.run(commands.issue_account, wanted, shown, status=201, again=lambda each: _again(each, caller))


@router.get(
    "/v1/accounts",
    response_model=Page[AccountRead],
    dependencies=[allow(Role.BUREAU_OFFICER, Role.OPERATOR, Role.AUDITOR)],
)
def accounts(database: ReadingDep, paging: PageDep, caller: CallerDep) -> Page[AccountRead]:
    """The people who may come, and those who might; an auditor sees no names."""
    with database.reading() as session:
        found = accounts_held(session, paging.limit, paging.after_id)
    return paging.page(found, lambda account: _read(account, caller), lambda account: [account.id])


@router.patch("/v1/accounts/{account_id}", response_model=AccountRead, dependencies=[may(commands.change_account)])
async def change_account(
    account_id: UUID, change: AccountChange, version: ExpectedVersion, request: WriteDep, http: Request
) -> Response:
    """Change an account: another role or unit has to be approved anew (变更账号)."""
    wanted = commands.ChangingAccount(account_id, version, change)
    answer = await request.run(commands.change_account, wanted, lambda account: _read(account, request.caller))
    http.app.state.tokens.forget()
    return answer


@router.post(
    "/v1/accounts/{account_id}/approve",
    response_model=AccountRead,
    responses={412: {}},
    dependencies=[may(commands.approve_account)],
)
async def approve_account(account_id: UUID, seen: SeenVersion, request: WriteDep, http: Request) -> Response:
    """Approve an account that somebody else issued or changed: from now on its person comes in (核准账号).

    With If-Match it is approved as it was seen, and not as somebody has changed it since (412).
    """
    wanted = commands.ApprovingAccount(account_id, seen)
    answer = await request.run(commands.approve_account, wanted, lambda account: _read(account, request.caller))
    http.app.state.tokens.forget()  # whoever issued it may come in as its person from now on
    return answer


@router.post(
    "/v1/accounts/{account_id}/suspend", response_model=AccountRead, dependencies=[may(commands.suspend_account)]
)
async def suspend_account(account_id: UUID, request: WriteDep, http: Request) -> Response:
    """Suspend an account: its sessions and tokens end here at once, in other processes within seconds (停用账号)."""
    read = request.run(commands.suspend_account, account_id, lambda account: _read(account, request.caller))
    answer = await read
    http.app.state.tokens.forget()
    return answer


@router.post(
    "/v1/accounts/{account_id}/reset-password",
    response_model=AccountRead,
    responses={202: {"model": AccountRead}},
    dependencies=[may(commands.reset_password)],
)
async def reset_password(account_id: UUID, request: WriteDep, http: Request) -> Response:
    """Give somebody a password for the next sign-in: 202 to the first who asks, shown to the second (重置口令)."""
    caller = request.caller
    completes = await asyncio.to_thread(_completes_reset, request.database, account_id, caller)
    wanted = commands.ResettingPassword(account_id, await _one_time_password() if completes else None)

    def status(issued: commands.IssuedAccount) -> int:
        return 202 if issued.awaiting else 200

    answer = await request.run(
        commands.reset_password,
        wanted,
        lambda issued: _issued(issued, caller),
        status,
        again=lambda issued: _again(issued, caller),
    )
    http.app.state.tokens.forget()
    return answer


def _completes_reset(database: Database, account_id: UUID, caller: Caller) -> bool:
    """Whether this call would give somebody a password; whoever only asks for one has none made."""
    with database.reading() as session:
        account = session.get(Account, account_id)
    return account is not None and completes_reset(account.reset_by, caller)


def _read(account: Account, caller: Caller) -> AccountRead:
    return AccountRead.of(account, name_shown(account, caller), subject_shown(account, caller))


def _issued(issued: commands.IssuedAccount, caller: Caller) -> AccountRead:
    awaiting = "second_officer" if issued.awaiting else None
    return _read(issued.account, caller).model_copy(update={"password": issued.password, "awaiting": awaiting})


def _again(issued: commands.IssuedAccount, caller: Caller) -> AccountRead:
    hidden = {"password": None, "password_shown_before": issued.password is not None}
    return _issued(issued, caller).model_copy(update=hidden)
