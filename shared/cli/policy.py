"""Putting a policy pack into force: read and checked here, tried in all three services, and only then applied."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from shared.cli.client import ApiClient, body_of
from shared.policy import read_pack

SERVICES = ("registry", "quota", "notify")

Change = tuple[str, dict[str, Any]]  # the service, and what it says of the change


def apply_policy(client: ApiClient, file: Path, *, dry_run: bool) -> tuple[str, list[Change]]:
    """Apply a pack: its document number and what changed. Raises BrokenPack or Refused before anything is changed."""
    pack = read_pack(file).model_dump(mode="json")
    changes = _ask(client, pack, dry_run=True)
    if changes and not dry_run:
        _ask(client, pack, dry_run=False)
    return pack["document"]["number"], changes


def _ask(client: ApiClient, pack: dict[str, Any], *, dry_run: bool) -> list[Change]:
    changes: list[Change] = []
    for service in SERVICES:
        with client.client(service) as api:
            answer = api.put("/v1/policy", json=pack, params={"dry_run": dry_run})
            changes += [(service, each) for each in body_of(answer)["changes"]]
    return changes


def show_changes(out: Console, number: str, changes: list[Change], *, dry_run: bool) -> None:
    """Every change in a table."""
    if not changes:
        out.print(f"{number}: 没有变化 · nothing changes")
        return
    table = Table(title=f"{number} {'(试运行 · dry run)' if dry_run else ''}", box=None, header_style="bold")
    for column in ("service", "action", "what"):
        table.add_column(column)
    for service, each in changes:
        rest = {name: value for name, value in each.items() if name != "action" and value is not None}
        table.add_row(service, str(each["action"]), "  ".join(str(value) for value in rest.values()))
    out.print(table)
