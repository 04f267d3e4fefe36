"""The clients nobody could ask for over REST: a demo's well-known ones, and the first of a production."""

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from services.registry.institutions.commands.credentials import add_client
from services.registry.institutions.models import BUREAU_ID, Client, Institution
from shared import clock
from shared.auth import Role
from shared.preparing import at_newest_schema
from shared.service import Context
from shared.vault import KeysUnfit

DEMO = Path(__file__).parents[4] / "deploy" / "demo" / "clients.toml"
WRITTEN_ID = re.compile("[a-z][a-z0-9-]{0,59}")


def prepare_clients(context: Context) -> None:
    """Before serving: the bureau's own institution, and in a demo its well-known clients, once (首次启动).

    Writes: `institution`, `client`, and the demo's credentials in a file that the owner alone may read.
    Raises KeysUnfit where production meets the clients of a demo.
    """
    with context.database.writing() as session:
        if session.get(Institution, BUREAU_ID) is None:
            session.add(
                Institution(id=BUREAU_ID, name="人力资源和社会保障局", reporting_unit="city", created_at=clock.now())
            )
        demo = session.exec(select(Client).where(col(Client.demo))).first()
        if context.settings.environment == "production":
            if demo:
                raise KeysUnfit("this database holds the clients of a demo, which production refuses")
            return
        if demo is None:
            _write_credentials(context.settings.credentials_path, _add_demo_clients(session))


def _add_demo_clients(session: Session) -> dict[str, dict[str, Any]]:
    wanted = tomllib.loads(DEMO.read_text())
    institutions = {}
    for name, each in wanted["institutions"].items():
        institution = Institution(**each, created_at=clock.now())
        session.add(institution)
        institutions[name] = institution.id
    session.flush()
    written = {}
    for name, each in wanted["clients"].items():
        role = Role(each["role"])
        held = {
            "institution_id": institutions.get(each.get("institution")),
            "reporting_unit": each.get("reporting_unit"),
        }
        client, secret = add_client(session, each["name"], role, client_id=name, demo=True, **held)
        shown = {key: str(value) for key, value in held.items() if value}
        written[name] = {"client_id": client.client_id, "client_secret": secret, "role": role.value, **shown}
    return written


def _write_credentials(path: Path, written: dict[str, dict[str, Any]]) -> None:
    """In place by renaming, so that nobody reads half a file; readable by the owner alone."""
    unfinished = path.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(written, file, indent=2)
    unfinished.replace(path)


def make_client(
    role: Annotated[Role, typer.Option(help="what it may do; institutions' clients are made over REST")],
    name: Annotated[str, typer.Option(help="whose it is")],
    reporting_unit: Annotated[str | None, typer.Option(help="of a district officer")] = None,
    client_id: Annotated[str | None, typer.Option(help="such as a recipient's login; drawn if left out")] = None,
) -> None:
    """Make a client and print its secret once (发放首个凭据); the command line's way in, since no token exists yet.

    Writes: `client`. Refuses an id that is written otherwise or used already.
    """
    if client_id and not WRITTEN_ID.fullmatch(client_id):
        raise typer.BadParameter("lower-case letters, digits and hyphens, up to 60", param_hint="--client-id")
    context = Context.of("registry")
    at_newest_schema("registry", context)
    with context.database.writing() as session:
        if client_id and session.get(Client, client_id):
            raise typer.BadParameter("there is such a client already", param_hint="--client-id")
        client, secret = add_client(session, name, role, reporting_unit=reporting_unit, client_id=client_id)
    typer.echo(f"client_id      {client.client_id}\nclient_secret  {secret}")
    context.close()
