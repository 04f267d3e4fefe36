"""An OpenID Connect issuer that does what a test wants, right or wrong; it holds its clients to PKCE (RFC 9700)."""

import base64
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlencode

from authlib.oidc.core.util import create_half_hash
from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.portal.conftest import served

CLIENT, SECRET = "talent", "s3cret+of/the:client"


class TestIssuer:
    """Who signs in is `subject`; `claims` are put into ID tokens, None leaves one out; `metadata` likewise."""

    __test__ = False

    def __init__(self) -> None:
        self.url, self.subject = "", "u-1001"
        self.claims: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.algorithm = "RS256"
        self.questions: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.new_key()

    def new_key(self) -> None:
        """Sign by another key from now on, and publish that alone."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})

    def signed(self, claims: dict[str, Any]) -> str:
        """An ID token; `HS256` takes the public key for a secret, `none` takes nothing: no library makes such."""
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.algorithm not in ("HS256", "none"):
            return jwt.encode(header, claims, self.key, [self.algorithm])
        said = ".".join(_plain(json.dumps(each).encode()) for each in (header, claims))
        public = self.key.as_pem(private=False)
        mac = hmac.new(public, said.encode(), sha256).digest() if self.algorithm == "HS256" else b""
        return f"{said}.{_plain(mac)}"

    def app(self) -> FastAPI:
        """The endpoints."""
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def describe() -> dict[str, Any]:
            self.questions.append("description")
            own = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
            own |= {"authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token"}
            return own | {"authorization_response_iss_parameter_supported": True} | self.metadata

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            self.questions.append("keys")
            return {"keys": [self.key.as_dict(private=False)]}

        @app.get("/authorize")
        def authorize(request: Request) -> Response:
            wanted = dict(request.query_params)
            assert (wanted["response_type"], wanted["client_id"], wanted["code_challenge_method"]) == (
                "code", CLIENT, "S256",
            )  # fmt: skip
            code = secrets.token_urlsafe(16)
            self.codes[code] = wanted
            said = {"code": code, "state": wanted["state"], "iss": self.url, "session_state": "x"}
            return RedirectResponse(f"{wanted['redirect_uri']}?{urlencode(said)}", 302)

        @app.post("/token")
        def token(
            request: Request,
            code: Annotated[str, Form()],
            redirect_uri: Annotated[str, Form()],
            code_verifier: Annotated[str, Form()],
        ) -> Response:
            wanted = self.codes.pop(code, None)
            challenge = _plain(sha256(code_verifier.encode()).digest())
            held = base64.b64encode(b"talent:s3cret%2Bof%2Fthe%3Aclient").decode()
            if request.headers.get("authorization") != f"Basic {held}":
                return JSONResponse({"error": "invalid_client"}, 401)
            if not wanted or (wanted["redirect_uri"], wanted["code_challenge"]) != (redirect_uri, challenge):
                return JSONResponse({"error": "invalid_grant"}, 400)
            return JSONResponse(self._tokens(wanted["nonce"]))

        return app

    def _tokens(self, nonce: str) -> dict[str, Any]:
        access, now = secrets.token_urlsafe(16), int(time.time())
        claims = {
            "iss": self.url,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "at_hash": create_half_hash(access, "RS256").decode(),
        } | self.claims
        id_token = self.signed({name: value for name, value in claims.items() if value is not None})
        return {"access_token": access, "token_type": "Bearer", "id_token": id_token}


def _plain(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


@contextmanager
def issuing() -> Iterator[TestIssuer]:
    """One on a free port of this machine."""
    issuer = TestIssuer()
    with served(issuer.app()) as address:
        issuer.url = address
        yield issuer
