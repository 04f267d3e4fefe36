"""The issuer at which staff may sign in instead of by a password (统一身份认证): OpenID Connect Core 1.0, 3.1.

Authorization code with PKCE (RFC 7636), `state` and `nonce`, as RFC 9700 has it. What has to be remembered between
going there and coming back travels sealed, in the browser's own cookie, so that nobody comes back who did not go.
"""

import asyncio
import base64
import json
import logging
import secrets
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_plus, urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from cryptography.exceptions import InvalidTag
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.registry.accounts.errors import IssuerAway, IssuerRefused, SignInBusy
from shared import clock
from shared.config import Settings
from shared.http_client import http_client
from shared.vault import vault

log = logging.getLogger(__name__)

# Signatures that a public key verifies: with one that a secret makes, whoever knows our secret, or takes the public
# key for one, could sign; `none` is none (RFC 8725, 3.1).
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
LEEWAY = 30  # seconds that two clocks may differ
VISIT_SECONDS = 600  # within which somebody comes back
KEPT_SECONDS = 600.0  # for which what the issuer says of itself is not asked again
FETCH_AGAIN = 10.0  # seconds between two questions for keys that were not known
MOST_AT_ONCE = 16  # questions to the issuer under way
_SEALED_FOR = "a visit at the issuer"


class IssuerMetadata(BaseModel):
    """What an issuer says of itself (OpenID Connect Discovery 1.0, 3)."""

    model_config = ConfigDict(extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False


class IssuerTokens(BaseModel):
    """What its token endpoint answers (OpenID Connect Core 1.0, 3.1.3.3)."""

    model_config = ConfigDict(extra="ignore")

    id_token: str
    access_token: str


class IssuerVisit(NamedTuple):
    """Where a browser goes to sign in, and what it brings back: sealed, for nobody but us to read."""

    authorization_url: str
    sealed: str


class Returned(NamedTuple):
    """What a browser brought back: the sealed visit, and what the issuer said by it (RFC 6749, 4.1.2; RFC 9207)."""

    sealed: str
    state: str
    code: str
    issuer: str | None


class Vouched(BaseModel):
    """Whom the issuer vouches for, by a subject that is never another's, and how they signed in there (RFC 8176)."""

    model_config = ConfigDict(extra="ignore", strict=True)

    subject: str = Field(alias="sub", min_length=1, max_length=255)
    acr: str | None = None
    amr: list[str] = []

    def shown(self, factors: str) -> bool:
        """Whether one of these ways to sign in, by blanks, is how they did."""
        return bool({*factors.split()} & {*self.amr, self.acr or ""})


class SignInIssuer:
    """The issuer that the settings name. Methods raise IssuerAway where it does not answer as one does."""

    def __init__(self, configured: Settings) -> None:
        self._settings = configured
        self.name = configured.oidc_issuer
        self._metadata: IssuerMetadata | None = None
        self._metadata_at = self._keys_at = float("-inf")
        self._keys = KeySet([])
        self._under_way = asyncio.Semaphore(MOST_AT_ONCE)

    @property
    def _redirect_uri(self) -> str:
        return f"{self._settings.url('portal')}/sign-in/return"

    async def visit(self) -> IssuerVisit:
        """Where to send a browser."""
        metadata = await self._described()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        wanted = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self._redirect_uri,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        until = clock.now().timestamp() + VISIT_SECONDS
        sealed = vault("registry").seal(json.dumps([state, nonce, verifier, until]), _SEALED_FOR)
        joined = "&" if "?" in metadata.authorization_endpoint else "?"
        address = f"{metadata.authorization_endpoint}{joined}{urlencode(wanted)}"
        return IssuerVisit(address, base64.urlsafe_b64encode(sealed).decode())

    async def vouched(self, returned: Returned) -> Vouched:
        """Whom the issuer vouches for. Raises IssuerRefused where it does not, or not to this browser."""
        state, nonce, verifier = _visit_of(returned)
        metadata = await self._described()
        named = returned.issuer is not None or metadata.authorization_response_iss_parameter_supported
        if state != returned.state or (named and returned.issuer != self.name):
            raise IssuerRefused
        tokens = await self._exchanged(metadata, returned.code, verifier)
        try:
            return Vouched.model_validate(await self._claims(metadata, tokens, nonce))
        except (JoseError, ValidationError, ValueError) as error:
            log.warning("the issuer's token is not in order: %s", type(error).__name__)
            raise IssuerRefused from None

    async def _claims(self, metadata: IssuerMetadata, tokens: IssuerTokens, nonce: str) -> Mapping[str, Any]:
        """What an ID token says, verified (OpenID Connect Core 1.0, 3.1.3.7). Raises JoseError, ValueError."""
        try:
            read = jwt.decode(tokens.id_token, await self._known_keys(metadata), ALGORITHMS)
        except (JoseError, ValueError):  # of a key that is new (10.1.1), unless it is wrong
            read = jwt.decode(tokens.id_token, await self._known_keys(metadata, anew=True), ALGORITHMS)
        client = self._settings.oidc_client_id
        claims = CodeIDToken(
            read.claims,
            read.header,
            {"iss": {"essential": True, "value": self.name}, "aud": {"essential": True, "value": client}},
            {"nonce": nonce, "client_id": client, "access_token": tokens.access_token},
        )
        claims.validate(leeway=LEEWAY)
        return dict(claims)

    async def _described(self) -> IssuerMetadata:
        if self._metadata is None or time.monotonic() - self._metadata_at > KEPT_SECONDS:
            answer = await self._answer_of("GET", f"{self.name.rstrip('/')}/.well-known/openid-configuration")
            try:
                found = IssuerMetadata.model_validate_json(answer.content)
            except ValidationError:
                raise _away("its description is none") from None
            if found.issuer != self.name:
                raise _away("it calls itself otherwise than TALENT_OIDC_ISSUER")
            self._metadata, self._metadata_at = found, time.monotonic()
        return self._metadata

    async def _known_keys(self, metadata: IssuerMetadata, *, anew: bool = False) -> KeySet:
        age = time.monotonic() - self._keys_at
        if age > KEPT_SECONDS or (anew and age > FETCH_AGAIN):
            answer = await self._answer_of("GET", metadata.jwks_uri)
            try:
                self._keys, self._keys_at = KeySet.import_key_set(answer.json()), time.monotonic()
            except (JoseError, ValueError, KeyError, TypeError):
                raise _away("its keys are none") from None
        return self._keys

    async def _exchanged(self, metadata: IssuerMetadata, code: str, verifier: str) -> IssuerTokens:
        """The tokens for a code (RFC 6749, 4.1.3), by the first way to show our secret that both know."""
        secret = self._settings.oidc_client_secret.get_secret_value()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._redirect_uri}
        form |= {"code_verifier": verifier}
        own = {"client_id": self._settings.oidc_client_id, "client_secret": secret}
        if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            basic = httpx.BasicAuth(*map(quote_plus, own.values()))  # RFC 6749, 2.3.1
            answer = await self._answer_of("POST", metadata.token_endpoint, data=form, auth=basic)
        else:
            answer = await self._answer_of("POST", metadata.token_endpoint, data=form | own)
        try:
            return IssuerTokens.model_validate_json(answer.content)
        except ValidationError:
            log.warning("the issuer gives no token for a code: %s", answer.status_code)
            raise IssuerRefused from None

    async def _answer_of(self, method: str, url: str, **sent: Any) -> httpx.Response:
        if not url.startswith("https://") and self._settings.environment == "production":
            raise _away("it is not asked without TLS")
        if self._under_way.locked():
            raise SignInBusy
        try:
            async with self._under_way, http_client(timeout=5) as client:
                answer = await client.request(method, url, **sent)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _away(type(error).__name__) from None
        if answer.is_server_error or (method == "GET" and not answer.is_success):
            raise _away(str(answer.status_code))
        return answer


def _away(why: str) -> IssuerAway:
    log.warning("the issuer does not answer: %s", why)
    return IssuerAway()


def _visit_of(returned: Returned) -> tuple[str, str, str]:
    """State, nonce and verifier of a visit that began here, not long ago. Raises IssuerRefused for any other."""
    try:
        sealed = base64.urlsafe_b64decode(returned.sealed)
        state, nonce, verifier, until = json.loads(vault("registry").unseal(sealed, _SEALED_FOR))
    except (ValueError, KeyError, IndexError, InvalidTag):
        raise IssuerRefused from None
    if clock.now().timestamp() > until:
        raise IssuerRefused
    return state, nonce, verifier
