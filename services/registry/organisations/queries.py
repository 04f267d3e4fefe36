from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, or_, select

from services.registry.organisations.models import Organisation, OrganisationName, Post
from services.registry.organisations.schemas import OrganisationRead, OrganisationSubject, PostRead, PostSubject


def organisations(session: Session, ids: Collection[UUID]) -> dict[UUID, OrganisationRead]:
    """Organisations as shown."""
    if not ids:
        return {}
    former: dict[UUID, list[str]] = {}
    named = select(OrganisationName).where(col(OrganisationName.organisation_id).in_(ids))
    for old in session.exec(named.order_by(col(OrganisationName.until))):
        former.setdefault(old.organisation_id, []).append(old.name)
    found = session.exec(select(Organisation).where(col(Organisation.id).in_(ids)))
    return {o.id: OrganisationRead(uscc=o.uscc, name=o.name, former_names=former.get(o.id, [])) for o in found}


def posts(session: Session, ids: Collection[UUID]) -> dict[UUID, PostRead]:
    """Posts as shown."""
    if not ids:
        return {}
    found = session.exec(select(Post).where(col(Post.id).in_(ids)))
    return {p.id: PostRead(post_code=p.post_code, name=p.name, host_uscc=p.host_uscc) for p in found}


def as_stated(session: Session, subject_ref: UUID) -> OrganisationSubject | PostSubject:
    """An organisation or a post as an institution would state it again."""
    organisation = session.get(Organisation, subject_ref)
    if organisation:
        return OrganisationSubject(kind="organisation", uscc=organisation.uscc, name=organisation.name)
    post = session.get_one(Post, subject_ref)
    return PostSubject(kind="post", post_code=post.post_code, name=post.name, host_uscc=post.host_uscc)


def subjects_with_code(session: Session, codes: Collection[str]) -> list[UUID]:
    """The organisations or the posts that have one of these codes."""
    return [
        *session.exec(select(Organisation.id).where(col(Organisation.uscc).in_(codes))),
        *session.exec(select(Post.id).where(or_(col(Post.post_code).in_(codes), col(Post.host_uscc).in_(codes)))),
    ]
