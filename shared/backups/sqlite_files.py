"""SQLite files: copied as they were at one moment while services go on writing, and put back by renaming."""

import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from shutil import copyfile

from shared.backups import NotDone
from shared.clock import now

LONGEST_WAIT = 30.0  # seconds for which a writer is waited for
BESIDE = ("-wal", "-shm")  # what SQLite keeps beside a file that is in use


def copy_files(files: Mapping[Path, Path]) -> None:
    """Copy each file to its target, all as they were at the same moment. Raises NotDone for one that cannot be read.

    Holds every file's write lock until the snapshots are taken, which takes milliseconds, and none while it copies.
    """
    try:
        with ExitStack() as stack:
            with ExitStack() as held:
                for file in files:
                    held.enter_context(closing(_open(file))).execute("BEGIN IMMEDIATE")
                sources = {file: stack.enter_context(closing(_open(file))) for file in files}
                for source in sources.values():
                    source.execute("BEGIN")
                    source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the snapshot is of the first read
            for file, target in files.items():
                with closing(sqlite3.connect(target, isolation_level=None)) as copied:
                    sources[file].backup(copied)
                    copied.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    except sqlite3.Error as error:
        raise NotDone(f"无法复制 · cannot be copied: {error}") from error


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=LONGEST_WAIT, isolation_level=None)


class SQLiteFile:
    """One file."""

    suffix = ".db"

    def __init__(self, path: Path) -> None:
        self.path = path

    def refuse_use(self) -> None:
        """Raises NotDone while a process has the file open."""
        if not self.path.exists():
            return
        try:
            with closing(sqlite3.connect(self.path, timeout=0, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode=DELETE")  # SQLite does this for a file's only user alone
        except sqlite3.OperationalError:
            raise NotDone(f"{self.path} 正在使用，请先停止全部服务 · is in use: stop all services first") from None
        except sqlite3.DatabaseError:
            return  # damaged: a reason to restore

    def is_empty(self) -> bool:
        """Whether there is no file."""
        return not self.path.exists()

    def restore(self, copy: Path) -> None:
        """Put the copy there; what stood there is kept beside it under the time of now."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        arriving = self.path.with_name(f"{self.path.name}.arriving")
        try:
            copyfile(copy, arriving)
        except OSError:  # no room, perhaps: what is there stays, and nothing beside it
            arriving.unlink(missing_ok=True)
            raise
        if self.path.exists():
            self.path.rename(self.path.with_name(f"{self.path.name}.before-{now():%Y%m%dT%H%M%SZ}"))
        for beside in BESIDE:
            self.path.with_name(self.path.name + beside).unlink(missing_ok=True)
        arriving.rename(self.path)
