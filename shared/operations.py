"""Operations (操作): what a request, a worker, an import or the command line asks for, as one typed thing.

An operation has a code (the audit trail's word for it), a handler over a batch of calls, the roles that may ask for it
(Caller.role), and says what each call concerned. `@operation(...)` makes one of its handler, so that whoever follows
the name used by a route stands in the code that runs. `shared.runner` is the only one that executes them.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

from sqlmodel import Session

from shared.auth import Caller, Itself, Role
from shared.fields import is_of_somebody
from shared.problems import Refusal

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Call(Generic[Item]):
    """One item that an operation is asked for, with who asks, and the trace of the request that brings it."""

    item: Item
    caller: Caller
    traceparent: str | None = None


Handler = Callable[[Session, Sequence[Call[Item]]], list[Outcome | Refusal]]


class Effect(NamedTuple):
    """What came of a call, for the audit trail: the object it concerned and its version afterwards.

    `result` is "done", or "awaiting" where a second officer is still needed. `content` is what was changed from what
    into what, of a change of rules: it stands where a stated purpose would.
    """

    object: UUID | str | None = None
    version: int | None = None
    result: str = "done"
    content: str | None = None


@dataclass(frozen=True)
class Replayed:
    """The outcome of what was answered before under its Idempotency-Key, and is answered the same again."""


@dataclass(frozen=True)
class Execution:
    """One call as it was carried out or refused: an entry of the audit trail before it is written.

    `result` is that of its effect, "replayed", or the slug of the refusal; `request` is the id of the answer.
    """

    code: str
    caller: Caller
    request: UUID | None
    object: str | None
    version: int | None
    result: str
    purpose: str | None


Recorder = Callable[[Session, Sequence[Execution]], None]


@dataclass(frozen=True, eq=False)
class Operation(Generic[Item, Outcome]):
    """A handler with its code, the roles that may ask for it, and what is kept of a call to it. See `operation`."""

    handler: Handler[Item, Outcome]
    code: str | Callable[[Item], str]
    roles: Collection[Role | Itself]
    target: Callable[[Item], UUID | str | None]
    effect: Callable[[Outcome], Effect | None]
    purpose: Callable[[Item], str | None]

    def __call__(self, session: Session, calls: Sequence[Call[Item]]) -> list[Outcome | Refusal]:
        """Carry out calls within another operation: the handler alone, without savepoint, audit or check of roles."""
        return self.handler(session, calls)

    @property
    def name(self) -> str:
        """What it is called where no item is at hand: its handler's name."""
        return self.handler.__name__

    @property
    def word(self) -> str:
        """Its word in the audit trail where no item is at hand: its code, or its name where each item says its own."""
        return self.code if isinstance(self.code, str) else self.name

    def execution(
        self, call: Call[Item] | None, caller: Caller, outcome: Any, request: UUID | None
    ) -> Execution | None:
        """What is kept of a call; None where nothing is. Without a call: of a whole batch that was not carried out."""
        code = self.word if isinstance(self.code, str) or call is None else self.code(call.item)
        if isinstance(outcome, Refusal | Replayed):
            target = self.target(call.item) if call else None
            if isinstance(target, str) and is_of_somebody(target):  # as it was typed, whatever it should have been
                target = None
            effect: Effect | None = Effect(target, None, outcome.slug if isinstance(outcome, Refusal) else "replayed")
        else:
            effect = self.effect(outcome)
        if effect is None:
            return None
        concerned = None if effect.object is None else str(effect.object)
        purpose = effect.content or (self.purpose(call.item) if call else None)
        return Execution(code, caller, request, concerned, effect.version, effect.result, purpose)


def operation(
    code: str | Callable[[Any], str],
    *,
    roles: Collection[Role | Itself],
    target: Callable[[Any], UUID | str | None] = lambda item: None,
    effect: Callable[[Any], Effect | None] = lambda outcome: Effect(),
    purpose: Callable[[Any], str | None] = lambda item: None,
) -> "Maker":
    """Make an operation of a handler.

    `code` is its word in the audit trail, or how an item says it (a transition's action). `roles` may ask for it; the
    runner refuses everybody else (403 forbidden). `target` is the object that a refused item had named; `effect` says
    what came of an item that was carried out, None where nothing is to be kept of it; `purpose` is the stated purpose
    (查阅目的) of whoever asks for clear values.
    """

    def of(handler: Handler[Item, Outcome]) -> Operation[Item, Outcome]:
        return Operation(handler, code, frozenset(roles), target, effect, purpose)

    return of


class Maker(Protocol):
    """Makes an operation of a handler, and keeps the types of its items and outcomes."""

    def __call__(self, handler: Handler[Item, Outcome], /) -> Operation[Item, Outcome]: ...
