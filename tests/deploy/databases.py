"""A PostgreSQL server as docker-compose.yml sets one up: deploy/compose/databases.sh with passwords of our own."""

import os
import secrets
import subprocess

from sqlalchemy import URL, make_url

from tests.deploy.compose import FILE, ROOT, environment, load
from tests.needs import need
from tests.servers.postgres import HOW, Postgres, binaries


class OwnServer:
    """The server, with the roles and databases that the script makes."""

    def __init__(self) -> None:
        installed = binaries()
        need("PostgreSQL", installed, HOW)
        assert installed
        names = [name for name in environment(load(FILE.read_text())["services"]["postgres"]) if "PASSWORD" in name]
        self._passwords = {name: secrets.token_hex(24) for name in names}
        self._server = Postgres(installed)
        self._server.start()
        self.first_start = self._run(installed / "psql")

    def _run(self, psql: os.PathLike[str]) -> subprocess.CompletedProcess[str]:
        reached = {"PGHOST": "127.0.0.1", "PGPORT": str(self._server.port), "POSTGRES_USER": "postgres"}
        path = f"{os.path.dirname(psql)}:{os.environ['PATH']}"
        return subprocess.run(
            [ROOT / "deploy" / "compose" / "databases.sh"],
            env=os.environ | self._passwords | reached | {"POSTGRES_DB": "postgres", "PATH": path},
            capture_output=True,
            text=True,
            check=True,
        )

    def url(self, service: str, role: str) -> str:
        """A service's database for one of its roles, as a setting."""
        return self.reached(service, role).render_as_string(hide_password=False)

    def reached(self, database: str, role: str) -> URL:
        """Any database for any role."""
        password = self._passwords[f"{role.upper()}_PASSWORD"]
        return make_url(f"postgresql://{role}:{password}@127.0.0.1:{self._server.port}/{database}")

    def close(self) -> None:
        """Stop it and remove what it kept."""
        self._server.close()
