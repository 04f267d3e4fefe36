"""What routes share: the reader's language, the operations they ask for, versions, pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Event
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import anyio.to_thread
from fastapi import Depends, Header, Query, Request, Response
from pydantic import BaseModel

from shared.auth import Admission, Caller, CallerDep, Itself, Reach, token_of
from shared.bodies import LONG
from shared.contracts.facts import MOST_FACTS
from shared.cursors import ListCursors, cursor_unknown
from shared.db import Database
from shared.fields import OneLine, WrittenNumber
from shared.idempotency import Answer, Key, read_key
from shared.languages import language_of
from shared.operations import Operation
from shared.problems import Language, PreconditionRequired, Refusal
from shared.versions import Versions
from shared.wakeups import WakeUp
from shared.writer import Writer

JSON = "application/json"
WHOLE = 2**31  # more than any list holds

R = TypeVar("R")
T = TypeVar("T")
Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


async def _language(request: Request) -> Language:
    return language_of(request)


LanguageDep = Annotated[Language, Depends(_language)]


async def _database(request: Request) -> Database:
    database: Database = request.app.state.context.database
    return database


ReadingDep = Annotated[Database, Depends(_database)]


async def _stopping(request: Request) -> Event:
    stopping: Event = request.app.state.context.stopping
    return stopping


StoppingDep = Annotated[Event, Depends(_stopping)]


async def _committed(request: Request) -> WakeUp:
    committed: WakeUp = request.app.state.context.committed
    return committed


CommittedDep = Annotated[WakeUp, Depends(_committed)]


def may(operation: Operation[Any, Any], *, reach: Reach | None = None) -> Any:
    """Admit to a route whoever may ask for the operation; everybody else is refused with 403. See `shared.rights`."""
    return Depends(Admission(frozenset(operation.roles), reach, operation))


def etag(version: int) -> str:
    """A strong entity tag (RFC 9110) of a version."""
    return f'"{version}"'


async def expected_versions(request: Request) -> Versions:
    """The versions in If-Match; 428 without any."""
    tags = request.headers.getlist("if-match")
    if not tags:
        raise PreconditionRequired
    return Versions.of(", ".join(tags))


ExpectedVersion = Annotated[Versions, Depends(expected_versions)]


async def seen_versions(request: Request) -> Versions:
    """The versions in If-Match of whoever approves what they saw; whichever there is without any."""
    tags = request.headers.getlist("if-match")
    return Versions.of(", ".join(tags) or "*")


SeenVersion = Annotated[Versions, Depends(seen_versions)]


def _headers(model: BaseModel) -> dict[str, str]:
    version = getattr(model, "version", None)
    return {"ETag": etag(version)} if isinstance(version, int) else {}


def shown(model: BaseModel) -> Response:
    """A single resource with its entity tag."""
    return Response(model.model_dump_json(), media_type=JSON, headers=_headers(model))


@dataclass(frozen=True)
class WriteRequest:
    """A request that writes: who asks, in which language, under which Idempotency-Key; where it is carried out."""

    caller: Caller
    language: Language
    writer: Writer
    database: Database
    key: Key | None
    request: UUID

    async def run(
        self,
        operation: Operation[Item, Outcome],
        item: Item,
        answer: Callable[[Outcome], BaseModel | Refusal],
        status: int | Callable[[Outcome], int] = 200,
        headers: Callable[[Outcome], dict[str, str]] = lambda outcome: {},
        again: Callable[[Outcome], BaseModel] | None = None,
    ) -> Response:
        """Have one item executed and answer with what came of it, once it is committed.

        `again` is the answer to whoever repeats the request under its Idempotency-Key, where that is another. Raises
        the item's refusal, which becomes the problem answer.
        """

        def one(outcomes: Sequence[Any]) -> Answer | Refusal:
            (outcome,) = outcomes
            model = outcome if isinstance(outcome, Refusal) else answer(outcome)
            if isinstance(model, Refusal):
                return model
            code = status if isinstance(status, int) else status(outcome)
            kept = again(outcome).model_dump_json().encode() if again else None
            return Answer(code, model.model_dump_json().encode(), _headers(model) | headers(outcome), kept=kept)

        return _response(await self.writer.submit(operation, self.caller, [item], one, self.key, self.request))

    async def run_many(
        self,
        operation: Operation[Item, Outcome],
        items: Sequence[Item],
        answer: Callable[[Sequence[Outcome | Refusal]], BaseModel],
        status: int = 200,
    ) -> Response:
        """Have many items executed together; the answer has the outcome of each, in their order."""

        def every(outcomes: Sequence[Any]) -> Answer:
            return Answer(status, answer(outcomes).model_dump_json().encode())

        return _response(await self.writer.submit(operation, self.caller, items, every, self.key, self.request))

    async def amend_answer(
        self,
        operation: Operation[Item, Outcome],
        caller: Caller,
        items: Sequence[Item],
        answer: Callable[[Sequence[Outcome | Refusal]], BaseModel],
        first: Response,
    ) -> Response:
        """Carry out what follows from a request whose answer is committed already, and answer with what came of it.

        Status and headers are those of the first answer, and it is kept in its place under the Idempotency-Key.
        """
        headers = {name: value for name in ("Location",) if (value := first.headers.get(name))}

        def anew(outcomes: Sequence[Any]) -> Answer:
            model = answer(outcomes)
            return Answer(first.status_code, model.model_dump_json().encode(), _headers(model) | headers)

        submit = self.writer.submit(operation, caller, items, anew, self.key, self.request, amends=True)
        return _response(await submit)


def _response(answer: Answer) -> Response:
    replayed = {"Idempotent-Replayed": "true"} if answer.replayed else {}
    body = answer.body if answer.status != 204 else b""
    return Response(body, status_code=answer.status, media_type=JSON, headers=answer.headers | replayed)


async def write_request(
    request: Request,
    caller: CallerDep,
    idempotency_key: Annotated[str | None, Header(description="RFC draft Idempotency-Key; kept for 7 days")] = None,
) -> WriteRequest:
    """What a route that writes needs to know of the request. Raises Unauthenticated for who may come no more."""
    if caller.role is not Itself.SYSTEM:
        await request.app.state.standing(token_of(request))
    key = None
    if idempotency_key is not None:
        scope = f"{caller.sub} {request.method} {request.url.path}"[:300]
        body = await request.body()
        named, query = read_key(idempotency_key), request.url.query.encode()
        long = len(body) > LONG
        digest = await anyio.to_thread.run_sync(_fingerprint, query, body) if long else _fingerprint(query, body)
        key = Key(scope, named, digest)
    return write_for(request, caller, key)


def _fingerprint(query: bytes, body: bytes) -> str:
    digest = sha256(query + b"\n")
    digest.update(body)
    return digest.hexdigest()


def write_for(request: Request, caller: Caller, key: Key | None = None) -> WriteRequest:
    """The same for a caller whom no token names, as where somebody signs in; its answer is kept under no key."""
    state, language = request.app.state, language_of(request)
    return WriteRequest(caller, language, state.writer, state.context.database, key, UUID(request.state.request_id))


WriteDep = Annotated[WriteRequest, Depends(write_request)]


class Page(BaseModel, Generic[T]):
    """A stretch of a list; `next` is the cursor of the following one, null at the end."""

    items: list[T]
    next: str | None = None


@dataclass(frozen=True)
class Paging:
    """How much of a list, from where: `after` is what the cursor holds, null at the beginning."""

    limit: int
    after: list[Any] | None
    cursors: ListCursors

    @property
    def after_id(self) -> UUID | None:
        """The id this page starts after, in a list ordered by id. Raises InvalidBody for the cursor of another list."""
        if self.after is None:
            return None
        try:
            (place,) = self.after
            return UUID(place)
        except (ValueError, TypeError, AttributeError):
            raise cursor_unknown() from None

    @property
    def after_number(self) -> int:
        """The number this page starts after, 0 at the beginning. Raises InvalidBody for the cursor of another list."""
        match self.after:
            case None:
                return 0
            case [int(place)] if 0 <= place < 2**63:
                return place
            case _:
                raise cursor_unknown()

    def page(self, rows: Sequence[R], shown: Callable[[R], T], place: Callable[[R], list[Any]]) -> Page[T]:
        """A page of rows that were read with `limit + 1`; `place` is what the next page starts after."""
        more = len(rows) > self.limit
        kept = rows[: self.limit]
        following = self.cursors.write(place(kept[-1])) if more else None
        return Page(items=[shown(row) for row in kept], next=following)

    def stretch(self, items: Sequence[T]) -> Page[T]:
        """A page of a list that is at hand whole; its cursor is a place in the list."""
        start = self.after_number
        end = min(start + self.limit, len(items))
        following = self.cursors.write([end]) if end < len(items) else None
        return Page(items=list(items[start:end]), next=following)


def _pages_of(most: int, default: int | None = 50) -> Any:
    async def paging(
        request: Request,
        limit: Annotated[WrittenNumber | None, Query(ge=1, le=most)] = default,
        cursor: Annotated[OneLine | None, Query(max_length=500, description="`next` of the page before")] = None,
    ) -> Paging:
        cursors = ListCursors.of(request)
        return Paging(limit or WHOLE, None if cursor is None else cursors.read(cursor), cursors)

    return Depends(paging)


PageDep = Annotated[Paging, _pages_of(200)]
WholePageDep = Annotated[Paging, _pages_of(200, default=None)]  # short lists: all of it, unless a limit is given
LongPageDep = Annotated[Paging, _pages_of(1_000)]  # for machines that read a whole list
OnlyTheseDep = Annotated[list[UUID] | None, Query(max_length=MOST_FACTS, description="only these registrations")]
