"""What a database knows of its tables when it decides how to look something up (统计信息)."""

from collections.abc import Iterable

from sqlalchemy import DDL, Float, Integer, Table, column, func, select, table

from shared.db import Database

_CLASSES = table("pg_class", column("oid", Integer), column("reltuples", Float))
_ANALYSE = DDL("ANALYZE %(fullname)s")  # type: ignore[no-untyped-call]  # as SQLAlchemy has it


def look_again(database: Database, tables: Iterable[Table], rows: int) -> None:
    """Have PostgreSQL look anew at those tables of which it knows fewer rows than are on their way.

    By itself it does so once a minute. Until then it takes a table for as small as it was, and may read all of one for
    each question. SQLite looks things up in the index anyhow.
    """
    if database.is_sqlite:
        return
    with database.engine.begin() as connection:
        for each in tables:
            known = select(_CLASSES.c.reltuples).where(_CLASSES.c.oid == func.to_regclass(each.name))
            if connection.execute(known).scalar_one() < rows:
                connection.execute(_ANALYSE.against(each))
