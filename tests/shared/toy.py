"""A tiny service for the kernel's own tests: it keeps notes, and announces each."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict
from sqlmodel import Field, Session, SQLModel, select

from shared.auth import Caller, Role
from shared.db import own_tables
from shared.events import Event
from shared.ids import new_id
from shared.operations import Call, operation
from shared.outbox import announce
from shared.problems import Fault, Refusal, Said


class Table(SQLModel, registry=own_tables()):
    pass


class Note(Table, table=True):
    id: UUID = Field(default_factory=new_id, primary_key=True)
    text: str = Field(unique=True)


class NoteTaken(Event):
    type: ClassVar[str] = "toy.note.taken.v1"
    source: ClassVar[str] = "/toy"
    topic: ClassVar[str] = "toy.v1"

    text: str

    @property
    def key(self) -> str:
        return self.text[:1]


class NewNote(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str


class NoteRead(BaseModel):
    id: UUID
    text: str


class TooDull(Refusal):
    """内容太平淡 · The note is too dull."""

    status, slug = 409, "too-dull"


@operation("keep", roles=list(Role))
def keep(session: Session, calls: Sequence[Call[NewNote]]) -> list[Note | Refusal]:
    outcomes: list[Note | Refusal] = []
    for new in (call.item for call in calls):
        if new.text == "dull":
            outcomes.append(TooDull(Fault("/text", "dull", Said("太平淡", "too dull"))))
            continue
        if new.text == "poison":
            raise RuntimeError("nobody foresaw this")
        note = Note(text=new.text)
        session.add(note)
        session.flush()
        if new.text == "half":
            raise RuntimeError("after something was written")
        announce(session, NoteTaken(text=new.text))
        outcomes.append(note)
    return outcomes


class Taken(Refusal):
    """已有此内容 · This note is there already."""

    status, slug = 409, "taken"


@operation("offer", roles=list(Role))
def offer(session: Session, calls: Sequence[Call[NewNote]]) -> list[Note | Refusal]:
    """Like `keep`, but looks first whether the note is there."""
    outcomes: list[Note | Refusal] = []
    for call in calls:
        there = session.exec(select(Note).where(Note.text == call.item.text)).first()
        outcomes += [Taken()] if there else keep(session, [call])
    return outcomes


def texts(session: Session) -> list[str]:
    return sorted(session.exec(select(Note.text)))


class EveryToken:
    """Reads every token as one of the operator's."""

    async def read(self, token: str) -> Caller:
        return Caller("op", Role.OPERATOR, person="op")


def of_an_operator(app: FastAPI) -> TestClient:
    """Whoever asks a service as its operator."""
    app.state.tokens = EveryToken()
    return TestClient(app, headers={"Authorization": "Bearer of the operator"})
