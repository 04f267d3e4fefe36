"""Putting a policy pack into force: read and checked here, tried in all three services, and only then applied."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from rich.console import Console
from rich.table import Table

from shared.cli.client import ApiClient, body_of
from shared.policy import read_pack

SERVICES = ("registry", "quota", "notify")

Change = tuple[str, dict[str, Any]]  # the service, and what it says of the change


class PolicyOutcome(NamedTuple):
    """A pack's document number, what changed or would, and whether another officer has to apply the same (双人复核)."""

    number: str
    changes: list[Change]
    awaiting: bool = False


def apply_policy(client: ApiClient, file: Path, *, dry_run: bool, second: ApiClient | None = None) -> PolicyOutcome:
    """Apply a pack. Raises BrokenPack or Refused before anything is changed.

    What changes rules that are in force takes two officers: the first one's call says what it would change and is
    kept, and the same by another one completes it; `second` is one at hand. Notify takes its part when the others have.
    """
    pack = read_pack(file).model_dump(mode="json")
    tried, _ = _put(client, pack, SERVICES, dry_run=True)
    if dry_run:
        return PolicyOutcome(pack["document"]["number"], tried)
    awaiting = _completed(client, pack)
    if awaiting and second is not None:
        awaiting = _completed(second, pack)
    return PolicyOutcome(pack["document"]["number"], tried, awaiting)


def _completed(client: ApiClient, pack: dict[str, Any]) -> bool:
    """Put the pack everywhere; whether it awaits a second officer anywhere."""
    _, awaiting = _put(client, pack, SERVICES[:2], dry_run=False)
    if not awaiting:
        _put(client, pack, SERVICES[2:], dry_run=False)
    return awaiting


def _put(
    client: ApiClient, pack: dict[str, Any], services: Sequence[str], *, dry_run: bool
) -> tuple[list[Change], bool]:
    changes: list[Change] = []
    awaiting = False
    for service in services:
        with client.client(service) as api:
            answer = api.put("/v1/policy", json=pack, params={"dry_run": dry_run})
            body = body_of(answer)
        changes += [(service, each) for each in body["changes"]]
        changes += [(service, _line(each)) for each in body.get("difference", ()) if each["field"]]
        awaiting = awaiting or answer.status_code == httpx.codes.ACCEPTED
    return changes, awaiting


def _line(difference: dict[str, Any]) -> dict[str, Any]:
    """A field that differs, as a line of the table."""
    place = f"{difference['code']}.{difference['field']}" if difference["code"] else difference["field"]
    said = f"{place}: {difference['before']} → {difference['after']}"
    return {"action": "changed", "part": difference["part"], "said": said}


def show_changes(out: Console, outcome: PolicyOutcome, *, dry_run: bool) -> None:
    """Every change in a table, and whether another officer has to apply the same."""
    number, changes, awaiting = outcome
    if awaiting:
        out.print(
            f"[yellow]{number}: 待第二人办理同一政策包，尚未生效 · "
            "another officer has to apply the same pack; nothing is in force yet[/]"
        )
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
