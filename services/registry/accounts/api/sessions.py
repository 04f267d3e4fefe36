import asyncio
from dataclasses import replace

from fastapi import Request, Response

from services.registry.accounts.commands import signing_in as commands
from services.registry.accounts.commands.ending import SessionsEnding, end_own_sessions
from services.registry.accounts.commands.hashing import hashing
from services.registry.accounts.errors import SessionEnded, TooManyTries
from services.registry.accounts.models import Account
from services.registry.accounts.queries.accounts import name_of
from services.registry.accounts.queries.sessions import (
    ReadAttempt,
    TryKeys,
    account_of_refresh,
    caller_in,
    ends_at,
    read_attempt,
    sessions_of,
)
from services.registry.accounts.queries.tokens import session_token
from services.registry.accounts.rules.delays import FREE_TRIES
from services.registry.accounts.rules.passwords import password_fault, read_password
from services.registry.accounts.schemas import (
    EndedRead,
    NewSession,
    OwnSessionRead,
    SessionRead,
    SessionsToEnd,
    ShownRefresh,
)
from shared import clock
from shared.auth import OPEN, CallerDep, Reach, Role, allow
from shared.bodies import Router
from shared.db import Database
from shared.db_clock import NEEDS_THE_TIME
from shared.operations import Operation
from shared.problems import InvalidBody
from shared.vault import vault
from shared.web import Page, ReadingDep, WholePageDep, WriteDep, may, write_for

GIVING = [OPEN, NEEDS_THE_TIME]  # of a route that gives a session's token

router = Router(tags=["sessions"])


@router.post("/v1/sessions", response_model=SessionRead, responses={401: {}, 403: {}, 429: {}}, dependencies=GIVING)
async def sign_in(wanted: NewSession, http: Request, database: ReadingDep) -> Response:
    """Sign in (登录): a short token, and what refreshes it. Refusals are alike, and each next attempt waits longer."""
    keys = TryKeys.of(wanted.login, http.client.host if http.client else "")
    with hashing().one_of_few(keys.both):
        account = await _looked_at(database, wanted.login, keys)
        attempt = await _checked(wanted, account, keys)
        by = caller_in(account) if account and attempt.matched else commands.NOBODY
        answer = await write_for(http, by).run(commands.sign_in, attempt, session_read)
    if wanted.new_password:
        http.app.state.tokens.forget()  # those of the sessions that ended by it
    return answer


async def _checked(wanted: NewSession, account: Account | None, keys: TryKeys) -> commands.SignInAttempt:
    """What came of looking at the password, and at the new one of whoever knows it; the database is not held."""
    known, hasher = account.password_hash if account else None, hashing()
    matched = known if await hasher.matches(read_password(wanted.password), known) else None
    new_hash = None
    if matched and account and wanted.new_password:
        new = read_password(wanted.new_password)
        if fault := password_fault(new, account.login, name_of(account)):
            raise InvalidBody(fault)
        new_hash = await hasher.hash(new)
    named = account.login if account else f"unknown {keys.login[:16]}"
    return commands.SignInAttempt(account.id if account else None, named, matched, wanted.code, new_hash, keys)


async def _looked_at(database: Database, login: str, keys: TryKeys) -> Account | None:
    """The account of a login, after what earlier refusals have an attempt wait for. Raises TooManyTries."""
    found = await asyncio.to_thread(_read, database, login, keys)
    if found.wait.total_seconds() > 0:
        raise TooManyTries(FREE_TRIES, int(found.wait.total_seconds()) + 1)
    await asyncio.sleep(found.slow.total_seconds())
    return found.account


def _read(database: Database, login: str, keys: TryKeys) -> ReadAttempt:
    with database.reading() as session:
        return read_attempt(session, login, keys, clock.now())


@router.post("/v1/sessions/refresh", response_model=SessionRead, responses={401: {}}, dependencies=GIVING)
async def refresh(shown: ShownRefresh, http: Request, database: ReadingDep) -> Response:
    """Go on with a session: the token shown is used up, and one that comes again ends the session (刷新登录)."""
    token_hash = vault("registry").secret_hash(shown.refresh_token)
    account = await asyncio.to_thread(_whose, database, token_hash)
    if account is None:
        raise SessionEnded
    try:
        wanted = commands.Refreshing(token_hash, account.login)
        return await write_for(http, caller_in(account)).run(commands.refresh, wanted, session_read)
    except SessionEnded:
        http.app.state.tokens.forget()
        raise


def _whose(database: Database, token_hash: str) -> Account | None:
    with database.reading() as session:
        return account_of_refresh(session, token_hash)


def session_read(signed: commands.SignedIn) -> SessionRead:
    """What somebody who is signed in is given, once."""
    token, seconds = session_token(signed.account, signed.session, signed.one_with)
    return SessionRead(
        login=signed.account.login,
        access_token=token,
        expires_in=seconds,
        refresh_token=signed.refresh_token,
        scope=signed.account.role,
        session_ends_at=ends_at(signed.session),
    )


@router.get("/v1/sessions", dependencies=[allow(*Role, reach=Reach.OWN)])
def own_sessions(caller: CallerDep, database: ReadingDep, paging: WholePageDep) -> Page[OwnSessionRead]:
    """The sessions of the person who asks that go on (我的登录): since when, and when each was refreshed last."""
    with database.reading() as session:
        rows = sessions_of(session, caller.person, clock.now())
    return paging.stretch([OwnSessionRead.of(row, ends_at(row), current=row.id == caller.session) for row in rows])


@router.post(
    "/v1/sessions/end",
    response_model=EndedRead,
    responses={404: {}, 429: {}},
    dependencies=[may(end_own_sessions, reach=Reach.OWN)],
)
async def end_sessions(wanted: SessionsToEnd, request: WriteDep, http: Request) -> Response:
    """End one of one's own sessions, or all others, at once here and in other processes within seconds (结束登录).

    Who asks shows once more who they are, by password or code, and waits after refusals as at a sign-in.
    """
    login = request.caller.actor
    keys = TryKeys.of(login, http.client.host if http.client else "")
    with hashing().one_of_few(keys.both):
        account = await _looked_at(request.database, login, keys)
        known, shown = account.password_hash if account else None, wanted.password
        right = shown is not None and await hashing().matches(read_password(shown), known)
        item = SessionsEnding(wanted.session_id, shown is not None, known if right else None, wanted.code, keys)
        # Under no Idempotency-Key: a fingerprint of a body with a password would be kept.
        unkeyed = replace(request, key=None)
        answer = await unkeyed.run(end_own_sessions, item, lambda ended: EndedRead(ended=ended.sessions))
    http.app.state.tokens.forget()
    return answer


@router.delete("/v1/sessions/current", response_model=EndedRead, dependencies=[may(commands.sign_out, reach=Reach.OWN)])
async def sign_out(request: WriteDep, http: Request) -> Response:
    """Sign out: this session and its tokens end here at once, in other processes within seconds (退出)."""
    return await _ended(request, http, commands.sign_out)


@router.delete(
    "/v1/sessions", response_model=EndedRead, dependencies=[may(commands.sign_out_everywhere, reach=Reach.OWN)]
)
async def sign_out_everywhere(request: WriteDep, http: Request) -> Response:
    """Sign out everywhere: every session of the person who asks (全部退出)."""
    return await _ended(request, http, commands.sign_out_everywhere)


async def _ended(request: WriteDep, http: Request, operation: Operation[None, commands.EndedSessions]) -> Response:
    answer = await request.run(operation, None, lambda ended: EndedRead(ended=ended.sessions))
    http.app.state.tokens.forget()
    return answer
