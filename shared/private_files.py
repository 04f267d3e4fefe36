"""Files that are for their owner alone: databases, the bus, letters, checkpoints hold what others need not see."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

MEMORY = Path("/dev/shm")  # noqa: S108  # for values in clear, which are not left on a disk
OWNER_ALONE = 0o077  # what is taken from the mode of every new file and folder


def keep_private(folder: Path) -> None:
    """Make a data folder that its owner alone may enter, and let whatever this process makes be its owner's alone.

    Files that were there before are closed to others too; what belongs to somebody else stays as it is.
    """
    os.umask(OWNER_ALONE)
    folder.mkdir(parents=True, exist_ok=True)
    for path in (folder, *folder.iterdir()):
        with suppress(PermissionError, FileNotFoundError):  # another process removes what it is done with
            path.chmod(path.stat().st_mode & ~OWNER_ALONE)


def memory_folder() -> str | None:
    """Where files for a moment lie in memory and on no disk; None where a machine has no such place."""
    return str(MEMORY) if MEMORY.is_dir() else None


def write_private(path: Path, content: dict[str, Any]) -> None:
    """Write a file whole or not at all, for its owner alone; one that is there keeps its owner, whoever writes it.

    Raises OSError, as where the disk is full, or the owner may not be kept.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(content, file)
            file.flush()
            if path.exists() and (held := path.stat()).st_uid != os.geteuid():
                os.fchown(file.fileno(), held.st_uid, held.st_gid)
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
