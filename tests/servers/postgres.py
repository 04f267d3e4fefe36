"""PostgreSQL for tests and developers: `python -m tests.servers.postgres` starts one and says how to reach it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from tests.in_clear import refuse_in

HOW = "install PostgreSQL (apt-get install postgresql), or set TALENT_TEST_POSTGRES_URL to a superuser's URL"
ANSWERS_WITHIN = 60.0  # seconds; it takes about one
SYSTEM_USER = "postgres"  # initdb refuses to run as root

# sh ends the server when our end of its standard input closes, so that none is left behind even if we are killed.
KEEPER = '"$@" & server=$!; read -r _; kill -INT "$server" 2>/dev/null; wait "$server"'

FIRST_OF_OURS = 16_384  # number of a file, in access/transam.h

TRUSTED = """\
host all postgres 127.0.0.1/32 trust
host all all      127.0.0.1/32 scram-sha-256
"""

QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"]


def binaries() -> Path | None:
    """The folder of initdb and postgres, the newest if there are several."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    folders = [*reversed(installed), *([Path(on_path).resolve().parent] if on_path else []), _configured()]
    return next((folder for folder in folders if folder and (folder / "initdb").exists()), None)


def _configured() -> Path | None:
    command = shutil.which("pg_config")
    if command is None:
        return None
    return Path(subprocess.run([command, "--bindir"], check=True, capture_output=True, text=True).stdout.strip())


class Postgres:
    """A server of our own in a temporary folder; its superuser needs no password and comes from this machine only.

    `looked_through`: nobody who is planted may stand in its files in clear when it is closed, as the references of
    benchmarks have them.
    """

    def __init__(self, installed: Path, *, durable: bool = False, looked_through: bool = True) -> None:
        self._installed = installed
        self._durable = durable
        self._looked_through = looked_through and not durable
        self.folder = Path(tempfile.mkdtemp(prefix="talent-postgres-"))
        self.port = _free_port()
        self._user = SYSTEM_USER if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self.folder, self._user)
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [installed / "initdb", "-D", self.data, *options], check=True, capture_output=True, cwd="/", user=self._user
        )
        (self.data / "pg_hba.conf").write_text(TRUSTED)

    @property
    def data(self) -> Path:
        """The data folder of the cluster."""
        return self.folder / "data"

    @property
    def url(self) -> URL:
        """How its superuser reaches it."""
        return make_url(f"postgresql://postgres@127.0.0.1:{self.port}/postgres")

    @property
    def pid(self) -> int:
        """The process that all others of the server descend from."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
        ]
        settings += ["jit=off", "deadlock_timeout=50ms", *([] if self._durable else QUICK)]
        command: list[str | Path] = [self._installed / "postgres", "-D", self.data]
        command += [*(each for s in settings for each in ("-c", s))]
        with self.log.open("ab") as log:
            self._keeper = subprocess.Popen(
                ["sh", "-c", KEEPER, "sh", *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the tests; they stop the server
                user=self._user,
            )
        until = time.monotonic() + ANSWERS_WITHIN
        while not self.answers():
            if self._keeper.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.02)

    @property
    def log(self) -> Path:
        """What the server writes about itself."""
        return self.folder / "log"

    def answers(self) -> bool:
        """Whether a connection can be made."""
        try:
            psycopg.connect(str(self.url), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends sessions in good order, SIGQUIT at once, as a crash does."""
        if how is not signal.SIGINT:
            os.kill(self.pid, how)
        assert self._keeper.stdin
        self._keeper.stdin.close()
        self._keeper.wait(ANSWERS_WITHIN)

    def close(self) -> None:
        """Stop it for good and remove what it kept."""
        self.stop()
        if self._looked_through:
            refuse_in([self.log, *(page for each in (self.data / "base").iterdir() for page in pages(each))])
        shutil.rmtree(self.folder)


def pages(database: Path) -> Iterator[Path]:
    """The files of a database that hold what was written to it: PostgreSQL's own have smaller numbers."""
    return (each for each in database.iterdir() if int(re.sub(r"\D.*", "", each.name) or 0) >= FIRST_OF_OURS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    """Run a server in the foreground until Ctrl-C; `--durable` makes commits wait for the disk."""
    installed = binaries()
    if installed is None:
        raise SystemExit(f"PostgreSQL is missing: {HOW}")
    server = Postgres(installed, durable="--durable" in sys.argv)
    server.start()
    try:
        print(f"TALENT_TEST_POSTGRES_URL={server.url}\nCtrl-C stops it", flush=True)
        signal.pause()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()


if __name__ == "__main__":
    main()
