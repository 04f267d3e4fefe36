"""The first page over HTTP."""

import asyncio
from collections.abc import Awaitable
from datetime import date
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Cookie, Query, Request
from fastapi.responses import HTMLResponse

from services.portal.overview import pages
from services.portal.overview.schemas import Alert, Policy, Programme, Progress, ReportingUnit
from services.portal.overview.views import Heard, overview
from services.portal.sources import Sources, Unavailable
from shared import clock
from shared.problems import Language

router = APIRouter(default_response_class=HTMLResponse)

A_YEAR = 365 * 24 * 3600  # seconds
MOST_ALERTS = 200

T = TypeVar("T")
Asked = Annotated[str | None, Query(max_length=20)]


@router.head("/", include_in_schema=False)
@router.get("/", response_class=HTMLResponse)
async def first_page(
    request: Request,
    as_of: Asked = None,
    lang: Asked = None,
    language_kept: Annotated[str | None, Cookie(alias="lang")] = None,
) -> HTMLResponse:
    """Every programme with its figures, the latest milestones and the alerts (首页)."""
    language = language_of(lang or language_kept)
    today = clock.today()
    chosen, mistake = day_of(as_of, today)
    heard = await _ask(request.app.state.sources, language, chosen)
    view = overview(heard, chosen or today)
    nothing = heard.progress is None and heard.programmes is None and heard.alerts is None
    status = 503 if nothing else 422 if mistake else 200
    answer = HTMLResponse(pages.first_page(view, language, chosen, today, mistake), status)
    if lang:
        answer.set_cookie("lang", language, max_age=A_YEAR, httponly=True, samesite="lax")
    return answer


def language_of(asked: str | None) -> Language:
    """zh unless English is asked for."""
    return "en" if asked == "en" else "zh"


def day_of(asked: str | None, today: date) -> tuple[date | None, Literal["bad_day", "future_day"] | None]:
    """The day asked for, None for today; and what is wrong with it."""
    if not asked:
        return None, None
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None, "bad_day"
    return (None, "future_day") if day > today else (day, None)


async def _ask(sources: Sources, language: Language, as_of: date | None) -> Heard:
    """Ask all services at once; what one does not answer does not hinder the others."""
    day = as_of.isoformat() if as_of else None
    progress, programmes, units, alerts, policy = await asyncio.gather(
        _or_none(sources.all("quota", "/v1/progress", Progress, language, as_of=day, by="unit")),
        _or_none(sources.all("registry", "/v1/programmes", Programme, language)),
        _or_none(sources.all("registry", "/v1/reporting-units", ReportingUnit, language, on=day)),
        _or_none(sources.few("notify", "/v1/alerts", Alert, language, MOST_ALERTS)),
        _or_none(sources.one("notify", "/v1/policy", Policy, language)),
    )
    return Heard(progress, programmes, units, alerts, policy.document if policy else None)


async def _or_none(answer: Awaitable[T]) -> T | None:
    try:
        return await answer
    except Unavailable:
        return None
