"""The clock of the database, which all its clients share, and how far that of this machine is from it (时钟)."""

import time
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Depends, Request
from sqlalchemy import BigInteger, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session

from shared.auth import LEEWAY
from shared.db import Database
from shared.problems import Refusal, Said

LOOK_AGAIN = 10.0  # seconds between two questions to the database for the time


class database_ms(FunctionElement[int]):  # noqa: N801  # reads as the SQL function it is
    """Milliseconds since 1970 by the database's clock, which all its clients share."""

    type = BigInteger()
    inherit_cache = True


@compiles(database_ms, "sqlite")
def _sqlite_ms(element: Any, compiler: Any, **kw: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


@compiles(database_ms, "postgresql")
def _postgresql_ms(element: Any, compiler: Any, **kw: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"


class ClocksApart(Refusal):
    """本机与数据库的时钟不一致 · The clocks of this machine and of its database differ."""

    status, slug = 503, "clocks-apart"

    def __init__(self, ahead: float) -> None:
        """`ahead` is by how many seconds that of this machine is ahead, negative where it is behind."""
        by = round(abs(ahead))
        self.said = Said(
            f"本机时钟比数据库{'快' if ahead > 0 else '慢'}{by}秒，请用网络授时校准两边的时钟",
            f"this machine's clock is {by} s {'ahead of' if ahead > 0 else 'behind'} its database's: set both by NTP",
        )
        super().__init__(detail=self.said, ahead_seconds=round(ahead))

    def __str__(self) -> str:
        return self.said.en


def seconds_ahead(session: Session) -> float:
    """By how many seconds the clock of this machine is ahead of the database's; negative where it is behind."""
    before = time.time()
    there: int = session.execute(select(database_ms())).scalar_one()
    return (before + time.time()) / 2 - there / 1000


def refuse_apart(ahead: float) -> None:
    """Raises ClocksApart where they differ by more than tokens allow for: what the time decides would go wrong."""
    if abs(ahead) > LEEWAY:
        raise ClocksApart(ahead)


class Clocks:
    """Whether the two agree, for requests."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ahead = 0.0
        self._looked_at = float("-inf")

    async def check(self) -> None:
        """Raises ClocksApart while they do not, as far as was known some seconds ago."""
        if time.monotonic() - self._looked_at > LOOK_AGAIN:
            self._ahead = await run_sync(self._look)
            self._looked_at = time.monotonic()
        refuse_apart(self._ahead)

    def _look(self) -> float:
        with self._database.reading() as session:
            return seconds_ahead(session)


async def _clocks_agree(request: Request) -> None:
    clocks: Clocks = request.app.state.clocks
    await clocks.check()


NEEDS_THE_TIME = Depends(_clocks_agree)  # of a route that gives a token: under a wrong clock nobody else takes it
