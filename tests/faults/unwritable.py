"""Files that nobody can write to for a while; root minds no mode bits, but does mind the immutable flag."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HOW = "run the tests as root on a file system that knows the immutable flag, or as somebody else"


@contextmanager
def unwritable(files: Sequence[Path]) -> Iterator[bool]:
    """Whether it is so, until the end of the block, for whoever opens one of them anew."""
    flag, others = (["chattr", "+i"], ["chattr", "-i"]) if os.geteuid() == 0 else (["chmod", "a-w"], ["chmod", "u+w"])
    subprocess.run([*flag, *files], check=False)
    try:
        yield not any(map(_can_be_written, files))
    finally:
        subprocess.run([*others, *files], check=False)


def _can_be_written(file: Path) -> bool:
    try:
        file.open("r+b").close()
    except PermissionError:
        return False
    return True
