from typing import Annotated, Any

from fastapi import Form, Request

from services.registry.accounts.errors import ClientRefused, GrantNotSupported
from services.registry.accounts.queries.clients import authenticated
from services.registry.accounts.queries.tokens import published_keys, signed_token
from services.registry.accounts.rules.credentials import read_basic
from services.registry.accounts.schemas import TokenRead
from shared.bodies import Router
from shared.config import settings
from shared.fields import is_printable
from shared.vault import vault
from shared.web import ReadingDep

router = Router(tags=["tokens"])


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
    held = authenticated(database, client_id, client_secret)
    return TokenRead(access_token=signed_token(held), expires_in=settings().token_minutes * 60, scope=held.client.role)


@router.get("/.well-known/jwks.json")
def keys() -> dict[str, Any]:
    """The keys that verify our tokens (RFC 7517)."""
    return published_keys(vault())
