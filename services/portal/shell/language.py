"""The reader's language: chosen by `?lang=en`, kept by the browser, Chinese otherwise."""

from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response

from services.portal.shell import cookies
from shared.problems import Language

COOKIE = "lang"
A_YEAR = 365 * 24 * 3600  # seconds


def language_of(request: Request) -> Language:
    """zh unless English is chosen."""
    chosen = request.query_params.get(COOKIE) or cookies.kept(request, COOKIE)
    return "en" if chosen == "en" else "zh"


def keep_language(request: Request, response: Response) -> None:
    """Let the browser keep a language that was chosen with this request."""
    if request.query_params.get(COOKIE):
        cookies.keep(request, response, COOKIE, language_of(request), A_YEAR)


def same_page_in(request: Request, language: Language) -> str:
    """The query that shows this page in a language, the rest of it left as it is.

    Without the path, because one that begins with two slashes would lead to another site.
    """
    others = [(name, value) for name, value in parse_qsl(request.url.query) if name != COOKIE]
    return "?" + urlencode([*others, (COOKIE, language)])
