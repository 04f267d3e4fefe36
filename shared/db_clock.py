"""The clock of the database, which all its clients share."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


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
