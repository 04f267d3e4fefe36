"""Checking the audit trails (审计核验) from outside: each chain, and the registry's checkpoints kept elsewhere."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
from rich.console import Console

from shared.checkpoints import true_points
from shared.cli.client import ApiClient, Refused, body_of
from shared.contracts.audit import AuditEntry, Flaw, flaws
from shared.problems import Said

AT_ONCE = 1_000  # entries read by one request
TRAILS = {"registry": "登记", "quota": "目标", "notify": "提醒"}  # whose there are, the one with checkpoints first
FOUND = {
    "altered": Said("内容与哈希不符（被改动或调换）", "does not fit its hash (altered, or another's place)"),
    "missing": Said("缺失", "is missing"),
    "cut": Said("起被截断：检查点之后的记录不见了", "and what follows was cut off: a checkpoint saw more"),
    "not_as_signed": Said("与签名检查点不符（整链被重做）", "is not what was signed (the trail was made anew)"),
    "forged": Said("检查点的签名无效", "checkpoint: the signature is not the registry's"),
}


def check_trails(client: ApiClient, out: Console, checkpoints: Path) -> bool:
    """Read the trail of each service, tell what is wrong with it, and whether nothing is with any."""
    with client.client("registry") as registry:
        points, forged = _points(checkpoints, body_of(registry.get("/.well-known/jwks.json")))
    in_order = [_check(client, out, name, *((points, forged) if name == "registry" else ([], []))) for name in TRAILS]
    return all(in_order)


def _check(
    client: ApiClient, out: Console, service: str, points: Sequence[tuple[int, str]], forged: Sequence[Flaw]
) -> bool:
    seen = 0

    def counted(entries: Iterator[AuditEntry]) -> Iterator[AuditEntry]:
        nonlocal seen
        for entry in entries:
            seen = entry.sequence
            yield entry

    with client.client(service) as web:
        found = [*forged, *flaws(counted(_entries(web)), points)]
    whose = f"{TRAILS[service]} {service}"
    for flaw in found:
        said = FOUND[flaw.kind]
        at = f"第 {flaw.sequence} 条 · entry {flaw.sequence}"
        out.print(f"[red]{whose}: {at}[/]  {said.zh} · {said.en}", soft_wrap=True)
    if not found:
        kept = f", {len(points)} 个检查点 · checkpoints" if points else ", 没有检查点 · no checkpoints"
        out.print(f"{whose}: [green]完好 · in order[/]  至第 {seen} 条 · up to entry {seen}{kept}", soft_wrap=True)
    return not found


def _entries(web: httpx.Client) -> Iterator[AuditEntry]:
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": str(AT_ONCE)} | ({"cursor": cursor} if cursor else {})
        page = body_of(web.get("/v1/audit", params=query))
        yield from map(AuditEntry.model_validate, page["items"])
        cursor = page["next"]


def _points(file: Path, keys: dict[str, object]) -> tuple[list[tuple[int, str]], list[Flaw]]:
    """The checkpoints in a file whose signatures hold, and those whose do not."""
    if not file.exists():
        raise Refused(f"没有检查点文件，无法发现截断 · no file of checkpoints, so a cut would not show: {file}")
    return true_points(file.read_text().splitlines(), keys)
