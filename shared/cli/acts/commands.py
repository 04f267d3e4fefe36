"""Each act of the table as a command: its arguments and options, the request, and what is shown of the answer."""

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import httpx
import typer
from rich.console import Console

from shared.cli.acts.shapes import ANY, NOTIFY, QUOTA, REGISTRY, Act
from shared.cli.acts.table import NOUNS
from shared.cli.client import ApiClient, Refused, body_of
from shared.cli.showing import plain_table

PLACE = re.compile(r"\{(\w+)\}")
COLUMNS = 6  # of a list; --json has all
WHOLE = {"id", "code", "client_id"}  # what is copied into the next command
PAGE = 200


class Which(StrEnum):
    """One of the services."""

    registry = REGISTRY
    quota = QUOTA
    notify = NOTIFY


TYPES: dict[str, Any] = {"": str, "json": str, "int": int, "bool": bool, "flag": bool, "list": list[str]}
LEFT_OUT: dict[str, Any] = {"flag": False, "list": []}  # what an option that is not given means


class Field(NamedTuple):
    """One thing that an act is given."""

    name: str
    kind: str
    needed: bool
    in_query: bool

    def option(self) -> inspect.Parameter:
        """It as an option of a command."""
        word = f"--{self.name.replace('_', '-')}"
        kind, default = TYPES[self.kind], LEFT_OUT.get(self.kind, inspect.Parameter.empty)
        if not self.needed and self.kind not in LEFT_OUT:
            kind, default = kind | None, None
        said = typer.Option(f"{word}/--no-{word[2:]}" if self.kind == "bool" else word, show_default=False)
        return _parameter(self.name, Annotated[kind, said], default)

    def value(self, given: Any) -> Any:
        """What is sent for it. Raises Refused for a text that is no JSON, or a file that is not there."""
        if isinstance(given, str) and given.startswith("@"):
            try:
                given = Path(given[1:]).read_text(encoding="utf-8")
            except OSError as error:
                raise Refused(f"--{self.name}: {error.strerror} {given[1:]}") from None
        if self.kind != "json":
            return given
        try:
            return json.loads(given)
        except ValueError:
            raise Refused(f"--{self.name}: 不是JSON · no JSON") from None


def fields_of(act: Act) -> Iterator[Field]:
    """What an act is given, besides the parts of its path."""
    for text in act.verb.fields.split():
        name, _, kind = text.partition(":")
        bare = name.strip("?!")
        yield Field(bare, kind, name.endswith("!"), name.startswith("?") or act.method == "GET")


def add_acts(app: typer.Typer, out: Console) -> None:
    """Give the command line a noun for each kind of object and a verb for each act."""
    for noun in NOUNS:
        group = typer.Typer(help=f"{noun.said.zh} · {noun.said.en}", no_args_is_help=True)
        for verb in noun.verbs:
            group.command(name=verb.name, help=f"{verb.said.zh} · {verb.said.en}")(_command(Act(noun, verb), out))
        app.add_typer(group, name=noun.name)


def _command(act: Act, out: Console) -> Callable[..., None]:
    """A function whose parameters are what the act needs; typer reads them as those of any other."""
    places = [_parameter(name, Annotated[str, typer.Argument()]) for name in PLACE.findall(act.path)]
    if act.noun.service == ANY:
        places.insert(0, _parameter("service", Annotated[Which, typer.Argument()]))
    version = Annotated[int, typer.Option("--version", help="所见的版本 · the version that was seen")]
    more = [_parameter("version", version)] if act.of_a_version else []
    shown = Annotated[bool, typer.Option("--json", help="供程序使用 · for machines")]
    speaker = Annotated[str | None, typer.Option("--as", help="a name in demo-credentials.json", show_default=False)]
    fields = list(fields_of(act))
    options = [each.option() for each in fields]
    last = [_parameter("json_", shown, False), _parameter("as_", speaker, None)]

    def run(**given: Any) -> None:
        client = ApiClient.chosen(given.pop("as_") or act.noun.by)
        service = str(given.pop("service").value) if act.noun.service == ANY else act.noun.service
        with client.client(service) as api:
            awaiting, body = _done(api, act, fields, given)
        if given["json_"]:
            out.print_json(data=body)
        else:
            _show(out, body)
            if act.method != "GET":
                out.print("待第二人确认 · awaits a second officer" if awaiting else "完成 · done")

    signature = inspect.Signature([*places, *more, *options, *last])
    run.__signature__ = signature  # type: ignore[attr-defined]  # where `inspect`, and so typer, looks first
    run.__annotations__ = {name: each.annotation for name, each in signature.parameters.items()}
    return run


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _done(api: httpx.Client, act: Act, fields: Iterable[Field], given: dict[str, Any]) -> tuple[bool, Any]:
    """Whether it waits for a second officer, and the body of the answer; of a list all pages."""
    path = PLACE.sub(lambda part: str(given[part[1]]), act.path)
    sent = {each: each.value(given[each.name]) for each in fields if _is_given(each, given[each.name])}
    query = {each.name: value for each, value in sent.items() if each.in_query}
    if act.method == "GET":
        return False, _every(api, path, query)
    body = {each.name: value for each, value in sent.items() if not each.in_query}
    headers = {"If-Match": f'"{given["version"]}"'} if act.of_a_version else {}
    answer = api.request(act.method, path, params=query, json=body or None, headers=headers)
    found = body_of(answer) if answer.content or not answer.is_success else {}
    return answer.status_code == httpx.codes.ACCEPTED, found


def _is_given(field: Field, value: Any) -> bool:
    return field.needed or (value is not None and value != [] and not (field.kind == "flag" and not value))


def _every(api: httpx.Client, path: str, query: dict[str, Any]) -> Any:
    """One object, or the items of all pages of a list."""
    items: list[Any] = []
    page = body_of(api.get(path, params=query))
    while "items" in page:
        items += page["items"]
        if not page.get("next"):
            return {"items": items}
        page = body_of(api.get(path, params=query | {"limit": PAGE, "cursor": page["next"]}))
    return page


def _show(out: Console, body: dict[str, Any]) -> None:
    """A list as a table, of which --json has all columns; anything else line by line."""
    if "items" in body:
        items = body["items"]
        columns = [name for name in (items[0] if items else {}) if _is_plain(items, name)][:COLUMNS]
        table = plain_table(f"{len(items)}", *columns)
        for name, column in zip(columns, table.columns, strict=True):
            column.no_wrap = name in WHOLE
            column.overflow = "fold"
        for item in items:
            table.add_row(*(_text(item[name]) for name in columns))
        out.print(table)
        return
    for name, value in body.items():
        out.print(f"{name}  {_text(value)}", markup=False, soft_wrap=True)


def _is_plain(items: list[dict[str, Any]], name: str) -> bool:
    return not any(isinstance(item[name], dict | list) for item in items)


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)
