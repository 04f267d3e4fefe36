"""Named reads of bulletins."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlmodel import Session

from services.quota.bulletins.models import BULLETIN, Bulletin
from services.quota.bulletins.queries.restating import Before
from services.quota.bulletins.rules import BulletinKind, EditionTerm, hash_of
from services.quota.bulletins.schemas import Previous

LISTED = [column for column in BULLETIN.c if column.name not in ("content", "last_line")]


def by_id(session: Session, bulletin_id: UUID) -> Bulletin | None:
    """One edition with its content; None for an unknown id."""
    return session.get(Bulletin, bulletin_id)


def page(
    session: Session, kind: str | None, edition: str | None, after: UUID | None, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """At most `limit` editions without their content, the newest first, from after an id on."""
    statement = select(*LISTED).order_by(BULLETIN.c.id.desc()).limit(limit)
    if kind is not None:
        statement = statement.where(BULLETIN.c.kind == kind)
    if edition is not None:
        statement = statement.where(BULLETIN.c.edition == edition)
    if after is not None:
        statement = statement.where(BULLETIN.c.id < after)
    return session.execute(statement).all()


def last_number(session: Session, kind: BulletinKind, edition: str) -> int:
    """The number of the last edition of a kind for a term (第几版), 0 for none."""
    same = (BULLETIN.c.kind == kind, BULLETIN.c.edition == edition)
    numbers = select(BULLETIN.c.edition_no).where(*same).order_by(BULLETIN.c.edition_no.desc()).limit(1)
    return session.execute(numbers).scalar() or 0


def before(session: Session, kind: BulletinKind, term: EditionTerm) -> Before | None:
    """The edition that a new one is held against: of its own term, or else of the last one before it, the newest.

    Months are held against months and years against years, so that who reads the one kind alone misses nothing.
    """
    alike = BULLETIN.c.kind == kind, func.length(BULLETIN.c.edition) == len(term.edition)
    statement = select(*LISTED, BULLETIN.c.last_line).where(*alike, BULLETIN.c.as_of <= term.end)
    found = session.execute(
        statement.order_by(BULLETIN.c.as_of.desc(), BULLETIN.c.edition_no.desc()).limit(1)
    ).one_or_none()
    if found is None:
        return None
    return Before(Previous(**{name: getattr(found, name) for name in Previous.model_fields}), found.last_line)


def held_to_their_hashes(session: Session) -> tuple[int, int]:
    """How many editions there are, and how many no longer have the content their SHA-256 was made of."""
    rows = session.execute(select(BULLETIN.c.content, BULLETIN.c.sha256)).all()
    return len(rows), sum(hash_of(content) != sha256 for content, sha256 in rows)
