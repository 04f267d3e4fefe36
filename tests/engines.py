"""Engines that know what those before them compiled: each statement once for all databases of a run, not for each."""

from typing import Any

from sqlalchemy import URL, Engine, create_engine

from shared import db_engines

STATEMENTS = 5000  # remembered; SQLAlchemy's 500 are enough for one service, not for all of them

_first: dict[tuple[str, str], Engine] = {}


def like_the_first(url: URL, **chosen: Any) -> Engine:
    """An engine with the dialect of the first of its kind, by which SQLAlchemy names what it has compiled.

    A dialect learns at its first connection what the server can do, so the first engine has its own to the end.
    """
    plain = {name: value for name, value in chosen.items() if name != "connect_args"}
    kind = url.get_backend_name(), repr(plain)
    first = _first.get(kind)
    if first is None or not hasattr(first.dialect, "default_isolation_level"):
        _first[kind] = create_engine(url, query_cache_size=STATEMENTS, **chosen)
        return _first[kind]
    engine = create_engine(url, _initialize=False, **chosen)  # what the server can do is known
    engine.dialect = first.dialect
    engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return engine


def share() -> None:
    """Have every database of this process opened so."""
    setattr(db_engines, "create_engine", like_the_first)  # noqa: B010  # mypy takes no other function for this one
