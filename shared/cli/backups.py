"""`talent backup` and `talent restore` (备份与恢复), which need an operator's settings: they work on databases."""

import os
from pathlib import Path

from rich.console import Console

from shared.backups.installation import back_up, prune, restore
from shared.backups.manifest import read_manifest
from shared.cli.stores import stores_in_reach
from shared.config import settings
from shared.private_files import OWNER_ALONE

NEXT = (
    "下一步 · next: 启动全部服务，核对 · start all services, then: talent verify",
    "备份之后的登记须由合作单位重报 · what was registered since is posted again by its institution "
    "(Idempotency-Key 不变则不会重复 · the same key registers nothing twice)",
)


def make_backup(out: Console, folder: Path, keep: int | None) -> None:
    """Make one, say where and how large, and remove older ones."""
    os.umask(OWNER_ALONE)
    with stores_in_reach():
        made = back_up(settings(), folder)
    for part in read_manifest(made).parts.values():
        out.print(f"{made / part.file}  {part.size:,} B", soft_wrap=True)
    for each in prune(folder, keep) if keep else []:
        out.print(f"已删除 · removed {each}", soft_wrap=True)
    keys = settings().keys_path
    where = f": {keys}" if keys.exists() else ""  # in a container it is given none
    out.print(f"密钥另行保存 · keys are not in it, keep a copy elsewhere{where}", soft_wrap=True)


def put_back(out: Console, folder: Path, *, replace: bool) -> None:
    """Put one back and say what comes next."""
    os.umask(OWNER_ALONE)
    with stores_in_reach():
        manifest = restore(settings(), folder, replace=replace, on_part=lambda name: out.print(f"✓ {name}"))
    out.print(f"已恢复到 · restored to {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC")
    for line in NEXT:
        out.print(line, soft_wrap=True)
    kept = settings().checkpoints_path
    said = (
        "备份之后的审计检查点不再相符，改名另存并附说明 · checkpoints signed since do not fit any more: move them aside"
    )
    if kept.exists():
        out.print(f"{said}: {kept}", soft_wrap=True)
