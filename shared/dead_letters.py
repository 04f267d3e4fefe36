"""Dead letters (滞留事件): what could not be taken in, with its bytes; looked at, replayed by its handler, given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Row, Select, select, update
from sqlmodel import Session

from shared import clock
from shared.auth import Caller, Role, allow
from shared.bodies import Router
from shared.consumer import Handler, apply_new
from shared.contracts.parts import broken
from shared.db import Database
from shared.events import Event, unknown
from shared.fields import Flag, Reason, WrittenFlag
from shared.operations import Call, Operation, operation
from shared.problems import NotFound, Refusal
from shared.service_tables import dead_letter
from shared.signatures import TrustedKeys, read_signed
from shared.signed_since import positions_signed_since
from shared.web import Page, PageDep, ReadingDep, WriteDep

MOST_REPLAYED = 1_000


class DeadLetter(BaseModel):
    """One event that was parked; `fingerprint` is the same for those that failed for the same reason.

    One that was dropped (放弃) is resolved, and says by whom and why; it was never taken in.
    """

    id: UUID
    topic: str
    partition: int
    position: int
    key: str | None
    reason: str
    fingerprint: str
    parked_at: datetime
    resolved_at: datetime | None
    dropped_by: str | None = None
    drop_reason: str | None = None

    @classmethod
    def of(cls, row: Row[tuple[object, ...]]) -> Self:
        """As shown in a list."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class DeadLetterWhole(DeadLetter):
    """With its bytes: text where they are UTF-8, else hexadecimal. Events hold nothing personal."""

    body: str
    encoding: Literal["utf-8", "hex"]

    @classmethod
    def whole(cls, row: Row[tuple[object, ...]]) -> Self:
        """As shown alone."""
        raw: bytes = row.body
        try:
            body, encoding = raw.decode(), "utf-8"
        except UnicodeDecodeError:
            body, encoding = raw.hex(), "hex"
        return cls(**DeadLetter.of(row).model_dump(), body=body, encoding=encoding)


class WhichLetters(BaseModel):
    """Which are meant: one by id, or all of a fingerprint that wait."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = None
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None

    @model_validator(mode="after")
    def either_or(self) -> Self:
        if (self.id is None) == (self.fingerprint is None):
            raise broken("either_or", "请给出 id 或 fingerprint，只给其一", "either an id or a fingerprint is needed")
        return self


class Replay(WhichLetters):
    """Which to try again. A dry run tells what would happen and changes nothing."""

    dry_run: Flag = False


class Drop(WhichLetters):
    """Which to give up (放弃), and why; they stay listed, and are never taken in."""

    reason: Annotated[Reason, Field(max_length=500)]


class DropRead(BaseModel):
    """Those that were given up."""

    dropped: list[UUID]


class ReplayRead(BaseModel):
    """What came of it: resolved ones, and for the others the kind of error they failed with again."""

    dry_run: bool
    resolved: list[UUID]
    failed: dict[UUID, str]


class _DryRun(Exception):
    """Carries nothing; rolls a savepoint back."""


@dataclass(frozen=True)
class DeadLetters:
    """The dead letters of one service, and its routes for operators."""

    consumer: str
    handlers: Mapping[type[Event], Handler]
    published: Mapping[str, type[Event]]
    trusted: TrustedKeys

    @property
    def replay(self) -> Operation[Replay, ReplayRead]:
        """The operation that tries parked events again (重放), through inbox and handler as if they had just come.

        Writes what their handlers write, and marks those resolved that went through; a dry run rolls each back. Refuses
        with NotFound where no unresolved event is meant.
        """

        @operation("replay", roles=(Role.OPERATOR,))
        def replay(session: Session, calls: Sequence[Call[Replay]]) -> list[ReplayRead | Refusal]:
            return [self._replayed(session, call.item) for call in calls]

        return replay

    def _replayed(self, session: Session, wanted: Replay) -> ReplayRead | Refusal:
        rows = _meant(session, wanted)
        if not rows:
            return NotFound()
        replayed = ReplayRead(dry_run=wanted.dry_run, resolved=[], failed={})
        for row in rows:
            failure = self._tried(session, row, dry_run=wanted.dry_run)
            if failure:
                replayed.failed[row.id] = failure
            else:
                replayed.resolved.append(row.id)
        return replayed

    def _tried(self, session: Session, row: Row[tuple[object, ...]], *, dry_run: bool) -> str | None:
        try:
            with session.begin_nested():
                since = positions_signed_since(session).get((row.topic, row.partition), 0)
                event = read_signed(row.body, self.published, self.trusted, older=row.position < since)
                apply_new(session, self.consumer, [event], self.handlers)
                session.execute(update(dead_letter).where(dead_letter.c.id == row.id).values(resolved_at=clock.now()))
                if dry_run:
                    raise _DryRun
        except _DryRun:
            return None
        except Exception as error:
            return type(error).__name__
        return None

    def replay_known(self, database: Database) -> int:
        """Replay what was parked as of an unknown type that is known now; how many were taken in.

        While services are upgraded one by one, an older version hears of types that only its successor knows.
        """
        named = _unresolved().where(dead_letter.c.reason.in_([unknown(each) for each in self.published]))
        with database.reading() as session:
            if session.execute(named.limit(1)).first() is None:
                return 0
        with database.writing() as session:
            rows = session.execute(named.limit(MOST_REPLAYED)).all()
            return sum(self._tried(session, row, dry_run=False) is None for row in rows)

    def router(self) -> Router:
        """GET /v1/dead-letters, GET /v1/dead-letters/{id}, POST /v1/dead-letters/replay and /drop."""
        router = Router(tags=["dead letters"], dependencies=[allow(Role.OPERATOR)])

        @router.get("/v1/dead-letters")
        def dead_letters(database: ReadingDep, paging: PageDep, resolved: WrittenFlag = False) -> Page[DeadLetter]:
            """The events that could not be taken in, oldest first; only those still waiting unless asked otherwise."""
            wanted = select(dead_letter).order_by(dead_letter.c.id) if resolved else _unresolved()
            if after := paging.after_id:
                wanted = wanted.where(dead_letter.c.id > after)
            with database.reading() as session:
                rows = session.execute(wanted.limit(paging.limit + 1)).all()
            return paging.page(rows, DeadLetter.of, lambda row: [row.id])

        @router.get("/v1/dead-letters/{dead_letter_id}")
        def one_dead_letter(dead_letter_id: UUID, database: ReadingDep) -> DeadLetterWhole:
            """One of them with its bytes."""
            with database.reading() as session:
                row = session.execute(select(dead_letter).where(dead_letter.c.id == dead_letter_id)).first()
            if row is None:
                raise NotFound
            return DeadLetterWhole.whole(row)

        @router.post("/v1/dead-letters/replay", response_model=ReplayRead, responses={404: {}})
        async def replay(wanted: Replay, request: WriteDep) -> Response:
            """Try one again, or all that failed for the same reason (重放); a dry run changes nothing."""
            return await request.run(self.replay, wanted, lambda replayed: replayed)

        @router.post("/v1/dead-letters/drop", response_model=DropRead, responses={404: {}})
        async def drop_dead_letters(wanted: Drop, request: WriteDep) -> Response:
            """Give one up, or all that failed for the same reason (放弃); says in the list by whom and why."""
            return await request.run(drop, wanted, lambda dropped: dropped)

        return router


@operation("drop_dead_letters", roles=(Role.OPERATOR,), purpose=lambda wanted: wanted.reason)
def drop(session: Session, calls: Sequence[Call[Drop]]) -> list[DropRead | Refusal]:
    """Give parked events up (放弃滞留事件): they are resolved without having been taken in, by whom and why.

    Writes dead_letter. Announces nothing. Refuses with NotFound where no unresolved event is meant.
    """
    return [_dropped(session, call.item, call.caller) for call in calls]


def _dropped(session: Session, wanted: Drop, caller: Caller) -> DropRead | Refusal:
    ids = [row.id for row in _meant(session, wanted)]
    if not ids:
        return NotFound()
    why = {"resolved_at": clock.now(), "dropped_by": caller.actor, "drop_reason": wanted.reason}
    session.execute(update(dead_letter).where(dead_letter.c.id.in_(ids)).values(why))
    return DropRead(dropped=ids)


def _meant(session: Session, wanted: WhichLetters) -> Sequence[Row[tuple[object, ...]]]:
    is_meant = dead_letter.c.id == wanted.id if wanted.id else dead_letter.c.fingerprint == wanted.fingerprint
    return session.execute(_unresolved().limit(MOST_REPLAYED).where(is_meant)).all()


def _unresolved() -> Select[tuple[object, ...]]:
    return select(dead_letter).where(dead_letter.c.resolved_at.is_(None)).order_by(dead_letter.c.id)
