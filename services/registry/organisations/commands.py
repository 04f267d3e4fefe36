from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select, tuple_

from services.registry.organisations.models import Organisation, OrganisationName, Post
from shared import clock

Named = TypeVar("Named", Organisation, Post)


@dataclass(frozen=True)
class StatedOrganisation:
    """An organisation whose code was read and found in order."""

    uscc: str
    name: str


@dataclass(frozen=True)
class StatedPost:
    """A post whose codes were read and found in order."""

    host_uscc: str
    post_code: str
    name: str


def recognise_organisations(session: Session, stated: Sequence[StatedOrganisation]) -> list[UUID]:
    """The organisation behind each code, recorded now if it is new."""
    wanted = {each.uscc for each in stated}
    known = {o.uscc: o for o in session.exec(select(Organisation).where(col(Organisation.uscc).in_(wanted)))}
    now = clock.now()
    for each in sorted(stated, key=lambda each: each.uscc):  # everybody locks in this order
        if each.uscc not in known:
            known[each.uscc] = Organisation(uscc=each.uscc, name=each.name, created_at=now)
            session.add(known[each.uscc])
    session.flush()
    return [known[each.uscc].id for each in stated]


def recognise_posts(session: Session, stated: Sequence[StatedPost]) -> list[UUID]:
    """The post behind each code of a host, recorded now if it is new."""
    wanted = {(each.host_uscc, each.post_code) for each in stated}
    places = tuple_(col(Post.host_uscc), col(Post.post_code))
    known = {(p.host_uscc, p.post_code): p for p in session.exec(select(Post).where(places.in_(wanted)))}
    now = clock.now()
    for each in sorted(stated, key=lambda each: (each.host_uscc, each.post_code)):
        place = (each.host_uscc, each.post_code)
        if place not in known:
            known[place] = Post(host_uscc=each.host_uscc, post_code=each.post_code, name=each.name, created_at=now)
            session.add(known[place])
    session.flush()
    return [known[each.host_uscc, each.post_code].id for each in stated]


def note_names(session: Session, stated: Mapping[UUID, str]) -> None:
    """Another name for a known organisation is a renaming (更名): the code stays, the old name becomes history."""
    now = clock.now()
    for organisation in _held(session, Organisation, stated):
        if organisation.name != stated[organisation.id]:
            session.add(OrganisationName(organisation_id=organisation.id, name=organisation.name, until=now))
            organisation.name = stated[organisation.id]
    for post in _held(session, Post, stated):
        post.name = stated[post.id]
    session.flush()


def _held(session: Session, model: type[Named], ids: Collection[UUID]) -> Iterable[Named]:
    rows = select(model).where(col(model.id).in_(ids)).order_by(col(model.id)).with_for_update()
    return session.exec(rows.execution_options(populate_existing=True))
