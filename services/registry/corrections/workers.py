"""The worker that looks for people again: those who have no fingerprints yet, and those recorded side by side."""

from collections.abc import Callable

from sqlmodel import col, select

from services.registry.programmes.queries import in_force
from services.registry.subjects.commands.candidates import SETTLED, compare_again
from services.registry.subjects.models.people import Person
from services.registry.subjects.queries.people import lock_identities
from shared import clock
from shared.db import Database
from shared.service import Context


def compare_next(database: Database) -> int:
    """Look for some people among all others (疑似重复); how many, at most 200. Writes nothing while nobody waits."""
    settled = clock.now() - SETTLED
    waiting = select(Person.id).where(col(Person.compared_at).is_(None), col(Person.created_at) < settled).limit(1)
    with database.reading() as session:
        if session.exec(waiting).first() is None:
            return 0
    with database.writing() as session:
        lock_identities(session, changing=False)
        return compare_again(session, in_force(session).matching)


def comparing(context: Context) -> Callable[[], int]:
    """The `compare` worker of a running service."""
    return lambda: compare_next(context.database)
