"""The same bad input at every address of a service, as its OpenAPI document lists them."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from fastapi import FastAPI

from shared.cursors import ListCursors

Ask = Callable[[Any, str, str], Any]  # as whom, method, address

ENDLESS = "/v1/stream"


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, address (of things that are not there) and description of every operation."""
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), re.sub(r"\{\w+\}", str(UUID(int=7)), path), operation


def codes(answer: Any) -> list[tuple[str, str]]:
    """Where each fault of a problem lies, and its code."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return [(each["pointer"], each["code"]) for each in answer.json().get("errors", [])]


def refuses_foreign_cursors(app: FastAPI, ask: Ask, callers: Sequence[Any]) -> list[str]:
    """Every list refuses what no page of it gave; whoever may not read a list is refused as before. The lists."""
    lists = []
    for method, path, operation in operations(app):
        if "cursor" not in {each["name"] for each in operation.get("parameters", ())}:
            continue
        lists.append(path)
        listed = f"{path}?"
        elsewhere = [
            ListCursors(app.state.context.vault, "/v1/elsewhere?"),
            ListCursors(app.state.context.vault, f"{listed}state=open"),
        ]
        for cursor in ("x", "WzFd", "W3RydWVd", *(each.write([str(UUID(int=1))]) for each in elsewhere)):
            answers = [ask(caller, method, f"{path}?cursor={cursor}") for caller in callers]
            readers = [answer for answer in answers if answer.status_code != 403]
            assert readers, path
            for answer in readers:
                assert (path, answer.status_code, codes(answer)) == (path, 422, [("/cursor", "cursor_unknown")])
    return lists


def pages_every_list(app: FastAPI) -> None:
    """Whatever answers with items and the cursor of the next page is asked for by limit and cursor."""
    schemas = app.openapi()["components"]["schemas"]
    for method, path, operation in operations(app):
        content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if method == "GET" and {"items", "next"} <= set(schemas.get(name, {}).get("properties", ())):
            known = {each["name"] for each in operation.get("parameters", ())}
            assert {"limit", "cursor"} <= known, path


def refuses_unknown_parameters(app: FastAPI, ask: Ask, caller: Any) -> None:
    """Every operation refuses a parameter that it does not know, and names what is meant where that is near."""
    for method, path, operation in operations(app):
        known = sorted(each["name"] for each in operation.get("parameters", ()) if each["in"] == "query")
        for slip, meant in [("zzz", None), *((f"{name}e", name) for name in known)]:
            answer = ask(caller, method, f"{path}?{slip}=2019-12-31")
            assert (method, path, answer.status_code, codes(answer)) == (
                method,
                path,
                422,
                [(f"/{slip}", "parameter_unknown")],
            )
            assert meant is None or meant in answer.json()["errors"][0]["detail"]


def refuses_filters_that_name_nothing(app: FastAPI, ask: Ask, callers: Sequence[Any], free: set[str]) -> set[str]:
    """Every parameter of every list names something there is, or is refused; but for texts to look for. Their names."""
    tried = set()
    for method, path, operation in operations(app):
        given = {each["name"]: each for each in operation.get("parameters", ()) if each["in"] == "query"}
        if method != "GET" or str(UUID(int=7)) in path:
            continue
        needed = {
            name: each["schema"].get("enum", ["2019-01-01"])[0] for name, each in given.items() if each["required"]
        }
        for name in given.keys() - free:
            query = "&".join(f"{each}={value}" for each, value in (needed | {name: "nope"}).items())
            answers = [ask(caller, method, f"{path}?{query}") for caller in callers]
            readers = [answer for answer in answers if answer.status_code != 403]
            assert readers, path
            for answer in readers:
                assert (path, name, answer.status_code) == (path, name, 422)
                assert f"/{name}" in {pointer for pointer, _ in codes(answer)}
            tried.add(name)
    return tried


def lists_every_method(app: FastAPI, ask: Ask, caller: Any) -> None:
    """A 405 names what the path does serve, and HEAD is answered as GET is, without a body."""
    served: dict[str, set[str]] = {}
    for method, path, _ in operations(app):
        served.setdefault(path, set()).add(method)
    for path, methods in served.items():
        refused = ask(caller, "TRACE", path)
        assert refused.status_code == 405
        found = set(refused.headers["allow"].split(", "))
        assert methods | ({"HEAD"} if "GET" in methods else set()) == found, path
        for other in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - found:
            answer = ask(caller, other, path)
            assert (other, path, answer.status_code) == (other, path, 405)
            assert answer.headers["allow"] == refused.headers["allow"]
        assert ("HEAD" in found) == ("GET" in found)
        if "GET" in methods and path != ENDLESS:
            whole, head = (ask(caller, each, path) for each in ("GET", "HEAD"))
            assert (path, head.status_code, head.content) == (path, whole.status_code, b"")
            assert head.headers["content-type"] == whole.headers["content-type"]
