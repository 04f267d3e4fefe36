import asyncio
import logging
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Request

from services.registry.accounts.commands.signing_in import NOBODY
from services.registry.accounts.commands.token_tries import RefusedClient, refuse_token
from services.registry.accounts.errors import ClientRefused, GrantNotSupported
from services.registry.accounts.queries.clients import authenticated
from services.registry.accounts.queries.tokens import published_keys, signed_token
from services.registry.accounts.rules.credentials import read_basic
from services.registry.accounts.schemas import TokenRead
from shared.auth import OPEN
from shared.bodies import Router
from shared.config import settings
from shared.db_clock import NEEDS_THE_TIME
from shared.fields import is_printable
from shared.problems import Refusal
from shared.vault import vault
from shared.web import ReadingDep

router = Router(tags=["tokens"])
log = logging.getLogger(__name__)


@router.post(
    "/oauth/token", response_model=TokenRead, responses={400: {}, 401: {}, 429: {}}, dependencies=[OPEN, NEEDS_THE_TIME]
)
async def token(
    request: Request,
    database: ReadingDep,
    grant_type: Annotated[str, Form()] = "",
    client_id: Annotated[str, Form()] = "",
    client_secret: Annotated[str, Form()] = "",
) -> TokenRead:
    """Exchange client credentials, in the form or as HTTP Basic, for a token (RFC 6749, section 4.4).

    Refused attempts are limited, by client and address and by address (429); a right secret is never refused by that.
    """
    if grant_type != "client_credentials":
        raise GrantNotSupported(error="unsupported_grant_type")
    if header := request.headers.get("authorization"):
        client_id, client_secret = read_basic(header)
    try:
        if not is_printable(client_id) or not is_printable(client_secret):
            raise ClientRefused
        held = await asyncio.to_thread(authenticated, database, client_id, client_secret)
    except ClientRefused:
        raise await _counted(request, client_id) from None
    log.info("client %s was given a token for its secret", held.client.client_id)
    return TokenRead(access_token=signed_token(held), expires_in=settings().token_minutes * 60, scope=held.client.role)


async def _counted(request: Request, client_id: str) -> Refusal:
    """The refusal of an attempt, once it is counted."""
    tried = RefusedClient(client_id, request.client.host if request.client else "")

    def answer(outcomes: list[Any]) -> Refusal:
        (outcome,) = outcomes
        return outcome if isinstance(outcome, Refusal) else outcome.refusal

    try:
        await request.app.state.writer.submit(
            refuse_token, NOBODY, [tried], answer, None, UUID(request.state.request_id)
        )
    except Refusal as refusal:
        return refusal
    return ClientRefused()


@router.get("/.well-known/jwks.json", dependencies=[OPEN])
def keys() -> dict[str, Any]:
    """The keys that verify our tokens (RFC 7517)."""
    return published_keys(vault("registry"))
