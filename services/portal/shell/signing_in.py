"""The page at which people sign in (登录) and out: open to everybody, and a page of no group."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.portal.client.errors import ServiceDown
from services.portal.client.forms import FormError
from services.portal.client.sessions import RefusedSession, StartedSession
from services.portal.shell.csrf import form_token, trusted_form
from services.portal.shell.groups import PageGroup, choose_language
from services.portal.shell.issuer import PATH, open_issuer
from services.portal.shell.language import language_of
from services.portal.shell.layout import Layout
from services.portal.shell.session import Session, Visitor, Visitors
from services.portal.shell.words import WORDS
from shared.auth import OPEN
from shared.parameters import only_known_parameters

LABELS = ("login", "password", "code", "new_password")
NEEDS_NEW = "new-password-needed"


def open_sign_in(app: FastAPI, groups: Sequence[PageGroup]) -> None:
    """Serve the page where one signs in, which also says who is signed in and lets them out."""
    router = APIRouter(default_response_class=HTMLResponse)
    said = [OPEN, Depends(choose_language), Depends(only_known_parameters)]

    def welcomed(request: Request, started: StartedSession) -> Response:
        return _welcomed(request, started, groups)

    open_issuer(
        router, lambda request, status, errors: _page(request, Session(request), status, errors=errors), welcomed
    )

    @router.get(PATH, dependencies=said)
    async def sign_in_page(request: Request) -> Response:
        """The form, or who is signed in."""
        return _page(request, Session(request))

    @router.post(PATH, dependencies=said)
    async def sign_in(request: Request) -> Response:
        """Sign in, and go on to the first page that one may open."""
        session = Session(request)
        form = await trusted_form(request, session)
        address = request.client.host if request.client else ""
        try:
            answer = await _visitors(request).sessions.sign_in(form, language_of(request), address)
        except ServiceDown:
            return _page(request, session, 503, form, [FormError(WORDS["down_next"].in_(language_of(request)))])
        if isinstance(answer, StartedSession):
            return welcomed(request, answer)
        return _page(request, session, 422, form, _errors(request, answer), answer)

    @router.post("/sign-out", dependencies=said)
    async def sign_out(request: Request) -> Response:
        """Sign out, here and at the registry."""
        await trusted_form(request, Session(request))
        await _visitors(request).forget(request)
        return RedirectResponse(PATH, 303)

    app.router.routes += router.routes


def _welcomed(request: Request, started: StartedSession, groups: Sequence[PageGroup]) -> Response:
    """On to the first page of who has signed in, or to what they had typed."""
    session = Session(request)
    waiting = _visitors(request).welcome(session, started)
    response = RedirectResponse(waiting or first_page(groups, started.scope), 303)
    session.keep(response)
    return response


def first_page(groups: Sequence[PageGroup], role: Any) -> str:
    """The first page in the navigation that a role may open; the one about themselves where there is none."""
    return next((group.path for group in groups if group.listed and role in group.roles), PATH)


def _visitors(request: Request) -> Visitors:
    visitors: Visitors = request.app.state.visitors
    return visitors


def _errors(request: Request, refused: RefusedSession) -> Sequence[FormError]:
    """What is wrong, at the field that has to be filled in."""
    language = language_of(request)
    labels = {name: WORDS[f"sign_in_{name}"].in_(language) for name in LABELS}
    at = {NEEDS_NEW: "new_password", "code-needed": "code"}.get(refused.missing)
    found = [(each.pointer.removeprefix("/"), each.detail) for each in refused.errors]
    return [
        FormError(text, name, labels[name]) if name in labels else FormError(text)
        for name, text in found or [(at or "", refused.detail or refused.title)]
    ]


def _page(
    request: Request,
    session: Session,
    status: int = 200,
    form: Mapping[str, str] | None = None,
    errors: Sequence[FormError] = (),
    refused: RefusedSession | None = None,
) -> HTMLResponse:
    layout: Layout = request.app.state.layout
    visitor: Visitor | None = _visitors(request).of(request)
    values = {
        "csrf_token": lambda: form_token(session),
        "form_id": uuid4,
        "login": (form or {}).get("login", ""),
        "errors": errors,
        "new": refused is not None and (refused.missing == NEEDS_NEW or any(e.field == "new_password" for e in errors)),
        "otpauth_uri": refused.otpauth_uri if refused else None,
        "signed_in": visitor.login if visitor else None,
        "issuer_name": request.app.state.settings.oidc_name,
        "form_waits": _visitors(request).form_waits(request),
    }
    response = layout.page(request, visitor, "sign_in.html", status, values)
    session.keep(response)
    return response
