"""Who the visitor is, and the session of a browser. Nothing else in the portal recognises anybody."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import httpx
from cachetools import TTLCache
from fastapi import Request, Response

from services.portal.client.sessions import RegistrySessions, SessionTokens, StartedSession
from services.portal.client.tokens import ClientTokens, TokenSource
from services.portal.shell import cookies
from services.portal.shell.kept import KEPT_FOR, KeptForm, KeptForms
from shared.auth import Role
from shared.config import Settings

PUBLIC: Literal["public"] = "public"  # who has not signed in, where the public page is on
COOKIE = "session"
SESSION_ID = re.compile(r"[A-Za-z0-9_-]{43}")
MOST_SIGNED_IN = 10_000

VisitorRole = Role | Literal["public"]


@dataclass(frozen=True)
class Visitor:
    """Somebody who looks at pages: what they may open, and the token that the services are asked with.

    `login` is None for who has not signed in.
    """

    role: VisitorRole
    tokens: TokenSource
    login: str | None = None


class Visitors:
    """Recognises visitors: who has signed in, by the session of their browser, and others where a page is public.

    Who is signed in is known to this process alone, and whoever signed in does so again after it was started anew.
    """

    def __init__(self, settings: Settings, web: httpx.AsyncClient) -> None:
        public = settings.environment == "demo" or settings.public_page
        self._public = Visitor(PUBLIC, ClientTokens(settings, web)) if public else None
        self._signed_in: TTLCache[str, tuple[Visitor, SessionTokens]] = TTLCache(
            MOST_SIGNED_IN, settings.session_hours * 3600
        )
        longer = settings.session_hours * 3600 + KEPT_FOR
        self._logins: TTLCache[str, str] = TTLCache(MOST_SIGNED_IN, longer)  # whose session it is, or was
        self._kept = KeptForms()
        self.sessions = RegistrySessions(settings, web)

    def of(self, request: Request) -> Visitor | None:
        """The visitor who made this request; None for a stranger."""
        held = self._signed_in.get(cookies.kept(request, COOKIE))
        return held[0] if held and not held[1].ended else self._public

    def welcome(self, session: "Session", started: StartedSession) -> str | None:
        """Know somebody by a session of their browser from now on, which is a new one: nobody gave it to them.

        The address of the form that they sent too late, if there is one: it waits for them there.
        """
        tokens, login = SessionTokens(self.sessions, started), started.login
        kept = self._kept.release(session.need(), login)
        session_id = session.renew()
        self._signed_in[session_id] = (Visitor(started.scope, tokens, login), tokens)
        self._logins[session_id] = login
        if kept is None:
            return None
        self._kept.keep(session_id, kept)
        return kept.path

    def keep_form(self, request: Request, path: str, fields: Mapping[str, str]) -> bool:
        """Keep what somebody sent after their session had ended; False where nobody knows whose session it was."""
        session_id = cookies.kept(request, COOKIE)
        login = self._logins.get(session_id)
        if login:
            self._kept.keep(session_id, KeptForm(login, path, fields))
        return login is not None

    def form_waits(self, request: Request) -> bool:
        """Whether a form is kept for this browser."""
        return self._kept.waits(cookies.kept(request, COOKIE))

    def kept_form(self, request: Request, login: str | None) -> Mapping[str, str]:
        """What this visitor had typed before they signed in again, once; empty where there is nothing."""
        kept = self._kept.release(cookies.kept(request, COOKIE), login or "")
        return kept.fields if kept else {}

    def has_ended(self, request: Request) -> bool:
        """Whether somebody was signed in here, and is no more."""
        session_id = cookies.kept(request, COOKIE)
        held = self._signed_in.get(session_id)
        return session_id in self._logins and (held is None or held[1].ended)

    async def forget(self, request: Request) -> None:
        """Let somebody go, here and at the registry."""
        self._logins.pop(cookies.kept(request, COOKIE), None)
        held = self._signed_in.pop(cookies.kept(request, COOKIE), None)
        if held:
            await self.sessions.sign_out(held[1])


class Session:
    """The session of one browser: a value nobody can guess, in a cookie that no script reads.

    It is made when a page first needs it, so that who only reads is given none.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        kept = cookies.kept(request, COOKIE)
        self._kept = bool(SESSION_ID.fullmatch(kept))
        self._id = kept if self._kept else secrets.token_urlsafe(32)
        self._needed = False

    def need(self) -> str:
        """The session's value; from now on it is kept."""
        self._needed = True
        return self._id

    def renew(self) -> str:
        """Another value, which takes the place of the one that was there."""
        self._id, self._kept = secrets.token_urlsafe(32), False
        return self.need()

    def keep(self, response: Response) -> None:
        """Give it to the browser with this answer, if it is needed and not there yet."""
        if self._needed and not self._kept:
            cookies.keep(self._request, response, COOKIE, self._id)
