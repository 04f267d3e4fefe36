"""A PostgreSQL server of our own, set up by the very command of docker-compose.yml, with passwords of its own."""

import os
import secrets
import subprocess

from sqlalchemy import make_url

from tests.deploy.compose import FILE, ROOT, environment, load
from tests.needs import need
from tests.servers.postgres import HOW, Postgres, binaries


class OwnServer:
    """The server, with the roles and databases that the container `roles` makes."""

    def __init__(self) -> None:
        installed = binaries()
        need("PostgreSQL", installed, HOW)
        assert installed
        roles = load(FILE.read_text())["services"]["roles"]
        self._passwords = {name: secrets.token_hex(24) for name in environment(roles) if name.startswith("TALENT_")}
        self._server = Postgres(installed)
        self._server.start()
        reached = {"PGHOST": "127.0.0.1", "PGPORT": str(self._server.port), "PGUSER": "postgres"}
        subprocess.run(
            [word.replace("/roles/", f"{ROOT}/deploy/postgres/") for word in roles["command"]],
            env=os.environ | self._passwords | reached | {"PATH": f"{installed}:{os.environ['PATH']}"},
            check=True,
        )

    def url(self, service: str, role: str) -> str:
        """A service's database for one of its roles, as a setting."""
        url = make_url(f"postgresql://{role}@127.0.0.1:{self._server.port}/talent_{service}")
        return url.set(password=self._passwords[f"{role.upper()}_PASSWORD"]).render_as_string(hide_password=False)

    def close(self) -> None:
        """Stop it and remove what it kept."""
        self._server.close()
