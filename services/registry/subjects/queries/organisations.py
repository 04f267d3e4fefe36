from collections.abc import Collection
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, or_, select

from services.registry.subjects.models.organisations import Organisation, OrganisationName, Post, Reorganisation
from services.registry.subjects.schemas.organisations import (
    OrganisationDetails,
    OrganisationNamed,
    OrganisationRead,
    PostRead,
)
from shared.db import stretches


class Ended(NamedTuple):
    """How an organisation ended, from which day on, and who succeeded it."""

    status: Literal["merged", "split"]
    ended_on: date
    successors: list[OrganisationNamed]


def organisations(session: Session, ids: Collection[UUID]) -> dict[UUID, OrganisationRead]:
    """Organisations as shown, by id: present name, former names the first first, what became of them (沿革).

    Ids that are no organisation's are left out.
    """
    if not ids:
        return {}
    former: dict[UUID, list[str]] = {}
    named = select(OrganisationName).where(col(OrganisationName.organisation_id).in_(ids))
    for old in session.exec(named.order_by(col(OrganisationName.until))):
        former.setdefault(old.organisation_id, []).append(old.name)
    ended = endings(session, ids)
    found = session.exec(select(Organisation).where(col(Organisation.id).in_(ids)))
    return {
        o.id: OrganisationRead(
            uscc=o.uscc,
            name=o.name,
            former_names=former.get(o.id, []),
            status=ended[o.id].status if o.id in ended else "active",
            ended_on=ended[o.id].ended_on if o.id in ended else None,
            successors=ended[o.id].successors if o.id in ended else [],
        )
        for o in found
    }


def endings(session: Session, ids: Collection[UUID]) -> dict[UUID, Ended]:
    """Which of some organisations have ended (注销) by a reorganisation that stands, since which day, into whom."""
    standing = select(Reorganisation).where(
        col(Reorganisation.old_id).in_(ids),
        col(Reorganisation.heir_id).is_not(None),
        col(Reorganisation.undone_at).is_(None),
    )
    rows = session.exec(standing).all()
    names = named(session, {UUID(each) for row in rows for each in row.successors})
    return {
        row.old_id: Ended(
            "merged" if row.kind == "merger" else "split",
            row.effective_on,
            [names[UUID(each)] for each in row.successors],
        )
        for row in rows
    }


def retired(session: Session, codes: Collection[str]) -> dict[str, Ended]:
    """Which of some codes are retired, by code; codes never registered are as if active."""
    if not codes:
        return {}
    having = select(Organisation.id, Organisation.uscc).where(col(Organisation.uscc).in_(codes))
    code_of = dict(session.exec(having).all())
    return {code_of[identity]: ended for identity, ended in endings(session, code_of).items()}


def named(session: Session, ids: Collection[UUID]) -> dict[UUID, OrganisationNamed]:
    """Organisations by id: code and present name."""
    found = session.exec(select(Organisation).where(col(Organisation.id).in_(ids)))
    return {each.id: OrganisationNamed.model_validate(each) for each in found}


def details(session: Session, uscc: str) -> OrganisationDetails | None:
    """One organisation by its code, with those above and below it; None for a code never registered."""
    one = session.exec(select(Organisation).where(Organisation.uscc == uscc)).first()
    if one is None:
        return None
    below = session.exec(select(Organisation).where(Organisation.parent_id == one.id).order_by(col(Organisation.uscc)))
    return OrganisationDetails(
        **organisations(session, [one.id])[one.id].model_dump(),
        parent=named(session, [one.parent_id])[one.parent_id] if one.parent_id else None,
        branches=[OrganisationNamed.model_validate(each) for each in below],
    )


def posts(session: Session, ids: Collection[UUID]) -> dict[UUID, PostRead]:
    """Posts as shown, by id."""
    if not ids:
        return {}
    found = session.exec(select(Post).where(col(Post.id).in_(ids)))
    return {p.id: PostRead(post_code=p.post_code, name=p.name, host_uscc=p.host_uscc) for p in found}


def named_now(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """The present names of organisations and posts, by id."""
    found: dict[UUID, str] = {}
    for some in stretches(ids):
        found |= dict(
            session.exec(select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(some))).all()
        )
        found |= dict(session.exec(select(Post.id, Post.name).where(col(Post.id).in_(some))).all())
    return found


def subjects_with_code(session: Session, codes: Collection[str]) -> list[UUID]:
    """The organisations or the posts that have one of these codes, or are hosted by one."""
    return [
        *session.exec(select(Organisation.id).where(col(Organisation.uscc).in_(codes))),
        *session.exec(select(Post.id).where(or_(col(Post.post_code).in_(codes), col(Post.host_uscc).in_(codes)))),
    ]
