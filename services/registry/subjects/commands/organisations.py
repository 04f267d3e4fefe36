from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select, tuple_

from services.registry.subjects.models.organisations import Organisation, OrganisationName, Post
from services.registry.subjects.queries import organisations as queries
from services.registry.subjects.rules.organisations import never_registered, read_uscc
from services.registry.subjects.schemas.organisations import OrganisationDetails
from shared import clock
from shared.auth import Role
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said

Named = TypeVar("Named", Organisation, Post)


@dataclass(frozen=True)
class StatedOrganisation:
    """An organisation whose code was read and found in order; in a `draft` it names nothing yet."""

    uscc: str
    name: str
    draft: bool = False


@dataclass(frozen=True)
class Parenting:
    """A branch, and the organisation it belongs to if any."""

    uscc: str
    parent_uscc: str | None


@dataclass(frozen=True)
class StatedPost:
    """A post whose codes were read and found in order; in a `draft` it names nothing yet."""

    host_uscc: str
    post_code: str
    name: str
    draft: bool = False


def identify_organisations(session: Session, stated: Sequence[StatedOrganisation]) -> list[UUID]:
    """The organisation behind each code, in order, recorded now under the stated name if it is new.

    A name that differs is left to `note_names`. Writes: `organisation`, in the order of codes, so that two who record
    the same wait for one another and never in a circle. Refuses nobody: codes were read before.
    """
    if not stated:
        return []
    wanted = {each.uscc for each in stated}
    known = {o.uscc: o for o in session.exec(select(Organisation).where(col(Organisation.uscc).in_(wanted)))}
    now = clock.now()
    for each in sorted(stated, key=lambda each: each.uscc):  # everybody locks in this order
        if each.uscc not in known:
            known[each.uscc] = Organisation(uscc=each.uscc, name=each.name, provisional=each.draft, created_at=now)
            session.add(known[each.uscc])
        elif known[each.uscc].provisional and not each.draft:
            known[each.uscc].name, known[each.uscc].provisional = each.name, False
    session.flush()
    return [known[each.uscc].id for each in stated]


def identify_posts(session: Session, stated: Sequence[StatedPost]) -> list[UUID]:
    """The post behind each code of a host, in order, recorded now if it is new; the host need not be registered.

    Writes: `post`, in the order of hosts and codes. Refuses nobody: codes were read before.
    """
    if not stated:
        return []
    wanted = {(each.host_uscc, each.post_code) for each in stated}
    places = tuple_(col(Post.host_uscc), col(Post.post_code))
    known = {(p.host_uscc, p.post_code): p for p in session.exec(select(Post).where(places.in_(wanted)))}
    now = clock.now()
    for each in sorted(stated, key=lambda each: (each.host_uscc, each.post_code)):
        place = (each.host_uscc, each.post_code)
        if place not in known:
            known[place] = Post(
                host_uscc=each.host_uscc,
                post_code=each.post_code,
                name=each.name,
                provisional=each.draft,
                created_at=now,
            )
            session.add(known[place])
        elif known[place].provisional and not each.draft:
            known[place].name, known[place].provisional = each.name, False
    session.flush()
    return [known[each.host_uscc, each.post_code].id for each in stated]


def note_names(session: Session, stated: Mapping[UUID, str], kept: Collection[UUID]) -> None:
    """Another name for a known organisation is a renaming (更名): the code stays, the old name becomes history.

    `stated` are names by id of organisations and posts, as registrations that were recognised state them; of those not
    among `kept` nobody was recognised under the old name, and it is forgotten.
    Locks and writes: their `organisation` or `post` rows in the order of ids; adds to `organisationname`.
    """
    if not stated:
        return
    now = clock.now()
    for organisation in _held(session, Organisation, stated):
        if organisation.name != stated[organisation.id]:
            if organisation.id not in kept:
                organisation.name = stated[organisation.id]
                continue
            session.add(OrganisationName(organisation_id=organisation.id, name=organisation.name, until=now))
            organisation.name = stated[organisation.id]
    for post in _held(session, Post, stated):
        post.name = stated[post.id]
    session.flush()


@operation("set_parent", roles=(Role.BUREAU_OFFICER,), effect=lambda details: Effect(details.uscc))
def set_parent(session: Session, calls: Sequence[Call[Parenting]]) -> list[OrganisationDetails | Refusal]:
    """Say of which organisation another is a branch (分公司、校区), or of none; each keeps its own code and count.

    Writes: `organisation.parent_id`. Locks nothing; no event, for nothing counted changes.
    Refuses: not-found for a code never registered, and invalid-body at `/parent_uscc`: a code that is none, was never
    registered, or is the organisation itself or one of its branches.
    """
    return [_parented(session, call.item) for call in calls]


def _parented(session: Session, wanted: Parenting) -> OrganisationDetails | Refusal:
    branch = session.exec(select(Organisation).where(Organisation.uscc == wanted.uscc)).first()
    if branch is None:
        return NotFound()
    parent = None
    if wanted.parent_uscc is not None:
        read = read_uscc(wanted.parent_uscc)
        if isinstance(read, Fault):
            return InvalidBody(Fault("/parent_uscc", read.code, read.said))
        parent = session.exec(select(Organisation).where(Organisation.uscc == read.code)).first()
        if parent is None:
            return InvalidBody(never_registered("/parent_uscc"))
        above: Organisation | None = parent
        while above is not None:
            if above.id == branch.id:
                return InvalidBody(OWN_BRANCH)
            above = session.get(Organisation, above.parent_id) if above.parent_id else None
    branch.parent_id = parent.id if parent else None
    session.flush()
    return queries.details(session, branch.uscc) or NotFound()


OWN_BRANCH = Fault(
    "/parent_uscc", "own_branch", Said("上级单位不能是本单位或其分支", "is the organisation or its branch")
)


def _held(session: Session, model: type[Named], ids: Collection[UUID]) -> Iterable[Named]:
    rows = select(model).where(col(model.id).in_(ids)).order_by(col(model.id)).with_for_update()
    return session.exec(rows.execution_options(populate_existing=True))
