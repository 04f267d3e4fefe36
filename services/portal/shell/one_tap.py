"""The page of a link that signs for an alert (一键签收): open to whoever has the link, and a page of no group.

Opening it signs for nothing, since filters and previews open every link of a mail; its one button does. An address that
is no token leads to nothing and is asked of nobody.
"""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, FastAPI, Path, Request
from fastapi.responses import HTMLResponse

from services.portal.client.errors import ServiceDown
from services.portal.client.schemas import ProblemAnswer
from services.portal.client.sign_links import SignLinkAnswer, SignLinks
from services.portal.shell.csrf import form_token, trusted_form
from services.portal.shell.groups import choose_language
from services.portal.shell.language import language_of
from services.portal.shell.layout import Layout
from services.portal.shell.session import Session, Visitor, Visitors
from shared.auth import OPEN
from shared.parameters import only_known_parameters

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$", max_length=600)]


def open_one_tap(app: FastAPI) -> None:
    """Serve the page on which one tap signs for an alert."""
    router = APIRouter(default_response_class=HTMLResponse)
    said = [OPEN, Depends(choose_language), Depends(only_known_parameters)]

    @router.get("/sign/{token}", dependencies=said)
    async def look(request: Request, token: Token) -> HTMLResponse:
        """What the link signs for, with one button."""
        try:
            return _page(request, await _links(request).look(token), signed=False)
        except ServiceDown:
            return _page(request, None, signed=False)

    @router.post("/sign/{token}", dependencies=said)
    async def sign(request: Request, token: Token) -> HTMLResponse:
        """Sign for it (签收)."""
        await trusted_form(request, Session(request))
        try:
            return _page(request, await _links(request).sign(token), signed=True)
        except ServiceDown:
            return _page(request, None, signed=True)

    app.router.routes += router.routes


def _links(request: Request) -> SignLinks:
    state = request.app.state
    return SignLinks(state.settings, state.web, language_of(request))


def _page(request: Request, found: SignLinkAnswer | ProblemAnswer | None, *, signed: bool) -> HTMLResponse:
    layout: Layout = request.app.state.layout
    visitors: Visitors = request.app.state.visitors
    visitor: Visitor | None = visitors.of(request)
    session = Session(request)
    link = found if isinstance(found, SignLinkAnswer) else None
    refused = found if isinstance(found, ProblemAnswer) else None
    status = 503 if found is None else refused.status if refused else 200
    values = {
        "csrf_token": lambda: form_token(session),
        "form_id": uuid4,
        "link": link,
        "refused": refused.detail or refused.title if refused else None,
        "signed": signed and link is not None,
        "path": request.url.path,
    }
    response = layout.page(request, visitor, "one_tap.html", status, values)
    session.keep(response)
    return response
