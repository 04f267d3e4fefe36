"""Groups of pages: what one is, and which there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from jinja2 import BaseLoader

from services.portal.shell.session import VisitorRole
from shared.fields import Word
from shared.problems import Said


def choose_language(
    lang: Annotated[Word | None, Query(description="zh or en, for this page and those after it")] = None,
) -> None:
    """Every page has it (see `language_of`), and so knows this parameter."""


def _router() -> APIRouter:
    return APIRouter(default_response_class=HTMLResponse, dependencies=[Depends(choose_language)])


@dataclass(frozen=True)
class PageGroup:
    """Pages on one matter: who may open them, where they stand in the navigation, their words, templates and style."""

    name: str
    title: Said
    path: str  # of the page that the navigation leads to
    place: int  # in the navigation, the smallest first
    roles: Collection[VisitorRole]
    words: Mapping[str, Said]
    templates: BaseLoader
    style: str = ""
    keeps: Collection[str] = ()  # routes of forms that are kept where the session has ended, shown at the same address
    listed: bool = True  # in the navigation; what is reached from other pages alone is not
    under: str = ""  # the group whose pages lead to these, which stand in no navigation but its own
    needs: str = ""  # the setting without which there are no such pages
    stream: str = ""  # of what every page shows as it happens, to whoever may open this group's pages
    router: APIRouter = field(default_factory=_router)


def find_groups(package: ModuleType) -> Sequence[PageGroup]:
    """The `group` of every file of a package, and of the `api` of every folder in it, in the navigation's order."""
    names = [f"{module.name}.api" if module.ispkg else module.name for module in iter_modules(package.__path__)]
    groups: list[PageGroup] = [import_module(f"{package.__name__}.{name}").group for name in names]
    return sorted(groups, key=lambda group: group.place)
