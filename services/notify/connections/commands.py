"""Connecting, changing and removing channels, and keeping that one is broken."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, SecretStr, ValidationError
from sqlmodel import Session, col, select

from services.notify.channels.registry import channels, kinds
from services.notify.connections import errors, queries
from services.notify.connections.models import Connection, sealed_settings, settings_of
from services.notify.connections.schemas import ChannelChange, NewChannel
from shared import clock
from shared.auth import Role
from shared.config import settings
from shared.operations import Call, Effect, operation
from shared.outbound import allowed_networks
from shared.problems import Fault, InvalidBody, NotFound, PreconditionFailed, Refusal
from shared.validation import faults_of
from shared.versions import Versions

WRITERS = (Role.OPERATOR, Role.BUREAU_OFFICER)
DESTINATION = ("url", "host", "port", "tls")  # the settings that say where a channel leads, and how safely


class ChannelChangeRequest(NamedTuple):
    """A change to the version that its author read."""

    code: str
    version: Versions
    to: ChannelChange


class ChannelRemoval(NamedTuple):
    """The end of a channel, in the version that was read."""

    code: str
    version: Versions


def _effect(connection: Connection) -> Effect:
    return Effect(connection.code, connection.version)


@operation("connect_channel", roles=WRITERS, target=lambda new: new.code, effect=_effect)
def connect(session: Session, calls: Sequence[Call[NewChannel]]) -> list[Connection | Refusal]:
    """Connect channels (接入渠道); their settings are sealed and in no answer, log or event.

    Writes channels. Refuses ChannelExists for a code that a channel has, InvalidBody for settings that its kind does
    not have, or that lead into a network to which nothing is sent.
    """
    codes = {call.item.code for call in calls}
    there = set(channels()) | set(session.exec(select(Connection.code).where(col(Connection.code).in_(codes))))
    outcomes: list[Connection | Refusal] = []
    for new in (call.item for call in calls):
        kept = _checked(new.kind, new.settings)
        if new.code in there:
            outcomes.append(errors.ChannelExists())
        elif isinstance(kept, list):
            outcomes.append(InvalidBody(*kept))
        else:
            there.add(new.code)
            made = new.model_dump(exclude={"settings"}) | {"settings": sealed_settings(new.code, kept)}
            connection = Connection(**made, created_at=clock.now())
            session.add(connection)
            outcomes.append(connection)
    session.flush()
    return outcomes


@operation("change_channel", roles=WRITERS, target=lambda change: change.code, effect=_effect)
def change(session: Session, calls: Sequence[Call[ChannelChangeRequest]]) -> list[Connection | Refusal]:
    """Change channels; one that was broken is in use again. What waits for it goes by the new settings.

    Locks and writes each. Refuses NotFound, ChannelBuiltIn, PreconditionFailed for a version that is no longer the
    newest, InvalidBody as connecting does, and for a secret that is not stated again where the channel leads elsewhere.
    """
    outcomes: list[Connection | Refusal] = []
    for code, version, to in (call.item for call in calls):
        found = _in_version(session, code, version)
        if isinstance(found, Refusal):
            outcomes.append(found)
            continue
        changes: dict[str, Any] = to.model_dump(exclude_unset=True, exclude={"settings"})
        if to.settings is not None:
            held = json.loads(settings_of(found))
            kept = _unstated_secrets(found.kind, held, to.settings) or _checked(found.kind, held | to.settings)
            if isinstance(kept, list):
                outcomes.append(InvalidBody(*kept))
                continue
            changes["settings"] = sealed_settings(code, kept)
        repaired: dict[str, Any] = {"broken_code": None, "broken_at": None, "version": found.version + 1}
        found.sqlmodel_update(changes | repaired)
        session.flush()
        outcomes.append(found)
    return outcomes


@operation("remove_channel", roles=WRITERS, target=lambda removal: removal.code, effect=Effect)
def remove(session: Session, calls: Sequence[Call[ChannelRemoval]]) -> list[str | Refusal]:
    """Remove channels; their ledgers stay, and who chose one hears by the others.

    Locks each. Refuses NotFound, ChannelBuiltIn, PreconditionFailed as a change does.
    """
    outcomes: list[str | Refusal] = []
    for code, version in (call.item for call in calls):
        found = _in_version(session, code, version)
        if isinstance(found, Refusal):
            outcomes.append(found)
            continue
        session.delete(found)
        session.flush()
        outcomes.append(code)
    return outcomes


def mark_broken(session: Session, code: str, reason: str, version: int) -> bool:
    """Keep that a connected channel is refused for good, by what code; whether that is news.

    Locks and writes the channel. What is there by itself is never broken, nor what was changed since the version by
    which the attempt went.
    """
    found = queries.held(session, code)
    if found is None or found.broken_at or found.version != version:
        return False
    found.broken_code, found.broken_at, found.version = reason[:40], clock.now(), found.version + 1
    session.flush()
    return True


def _in_version(session: Session, code: str, version: Versions) -> Connection | Refusal:
    if code in channels():
        return errors.ChannelBuiltIn()
    found = queries.held(session, code)
    if found is None:
        return NotFound()
    return found if found.version in version else PreconditionFailed()


def _form_of(kind: str) -> type[BaseModel] | None:
    return kinds()[kind].connects_by if kind in kinds() else None


def _unstated_secrets(kind: str, held: Mapping[str, Any], given: Mapping[str, Any]) -> list[Fault]:
    """The secrets that are kept where a change leads elsewhere: nobody has one sent to where only they want it."""
    form = _form_of(kind)
    if form is None or all(given.get(name, held.get(name)) == held.get(name) for name in DESTINATION):
        return []
    secrets = [name for name, value in form.model_validate(held) if isinstance(value, SecretStr)]
    return [errors.secret_needed(f"/settings/{name}") for name in secrets if name not in given]


def _checked(kind: str, given: Mapping[str, Any]) -> str | list[Fault]:
    """Settings as they are kept, or what is wrong with them; a value is in neither."""
    form = _form_of(kind)
    if form is None:
        return [errors.unknown_channel("/kind", kinds())]
    try:
        return _clear(form.model_validate(dict(given), context={"allowed": allowed_networks(settings())}))
    except ValidationError as invalid:
        return [fault.at("/settings") for fault in faults_of(invalid.errors(include_input=False))]


def _clear(checked: BaseModel) -> str:
    """Settings with their secrets in clear, which a model does not write by itself."""
    held = checked.model_dump()
    clear = {name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in held.items()}
    return json.dumps(clear, ensure_ascii=False)
