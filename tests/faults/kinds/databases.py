"""Databases that are held, full, read-only, gone, or cut off in mid-commit."""

import shutil
import signal
import time
from contextlib import closing
from typing import LiteralString

import psycopg
from sqlalchemy import text

from tests.faults.kinds.processes import restart
from tests.faults.scene import Scene
from tests.faults.town import SERVICES, ManyProcesses, eventually
from tests.faults.unwritable import unwritable

CUT = 20  # sessions, after one at least in its commit
RELOAD: LiteralString = "SELECT pg_reload_conf()"
SLOW = ("ALTER SYSTEM SET commit_delay = 50000", "ALTER SYSTEM SET commit_siblings = 0", RELOAD)  # microseconds
AS_BEFORE = ("ALTER SYSTEM RESET commit_delay", "ALTER SYSTEM RESET commit_siblings", RELOAD)

COMMITTING: LiteralString = "state = 'active' AND query = 'COMMIT'"
WORKING: LiteralString = "state IN ('active', 'idle in transaction')"


def lock(scene: Scene) -> None:
    """Somebody, a backup perhaps, holds a database, or the file of the bus, for a while."""
    files = [] if isinstance(scene.town, ManyProcesses) else ["bus"]
    name = scene.lots.choice([*SERVICES, *files])
    with closing(scene.town.database(name)) as database, database.writing() as session:
        session.execute(text("SELECT 1" if database.is_sqlite else "LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE"))
        time.sleep(3)


def full_disk(scene: Scene) -> None:
    """No byte is left where the databases are; then there is room again."""
    filler = scene.town.folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 20))
        except OSError:
            assert shutil.disk_usage(scene.town.folder).free == 0
    time.sleep(2)
    filler.unlink()


def read_only(scene: Scene) -> None:
    """A service comes up, and its database, or the bus, cannot be written to; a moment later it can."""
    service = scene.lots.choice(SERVICES)
    files = list(scene.town.folder.glob(f"{scene.lots.choice([service, service, 'bus'])}.db*"))
    with unwritable(files) as so:
        assert so
        restart(scene.town, f"{service} serve")
        time.sleep(4)


def postgres_restart(scene: Scene) -> None:
    """PostgreSQL dies, and recovers from its log."""
    assert isinstance(scene.town, ManyProcesses)
    server = scene.town.postgres
    server.stop(signal.SIGQUIT)
    assert not server.answers()
    time.sleep(scene.lots.uniform(0, 4))
    server.start()


def postgres_cut(scene: Scene) -> None:
    """Connections break in a burst, some while they commit: whether that was done, the client cannot know.

    Meanwhile the disk is slow, so that a commit takes as long as it does on a busy server.
    """
    assert isinstance(scene.town, ManyProcesses)
    with psycopg.connect(str(scene.town.postgres.url), autocommit=True) as operator:
        for statement in SLOW:
            operator.execute(statement)
        assert eventually(lambda: cut_off(operator, COMMITTING), bool)
        cut = 0
        until = time.monotonic() + 30
        while cut < CUT and time.monotonic() < until:
            cut += cut_off(operator, WORKING)
            time.sleep(0.01)
        for statement in AS_BEFORE:
            operator.execute(statement)
    assert cut >= CUT


def cut_off(operator: psycopg.Connection[tuple[bool]], whom: LiteralString) -> int:
    """End the sessions of our services that are doing this; how many."""
    ours: LiteralString = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'talent' AND "
    )
    return sum(ended for (ended,) in operator.execute(ours + whom).fetchall())
