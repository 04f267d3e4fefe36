"""Query parameters: those that a route declares and no others, each once; a slip of the pen is never ignored."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant

from shared.auth import caller_of
from shared.problems import Fault, InvalidBody, Said


def refuse_unfit_parameters(request: Request, known: Mapping[str, bool]) -> None:
    """Refuse with InvalidBody a query parameter that is not known, or a single one given twice."""
    given = [name for name, _ in request.query_params.multi_items()]
    if faults := unfit_parameters(given, known):
        raise InvalidBody(*faults)


async def only_known_parameters(request: Request) -> None:
    """Refuse what the route of a page does not declare; the routes of `shared.bodies` look for themselves."""
    # An included router leaves its own dependencies to the context of the route, where there is one.
    route = request.scope.get("fastapi", {}).get("effective_route_context") or request.scope["route"]
    refuse_unfit_parameters(request, declared_parameters(route.dependant))


def asks_who(dependant: Dependant) -> bool:
    """Whether a route answers only who says who it is."""
    return any(each.call is caller_of for each in all_of(dependant))


def declared_parameters(dependant: Dependant) -> dict[str, bool]:
    """The query parameters that a route and its dependencies declare, and whether each may be given several times."""
    return {
        field.alias: _is_list(field.field_info.annotation) for each in all_of(dependant) for field in each.query_params
    }


def unfit_parameters(given: list[str], known: Mapping[str, bool]) -> list[Fault]:
    """What is wrong with the names given: unknown ones with the nearest that is known, single ones given again."""
    faults = [_unknown(name, known) for name in dict.fromkeys(given) if name not in known]
    again = [name for name in dict.fromkeys(given) if known.get(name) is False and given.count(name) > 1]
    said = Said("该查询参数只能给出一次", "is given more than once")
    return faults + [Fault(f"/{name}", "parameter_repeated", said) for name in again]


def _unknown(name: str, known: Mapping[str, bool]) -> Fault:
    near = get_close_matches(name.lower(), known, n=1)
    listed = ", ".join(sorted(known))
    if near:
        said = Said(f"没有这个查询参数，是否为 {near[0]}？", f"is no parameter of this address; is {near[0]} meant?")
    elif known:
        said = Said(f"没有这个查询参数，可用：{listed}", f"is no parameter of this address; it knows {listed}")
    else:
        said = Said("此地址没有查询参数", "is no parameter of this address; it knows none")
    return Fault(f"/{name}" if _is_name(name) else "", "parameter_unknown", said)


def _is_name(text: str) -> bool:
    return len(text) <= 40 and text.isascii() and text.isidentifier() and sum(map(str.isdigit, text)) < 5


def all_of(dependant: Dependant) -> Iterator[Dependant]:
    """A dependant with all that it depends on, and they in turn."""
    yield dependant
    for each in dependant.dependencies:
        yield from all_of(each)


def _is_list(annotation: Any) -> bool:
    return any(get_origin(part) is list for part in (annotation, *get_args(annotation)))
