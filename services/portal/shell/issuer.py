"""Signing in at an issuer (统一身份认证登录): the way there and the way back, open to everybody and of no group."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.client.errors import ServiceDown
from services.portal.client.forms import FormError
from services.portal.client.sessions import RefusedSession, StartedSession
from services.portal.shell import cookies
from services.portal.shell.csrf import refuse_other_sites
from services.portal.shell.language import language_of
from services.portal.shell.session import Visitors
from services.portal.shell.words import WORDS
from shared.auth import OPEN

PATH, BEGIN, RETURN = "/sign-in", "/sign-in/issuer", "/sign-in/return"
COOKIE = "issuer-visit"  # sealed by the registry: this browser went, and nobody else comes back by what it was given

Shown = Callable[[Request, int, list[FormError]], Response]  # the page where one signs in, with what went wrong
Welcomed = Callable[[Request, StartedSession], Response]


def open_issuer(router: APIRouter, shown: Shown, welcomed: Welcomed) -> None:
    """Serve both ways; `shown` and `welcomed` are what the page has where one signs in by a password."""

    @router.get(BEGIN, dependencies=[OPEN])
    async def go_to_issuer(request: Request) -> Response:
        """On to the issuer, from our own page alone: another site signs nobody in unasked."""
        return await _gone(request, shown)

    @router.get(RETURN, dependencies=[OPEN])
    async def back_from_issuer(request: Request) -> Response:
        """Back from the issuer, with what it says (RFC 6749, 4.1.2): what it adds of its own is not read."""
        response = await _back(request, shown, welcomed)
        cookies.drop(request, response, COOKIE)
        return response


async def _gone(request: Request, shown: Shown) -> Response:
    refuse_other_sites(request)
    try:
        visit = await _visitors(request).sessions.visit_issuer(language_of(request))
    except ServiceDown:
        return shown(request, 503, _down(request))
    if isinstance(visit, RefusedSession):
        return shown(request, 503, _said(request, visit))
    response = RedirectResponse(visit.authorization_url, 303)
    cookies.keep(request, response, COOKIE, visit.visit, visit.expires_in)
    return response


async def _back(request: Request, shown: Shown, welcomed: Welcomed) -> Response:
    said, visit = request.query_params, cookies.kept(request, COOKIE)
    if not visit or not said.get("code"):
        text = WORDS["issuer_not_done"].in_(language_of(request))
        return shown(request, 422, [FormError(text.format(name=request.app.state.settings.oidc_name))])
    returned = {"state": "", "visit": visit} | {each: said[each] for each in ("code", "state", "iss") if each in said}
    address = request.client.host if request.client else ""
    try:
        answer = await _visitors(request).sessions.return_from_issuer(returned, language_of(request), address)
    except ServiceDown:
        return shown(request, 503, _down(request))
    if isinstance(answer, StartedSession):
        return welcomed(request, answer)
    return shown(request, 422, _said(request, answer))


def _visitors(request: Request) -> Visitors:
    visitors: Visitors = request.app.state.visitors
    return visitors


def _down(request: Request) -> list[FormError]:
    return [FormError(WORDS["down_next"].in_(language_of(request)))]


def _said(request: Request, refused: RefusedSession) -> list[FormError]:
    """What the registry says, and what to do next."""
    next_to_do = f"{WORDS['colon'].in_(language_of(request))}{refused.detail}"
    return [FormError(refused.title + (next_to_do if refused.detail not in ("", refused.title) else ""))]
