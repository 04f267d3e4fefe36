"""The people nobody could ask for over REST, with a client each: a demo's well-known ones, a production's first."""

import json
import os
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from sqlmodel import Session, col, select

from services.registry.accounts.commands.accounts import add_account, drawn_password
from services.registry.accounts.commands.credentials import ISSUE, add_client, drawn_id
from services.registry.accounts.commands.hashing import hashing
from services.registry.accounts.errors import ClientExists
from services.registry.accounts.models import Account, Client
from services.registry.accounts.rules.passwords import read_password
from services.registry.institutions.models import BUREAU_ID, Institution
from shared import clock
from shared.auth import LOGIN, Caller, Itself, Role
from shared.key_rings import KeysUnfit
from shared.operations import Call, Effect, Recorder, operation
from shared.preparing import at_newest_schema
from shared.problems import Refusal
from shared.service import Context

DEMO = Path(__file__).parents[4] / "deploy" / "demo" / "clients.toml"
COMMAND_LINE = Caller("command-line", Itself.SYSTEM)


def prepare_clients(context: Context) -> None:
    """Before serving: the bureau's own institution, and in a demo its well-known people, once (首次启动).

    Writes: `institution`, `account`, `client`, and the demo's credentials in a file that the owner alone may read.
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
    password = drawn_password()  # one for all of them: each hash would take a quarter of a second of the first start
    password_hash = hashing().hash_now(read_password(password))
    written = {}
    for name, each in wanted["clients"].items():
        role = Role(each["role"])
        held = {
            "institution_id": institutions.get(each.get("institution")),
            "reporting_unit": each.get("reporting_unit"),
        }
        by = COMMAND_LINE.actor
        account = add_account(session, name, each["name"], role, issued_by=by, approved_by=by, demo=True, **held)
        account.password_hash = password_hash
        client, secret = add_client(session, each["name"], role, account=account, client_id=name, approved=True)
        shown = {"login": name, "password": password} | {key: str(value) for key, value in held.items() if value}
        written[name] = {"client_id": client.client_id, "client_secret": secret, "role": role.value, **shown}
    return written


def _write_credentials(path: Path, written: dict[str, dict[str, Any]]) -> None:
    """In place by renaming, so that nobody reads half a file; readable by the owner alone."""
    unfinished = path.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(written, file, indent=2)
    unfinished.replace(path)


@dataclass(frozen=True)
class FirstClient:
    """A person wanted at the command line, of no institution, with a client."""

    name: str
    role: Role
    reporting_unit: str | None
    client_id: str | None


class FirstIssued(NamedTuple):
    """A person's client and its secret, and the password for their first sign-in; nobody can show them again."""

    client: Client
    secret: str
    password: str


@operation(
    ISSUE,
    roles=(Itself.SYSTEM,),
    target=lambda wanted: wanted.client_id,
    effect=lambda issued: Effect(issued.client.client_id),
)
def issue_first(session: Session, calls: Sequence[Call[FirstClient]]) -> list[FirstIssued | Refusal]:
    """Give people who belong to no institution an account, and a client of it by the same word (发放首个凭据).

    Writes: `account`, `client`. Locks nothing; no event. Refuses: client-exists, for the login of an account too.
    """
    return [_issued_first(session, call.item, call.caller) for call in calls]


def _issued_first(session: Session, new: FirstClient, caller: Caller) -> FirstIssued | Refusal:
    login, by = new.client_id or drawn_id(new.role), caller.actor
    known = session.exec(select(Account).where(Account.login == login)).first()
    if known or session.get(Client, login):
        return ClientExists()
    unit = new.reporting_unit
    account = add_account(session, login, new.name, new.role, reporting_unit=unit, issued_by=by, approved_by=by)
    password = drawn_password()
    account.password_hash, account.password_is_new = hashing().hash_now(read_password(password)), True
    issued = add_client(session, new.name, new.role, account=account, client_id=login, approved=True)
    return FirstIssued(*issued, password)


def client_command(record: Recorder | None) -> Callable[..., None]:
    """The command that makes a person's client, with the audit trail it is entered on (`by` is the command line)."""

    def make_client(
        role: Annotated[Role, typer.Option(help="what it may do; institutions' clients are made over REST")],
        name: Annotated[str, typer.Option(help="whose it is")],
        reporting_unit: Annotated[str | None, typer.Option(help="of a district officer")] = None,
        client_id: Annotated[str | None, typer.Option(help="such as a recipient's login; drawn if left out")] = None,
    ) -> None:
        """Make an account with a client, and print the secret and a first password once (发放首个凭据)."""
        if client_id and not LOGIN.fullmatch(client_id):
            raise typer.BadParameter("lower-case letters, digits and hyphens, up to 60", param_hint="--client-id")
        context = Context.of("registry")
        at_newest_schema("registry", context)
        wanted = FirstClient(name, role, reporting_unit, client_id)
        (outcome,) = context.runner(record).run(issue_first, [wanted], COMMAND_LINE)
        context.close()
        if isinstance(outcome, Refusal):
            raise typer.BadParameter(outcome.title().en, param_hint="--client-id")
        typer.echo(f"client_id      {outcome.client.client_id}\nclient_secret  {outcome.secret}")
        typer.echo(f"login          {outcome.client.client_id}\npassword       {outcome.password}")

    return make_client
