import asyncio
from collections.abc import Mapping

from fastapi import Request, Response

from services.registry.accounts.api.sessions import GIVING, session_read
from services.registry.accounts.clients import VISIT_SECONDS, Returned, SignInIssuer, Vouched
from services.registry.accounts.commands.arriving import Arrival, Arrived, sign_in_at_issuer
from services.registry.accounts.commands.signing_in import NOBODY
from services.registry.accounts.errors import IssuerRefused
from services.registry.accounts.queries.accounts import account_of_subject, subject_indexes
from services.registry.accounts.queries.sessions import caller_in
from services.registry.accounts.schemas import IssuerVisitRead, ReturnedVisit, SessionRead
from shared.auth import OPEN, Caller
from shared.bodies import Router
from shared.config import settings
from shared.db import Database
from shared.problems import NotFound, Refusal
from shared.vault import vault
from shared.web import ReadingDep, write_for

router = Router(tags=["sessions"])


def _issuer(http: Request) -> SignInIssuer:
    """The one of this process, which remembers what it said of itself. Raises NotFound where none is configured."""
    if not settings().oidc_issuer:
        raise NotFound
    held = http.app.state
    if getattr(held, "issuer", None) is None:
        held.issuer = SignInIssuer(settings())
    issuer: SignInIssuer = held.issuer
    return issuer


@router.post(
    "/v1/sessions/issuer",
    status_code=201,
    response_model=IssuerVisitRead,
    responses={404: {}, 503: {}},
    dependencies=[OPEN],
)
async def visit_issuer(http: Request) -> IssuerVisitRead:
    """Where to send a browser that wants to sign in at the issuer, and what it has to bring back (统一身份认证登录)."""
    visit = await _issuer(http).visit()
    return IssuerVisitRead(authorization_url=visit.authorization_url, visit=visit.sealed, expires_in=VISIT_SECONDS)


@router.post(
    "/v1/sessions/issuer/return",
    response_model=SessionRead,
    responses={401: {}, 403: {}, 404: {}, 429: {}, 503: {}},
    dependencies=GIVING,
)
async def return_from_issuer(returned: ReturnedVisit, http: Request, database: ReadingDep) -> Response:
    """Sign in whom the issuer vouches for: a session as any other, from now on the registry's own."""
    issuer = _issuer(http)
    address = vault("registry").blind_index("issuer-from", http.client.host if http.client else "")
    try:
        vouched = await issuer.vouched(Returned(returned.visit, returned.state, returned.code, returned.iss))
    except IssuerRefused:
        return await _answered(http, NOBODY, Arrival(None, second_factor=False, address=address))
    indexes = subject_indexes(issuer.name, vouched.subject)
    by = await asyncio.to_thread(_who, database, indexes)
    return await _answered(http, by, Arrival(indexes, _two_factors(vouched), address))


def _two_factors(vouched: Vouched) -> bool:
    return vouched.shown(settings().oidc_second_factor)


def _who(database: Database, indexes: Mapping[str, str | None]) -> Caller:
    with database.reading() as session:
        account = account_of_subject(session, indexes)
        return caller_in(account) if account else NOBODY


async def _answered(http: Request, by: Caller, arrival: Arrival) -> Response:
    """Have somebody come in, or not."""

    def read(arrived: Arrived) -> SessionRead | Refusal:
        return arrived.answer if isinstance(arrived.answer, Refusal) else session_read(arrived.answer)

    return await write_for(http, by).run(sign_in_at_issuer, arrival, read)
