"""Uploading a file of registrations from the terminal, and watching it get on."""

import time
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from shared.cli.client import ApiClient, Refused, body_of
from shared.cli.showing import limited, loading, plain_table

LOOK_EVERY = 0.5  # seconds
MOVING = ("queued", "reading", "committing", "approving", "undoing")
STATES = {
    "queued": "排队 · queued",
    "reading": "读取 · reading",
    "committing": "登记 · entering",
    "approving": "确认 · confirming",
    "undoing": "撤回 · undoing",
}
UPLOAD_WITHIN = 600.0  # seconds: a file of 64 MB by a slow line


def upload_file(client: ApiClient, file: Path, query: dict[str, str]) -> dict[str, Any]:
    """Upload a file; the import as it then stands. Raises Refused with the service's own sentences."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Refused(f"{file}: 无法读取 · cannot be read ({error.strerror})") from None
    with client.client("registry") as registry:
        answer = registry.post("/v1/imports", params=query, files={"file": (file.name, content)}, timeout=UPLOAD_WITHIN)
    found: dict[str, Any] = body_of(answer)
    return found


def commit(client: ApiClient, import_id: str) -> dict[str, Any]:
    """Have a previewed import entered."""
    with client.client("registry") as registry:
        found: dict[str, Any] = body_of(registry.post(f"/v1/imports/{import_id}/commit"))
    return found


def watch(client: ApiClient, out: Console, shown: dict[str, Any]) -> dict[str, Any]:
    """Show a bar until no worker has anything left to do with an import; the import as it then stands."""
    with loading(out) as bar, client.client("registry") as registry:
        task = bar.add_task(STATES["queued"], total=None)
        while shown["state"] in MOVING:
            rows = shown["rows"]
            bar.update(task, description=STATES[shown["state"]], total=rows["total"], completed=rows["read"])
            time.sleep(LOOK_EVERY)
            shown = _looked_at(registry, shown)
        bar.update(task, total=shown["rows"]["total"], completed=shown["rows"]["read"])
    return shown


def _looked_at(registry: httpx.Client, shown: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = body_of(registry.get(f"/v1/imports/{shown['id']}"))
    return found


def show_import(out: Console, shown: dict[str, Any]) -> None:
    """What came of an import: rows, what it does to quotas, and what is wrong with which cells."""
    rows = shown["rows"]
    tried = "试运行，未登记 · dry run, nothing entered: " if shown["state"] == "previewed" else ""
    done = "办理" if shown["kind"] == "transitions" else "登记"
    out.print(
        f"{tried}{done} {rows['accepted']:,} new, 未变 {rows['unchanged']:,} already there, "
        f"重复 {rows['duplicate']:,} duplicate, 有误 {rows['rejected']:,} rejected"
    )
    if rows["awaiting"]:
        out.print(f"待第二人 {rows['awaiting']:,} wait for a second officer")
    for effect in shown["effects"] or ():
        added = effect["value_after"] - effect["value_before"]
        place = " ".join(each for each in (effect["programme"], effect["unit"]) if each)
        shares = f", {effect['percent_before']} % → {effect['percent_after']} %" if effect["percent_before"] else ""
        reached = ", ".join(f"{each} %" for each in effect["milestones"])
        milestones = f"节点 · milestones {reached}" if reached else "无节点 · no milestone"
        out.print(f"  {added:+,} {place}{shares}; {milestones}")
    if shown["problems"]:
        table = plain_table("问题 · Problems", "*行 row", "列 column", "说明 what")
        for each in shown["problems"][:20]:
            table.add_row(str(each["row"]), each["column"] or "", each["detail"])
        out.print(limited(table, len(shown["problems"])))
    for note in shown["notes"]:
        out.print(note, markup=False)
    if shown["failure"]:
        out.print(f"[red]{shown['failure']['detail']}[/]")


def is_clean(shown: dict[str, Any]) -> bool:
    """Whether it is over, or tried, and no row was rejected."""
    return shown["state"] in ("previewed", "committed") and not shown["rows"]["rejected"]
