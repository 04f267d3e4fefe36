"""Clients that are issued, approved and used, each by somebody."""

from typing import Any

from sqlmodel import select

from services.registry.accounts.commands.credentials import add_client
from services.registry.accounts.models import Account
from shared.auth import Role
from tests.registry.conftest import Registry

GRANT = {"grant_type": "client_credentials"}


def clients_of_a(registry: Registry) -> str:
    """Where institution A's clients are."""
    return f"/v1/institutions/{registry.credentials['institution-a-clerk']['institution_id']}/clients"


def issued(registry: Registry, by: str, name: str = "new-clerk") -> str:
    """A client of institution A that nobody has approved yet, from now on known by a name; where it is."""
    made = registry.post(by, clients_of_a(registry), {"name": "新凭据", "role": "institution_clerk"})
    assert made.status_code == 201, made.text
    registry.credentials[name] = made.json()
    return f"{clients_of_a(registry)}/{made.json()['client_id']}"


def token_answer(registry: Registry, name: str) -> Any:
    """The answer to whoever asks for a token with a name's secret."""
    held = registry.credentials[name]
    return registry.http.post("/oauth/token", data=GRANT | {key: held[key] for key in ("client_id", "client_secret")})


def second_client(registry: Registry, of: str, name: str) -> str:
    """Another client of a person, from now on known by a name."""
    with registry.context.database.writing() as session:
        account = session.exec(select(Account).where(Account.login == of)).one()
        client, secret = add_client(session, name, Role(account.role), account=account, approved=True)
        registry.credentials[name] = {"client_id": client.client_id, "client_secret": secret}
    return name
