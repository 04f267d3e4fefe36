"""Databases and bus of an installation, for commands that work on them themselves: what goes wrong, in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from shared.backups import SERVICES
from shared.bus import Away, Broken
from shared.bus.reaching import BadBusUrl
from shared.cli.client import Refused
from shared.config import settings
from shared.db_engines import BadDatabaseUrl, parsed_url
from shared.db_errors import describe


@contextmanager
def stores_in_reach() -> Iterator[None]:
    """Raises Refused for a setting that names no database or bus, and for one that does not answer in here."""
    for name in SERVICES:
        try:
            parsed_url(settings().database_url(name))
        except BadDatabaseUrl as bad:
            raise Refused(f"TALENT_{name.upper()}_DATABASE_URL {bad}") from None
    try:
        yield
    except (Away, Broken, BadBusUrl) as away:
        raise Refused(str(away)) from None
    except SQLAlchemyError as error:
        raise Refused(describe(error)) from None
