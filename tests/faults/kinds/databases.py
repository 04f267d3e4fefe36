"""Databases that are held, full, read-only, gone, or cut off in mid-commit."""

import shutil
import signal
import time
from contextlib import closing

import psycopg
from sqlalchemy import text

from tests.faults.kinds.processes import restart
from tests.faults.scene import Scene
from tests.faults.town import SERVICES, ManyProcesses
from tests.faults.unwritable import unwritable

CUT = 20  # sessions, one of them at least in its commit

CUT_OFF = """
SELECT state = 'active' AND query = 'COMMIT', pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'talent' AND state IN ('active', 'idle in transaction')
"""


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
    """Connections break in a burst, some while they commit: whether that was done, the client cannot know."""
    assert isinstance(scene.town, ManyProcesses)
    with psycopg.connect(str(scene.town.postgres.url), autocommit=True) as operator:
        cut: list[bool] = []

        def burst() -> int:
            cut.extend(in_commit for in_commit, ended in operator.execute(CUT_OFF).fetchall() if ended)
            return len(cut) if any(cut) else 0

        until = time.monotonic() + 30
        while burst() < CUT and time.monotonic() < until:
            pass
        assert len(cut) >= CUT
        assert any(cut)
