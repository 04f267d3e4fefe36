from collections.abc import Collection, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, select
from sqlmodel import Session, col

from services.registry.accounts.queries import tokens
from services.registry.programmes.queries import programmes
from services.registry.registrations.models import HistoryEntry, Registration
from services.registry.registrations.queries import fact
from services.registry.transitions.rules.announcements import EVENT_OF
from shared import clock
from shared.config import settings
from shared.contracts.facts import SIGNED_FACTS, SIGNED_FOR, Fact, digest_of
from shared.contracts.registration import RegistrationCorrected
from shared.vault import Vault

T = TypeVar("T")


def facts(
    session: Session, ids: Collection[UUID] | None, after: UUID | None, limit: int
) -> Sequence[RegistrationCorrected]:
    """What was announced last of registrations, by id; a draft that was never submitted was never announced."""
    wanted = _announced().limit(limit)
    if ids is not None:
        wanted = wanted.where(col(Registration.id).in_(ids))
    if after is not None:
        wanted = wanted.where(col(Registration.id) > after)
    return _as_announced(session, wanted)


def signed(keys: Vault, page: Sequence[Fact]) -> str:
    """What the registry signs of a page of facts, as a token of its own type that lets nobody in."""
    now = clock.now()
    held = {"iss": settings().issuer, "aud": SIGNED_FACTS, "iat": now, "exp": now + SIGNED_FOR}
    held["sha256"] = digest_of([each.model_dump(mode="json") for each in page])
    return tokens.signed(keys, held, typ=SIGNED_FACTS)


def locked_facts(session: Session, ids: Collection[UUID]) -> Sequence[RegistrationCorrected]:
    """The same of these registrations, locked until the transaction ends, so that no transition comes in between."""
    return _as_announced(session, _announced().where(col(Registration.id).in_(ids)).with_for_update(of=Registration))


def _announced() -> Select[Registration, int, str]:
    """Registrations with the version and state of their last action that is announced to others.

    Both are asked for row by row: joined, they have all rows of the history read for every page.
    """
    return (
        select(Registration, _last_announced(HistoryEntry.version), _last_announced(HistoryEntry.state))
        .where(_last_announced(HistoryEntry.version).is_not(None))
        .order_by(col(Registration.id))
    )


def _last_announced(column: T) -> ScalarSelect[T]:
    """A column of the history of a registration, where it was last announced."""
    return (
        select(col(column))
        .where(col(HistoryEntry.registration_id) == Registration.id, col(HistoryEntry.action).in_(sorted(EVENT_OF)))
        .order_by(col(HistoryEntry.version).desc())
        .limit(1)
        .correlate(Registration)
        .scalar_subquery()
    )


def _as_announced(session: Session, wanted: Select[Registration, int, str]) -> Sequence[RegistrationCorrected]:
    known = programmes(session)
    return [
        RegistrationCorrected.model_validate(
            fact(RegistrationCorrected, registration, known[registration.programme]).model_dump()
            | {"version": version, "state": state, "replay": True}
        )
        for registration, version, state in session.execute(wanted)
    ]
