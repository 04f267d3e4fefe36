"""Who the visitor is, and the session of a browser. Nothing else in the portal recognises anybody."""

import re
import secrets
from dataclasses import dataclass
from typing import Literal

import httpx
from fastapi import Request, Response

from services.portal.client.tokens import ClientTokens, TokenSource
from shared.auth import Role
from shared.config import Settings

PUBLIC: Literal["public"] = "public"  # who has not signed in, where the public page is on
COOKIE = "session"
SESSION_ID = re.compile(r"[A-Za-z0-9_-]{43}")

VisitorRole = Role | Literal["public"]


@dataclass(frozen=True)
class Visitor:
    """Somebody who looks at pages: what they may open, and the token that the services are asked with."""

    role: VisitorRole
    tokens: TokenSource


class Visitors:
    """Recognises visitors. Without the public page nobody is one who has not signed in."""

    def __init__(self, settings: Settings, web: httpx.AsyncClient) -> None:
        public = settings.environment == "demo" or settings.public_page
        self._public = Visitor(PUBLIC, ClientTokens(settings, web)) if public else None

    def of(self, request: Request) -> Visitor | None:
        """The visitor who made this request; None for a stranger."""
        return self._public


class Session:
    """The session of one browser: a value nobody can guess, in a cookie that no script reads.

    It is made when a page first needs it, so that who only reads is given none.
    """

    def __init__(self, request: Request) -> None:
        kept = request.cookies.get(COOKIE, "")
        self._kept = bool(SESSION_ID.fullmatch(kept))
        self._id = kept if self._kept else secrets.token_urlsafe(32)
        self._needed = False
        self._over_tls = request.url.scheme == "https"

    def need(self) -> str:
        """The session's value; from now on it is kept."""
        self._needed = True
        return self._id

    def keep(self, response: Response) -> None:
        """Give it to the browser with this answer, if it is needed and not there yet."""
        if self._needed and not self._kept:
            response.set_cookie(COOKIE, self._id, httponly=True, samesite="lax", secure=self._over_tls)
