from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select, tuple_

from services.registry.organisations.models import Organisation, OrganisationName, Post
from shared import clock


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
    """The organisation behind each code, recorded now if new; another name is a renaming (更名)."""
    wanted = {each.uscc for each in stated}
    known = {o.uscc: o for o in session.exec(select(Organisation).where(col(Organisation.uscc).in_(wanted)))}
    now = clock.now()
    for each in stated:
        organisation = known.get(each.uscc)
        if organisation is None:
            known[each.uscc] = Organisation(uscc=each.uscc, name=each.name, created_at=now)
            session.add(known[each.uscc])
        elif organisation.name != each.name:
            session.add(OrganisationName(organisation_id=organisation.id, name=organisation.name, until=now))
            organisation.name = each.name
    session.flush()
    return [known[each.uscc].id for each in stated]


def recognise_posts(session: Session, stated: Sequence[StatedPost]) -> list[UUID]:
    """The post behind each code of a host, recorded now if it is new."""
    wanted = {(each.host_uscc, each.post_code) for each in stated}
    places = tuple_(col(Post.host_uscc), col(Post.post_code))
    known = {(p.host_uscc, p.post_code): p for p in session.exec(select(Post).where(places.in_(wanted)))}
    now = clock.now()
    for each in stated:
        place = (each.host_uscc, each.post_code)
        if place not in known:
            known[place] = Post(host_uscc=each.host_uscc, post_code=each.post_code, name=each.name, created_at=now)
            session.add(known[place])
        else:
            known[place].name = each.name
    session.flush()
    return [known[each.host_uscc, each.post_code].id for each in stated]
