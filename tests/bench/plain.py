"""The reference of P1, what one would write first: a synchronous endpoint that inserts one row in its own session."""

import os
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Body, Depends, FastAPI
from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, create_engine

engine = create_engine(os.environ["PLAIN_DATABASE_URL"], pool_size=40)
app = FastAPI()


class Plain(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    body: dict[str, Any] = Field(sa_column=Column(JSON))


SQLModel.metadata.create_all(engine)


def session() -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened


@app.post("/v1/registrations", status_code=201)
def register(body: Annotated[dict[str, Any], Body()], opened: Annotated[Session, Depends(session)]) -> Plain:
    row = Plain(body=body)
    opened.add(row)
    opened.commit()
    opened.refresh(row)
    return row
