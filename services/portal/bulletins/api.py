"""Published bulletins over HTTP: the list is made here, the bulletins are passed on as quota makes them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Cookie, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from services.portal.bulletins.schemas import Bulletin
from services.portal.overview import pages
from services.portal.overview.api import A_YEAR, Asked, language_of
from services.portal.sources import Sources, Unavailable

router = APIRouter(default_response_class=HTMLResponse)

Kept = Annotated[str | None, Cookie(alias="lang")]


class Form(StrEnum):
    """What can be opened or taken away."""

    HTML = "html"
    XLSX = "xlsx"
    TXT = "txt"


@router.get("/bulletins", response_class=HTMLResponse)
async def list_bulletins(request: Request, lang: Asked = None, language_kept: Kept = None) -> HTMLResponse:
    """Every published bulletin (历期通报), the newest first."""
    language = language_of(lang or language_kept)
    sources: Sources = request.app.state.sources
    try:
        found = await sources.all("quota", "/v1/bulletins", Bulletin, language, limit=200)
    except Unavailable:
        found = None
    answer = HTMLResponse(pages.bulletin_list(found, language), 503 if found is None else 200)
    if lang:
        answer.set_cookie("lang", language, max_age=A_YEAR, httponly=True, samesite="lax")
    return answer


@router.get("/bulletins/{bulletin_id}.{form}", response_class=Response)
async def open_bulletin(
    request: Request, bulletin_id: UUID, form: Form, lang: Asked = None, language_kept: Kept = None
) -> Response:
    """One bulletin: the page to print, the workbook or the chat text, byte by byte as quota made it."""
    sources: Sources = request.app.state.sources
    try:
        made = await sources.file("quota", f"/v1/bulletins/{bulletin_id}.{form}", language_of(lang or language_kept))
    except Unavailable:
        raise HTTPException(503) from None
    if made is None:
        raise HTTPException(404)
    return Response(made.body, headers=made.headers)
