import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, select

from services.registry.institutions.errors import AlreadyAdmitted
from services.registry.institutions.models import Client, Institution
from services.registry.institutions.schemas import InstitutionChange, NewClient, NewInstitution
from services.registry.organisations.rules import read_uscc
from services.registry.programmes.queries import unit_fault
from shared import clock
from shared.auth import Caller, Role
from shared.problems import Fault, InvalidBody, NotFound, PreconditionFailed, Refusal
from shared.vault import vault

OLD_SECRET_LASTS = timedelta(days=1)


class Issued(NamedTuple):
    """A client and its secret, which nobody can show a second time."""

    client: Client
    secret: str


@dataclass(frozen=True)
class ChangingInstitution:
    """A change to an institution that was read at a version."""

    id: UUID
    version: int
    change: InstitutionChange


@dataclass(frozen=True)
class NewClientOf:
    """A client wanted for an institution."""

    institution_id: UUID
    new: NewClient


@dataclass(frozen=True)
class ClientOf:
    """A client of an institution."""

    institution_id: UUID
    client_id: str


def new_secret() -> str:
    """A secret of 256 random bits; the prefix lets scanners find one that leaked."""
    return f"talent_{secrets.token_urlsafe(32)}"


def admit(session: Session, wanted: Sequence[NewInstitution], caller: Caller) -> list[Institution | Refusal]:
    """Admit partner institutions (接入合作单位)."""
    return [_admitted(session, new) for new in wanted]


def _admitted(session: Session, new: NewInstitution) -> Institution | Refusal:
    uscc = read_uscc(new.uscc) if new.uscc is not None else None
    faults = [fault for fault in (uscc, unit_fault(session, new.reporting_unit)) if isinstance(fault, Fault)]
    if faults or isinstance(uscc, Fault):
        return InvalidBody(*faults)
    if uscc and session.exec(select(Institution.id).where(Institution.uscc == uscc.code)).first():
        return AlreadyAdmitted()
    institution = Institution(
        name=new.name.strip(),
        uscc=uscc.code if uscc else None,
        reporting_unit=new.reporting_unit,
        created_at=clock.now(),
    )
    session.add(institution)
    session.flush()
    return institution


def change(session: Session, wanted: Sequence[ChangingInstitution], caller: Caller) -> list[Institution | Refusal]:
    """Change what is known of partners; an inactive one gets no more tokens."""
    return [_changed(session, each) for each in wanted]


def _changed(session: Session, wanted: ChangingInstitution) -> Institution | Refusal:
    institution = session.get(Institution, wanted.id, with_for_update=True)
    if institution is None:
        return NotFound()
    if institution.version != wanted.version:
        return PreconditionFailed()
    changes = wanted.change.model_dump(exclude_none=True)
    if "reporting_unit" in changes and (fault := unit_fault(session, changes["reporting_unit"])):
        return InvalidBody(fault)
    for name, value in changes.items():
        setattr(institution, name, value)
    institution.version += 1
    session.flush()
    return institution


def issue(session: Session, wanted: Sequence[NewClientOf], caller: Caller) -> list[Issued | Refusal]:
    """Give an institution a client (发放接入凭据)."""
    outcomes: list[Issued | Refusal] = []
    for each in wanted:
        if session.get(Institution, each.institution_id) is None:
            outcomes.append(NotFound())
            continue
        outcomes.append(add_client(session, each.new.name, Role(each.new.role), institution_id=each.institution_id))
    return outcomes


def add_client(
    session: Session,
    name: str,
    role: Role,
    *,
    institution_id: UUID | None = None,
    reporting_unit: str | None = None,
    client_id: str | None = None,
    demo: bool = False,
) -> Issued:
    """A new client with a fresh secret."""
    secret = new_secret()
    client = Client(
        client_id=client_id or f"{role.value.replace('_', '-')}-{secrets.token_hex(6)}",
        name=name.strip(),
        role=role.value,
        institution_id=institution_id,
        reporting_unit=reporting_unit,
        secret_hash=vault().secret_hash(secret),
        demo=demo,
        created_at=clock.now(),
    )
    session.add(client)
    session.flush()
    return Issued(client, secret)


def rotate(session: Session, wanted: Sequence[ClientOf], caller: Caller) -> list[Issued | Refusal]:
    """Give clients a new secret; the old one is good for one more day."""
    outcomes: list[Issued | Refusal] = []
    for each in wanted:
        client = _client(session, each)
        if client is None or client.revoked_at:
            outcomes.append(NotFound())
            continue
        secret = new_secret()
        client.previous_hash, client.previous_until = client.secret_hash, clock.now() + OLD_SECRET_LASTS
        client.secret_hash = vault().secret_hash(secret)
        outcomes.append(Issued(client, secret))
    session.flush()
    return outcomes


def withdraw(session: Session, wanted: Sequence[ClientOf], caller: Caller) -> list[Client | Refusal]:
    """Withdraw clients (注销凭据): they get no more tokens."""
    outcomes: list[Client | Refusal] = []
    for each in wanted:
        client = _client(session, each)
        if client is not None:
            client.revoked_at = client.revoked_at or clock.now()
        outcomes.append(client or NotFound())
    session.flush()
    return outcomes


def _client(session: Session, wanted: ClientOf) -> Client | None:
    client = session.get(Client, wanted.client_id, with_for_update=True)
    return client if client and client.institution_id == wanted.institution_id else None
