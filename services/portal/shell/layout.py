"""The frame of every page: templates, words in the reader's language, navigation, language switch, style."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from services.portal.shell.assets import SCRIPTS, STYLE, TEMPLATES, page_headers
from services.portal.shell.csrf import form_token
from services.portal.shell.groups import PageGroup
from services.portal.shell.language import keep_language, language_of, same_page_in
from services.portal.shell.session import Session, Visitor
from services.portal.shell.words import WORDS
from shared.clock import written_instant
from shared.days import written_day, written_month
from shared.problems import Language, Said

AGREEING = re.compile(r"\{(\w+):([^{}/]*)/([^{}/]*)\}")  # {count:row/rows}, the word that agrees with a number


class Layout:
    """Lays out the pages of all groups."""

    def __init__(self, groups: Sequence[PageGroup]) -> None:
        self._groups = groups
        own = PrefixLoader({group.name: group.templates for group in groups})
        self._templates = Environment(
            loader=ChoiceLoader([FileSystemLoader(TEMPLATES), own]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(
        self,
        request: Request,
        visitor: Visitor | None,
        template: str,
        status: int,
        values: Mapping[str, Any],
        group: PageGroup | None = None,
    ) -> HTMLResponse:
        """One page, of a group or of none, as this visitor reads it; `values` are what its template shows."""
        language = language_of(request)
        style = STYLE + (group.style if group else "")
        open_to_them = [each for each in self._groups if visitor and visitor.role in each.roles]
        home = (group.name, group.under) if group else ()
        scripted = visitor is not None and visitor.login is not None
        frame = {
            "style": Markup(style),  # noqa: S704  # our own files
            "navigation": [each for each in open_to_them if each.listed and not each.under],
            "beside": [each for each in open_to_them if each.under and each.under in home],
            "reachable": {each.name for each in open_to_them},  # groups of pages that a link may lead to
            "opens": lambda path: _leads_to(path, open_to_them),
            "scripts": list(SCRIPTS) if scripted else [],
            "streams": [each.stream for each in open_to_them if each.stream and scripted],
            "current": group,
            "visitor_login": visitor.login if visitor else None,
            "csrf_token": lambda: form_token(Session(request)),
            "in_chinese": same_page_in(request, "zh"),
            "in_english": same_page_in(request, "en"),
        }
        html = self.part(template, language, frame | dict(values), group)
        response = HTMLResponse(html, status, page_headers(style, scripted=scripted))
        keep_language(request, response)
        return response

    def part(self, template: str, language: Language, values: Mapping[str, Any], group: PageGroup | None = None) -> str:
        """A template in one language, without a frame of its own."""
        words = spoken({**WORDS, **(group.words if group else {})}, language)
        return self._templates.get_template(template).render(words | dict(values))


def _leads_to(path: str, groups: Sequence[PageGroup]) -> bool:
    """Whether a path is of a page of one of these groups."""
    way = urlsplit(path).path
    return any(way == each.path or way.startswith(f"{each.path}/") for each in groups)


def spoken(words: Mapping[str, Said], language: Language) -> dict[str, Any]:
    """How a template says things in one language: words by their key, numbers, dates.

    An English word agrees with a number where it is written `{count:row/rows}`: the first for 1, the second otherwise.
    """

    def say(key: str, **values: object) -> str:
        said = words[key].in_(language)
        if "/" in said:
            said = AGREEING.sub(lambda word: word[2] if str(values[word[1]]) == "1" else word[3], said)
        return said.format_map(values)

    def written(write: Callable[[Any, Language], str]) -> Callable[[Any], str]:
        return lambda value: write(value, language)

    return {
        "say": say,
        "language": language,
        "number": lambda value: f"{value:,}",
        "date": written(written_day),
        "month": written(written_month),
        "instant": written(written_instant),
    }
