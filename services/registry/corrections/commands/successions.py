"""Mergers and splits of organisations (合并、分立): who has their titles and posts, and taking all of it back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.corrections import queries
from services.registry.corrections.errors import ActedOnSince, AlreadyUndone, HasEnded
from services.registry.corrections.rules import Title, read_parties, that_follow
from services.registry.corrections.schemas.corrections import (
    NewReorganisation,
    ReorganisationRead,
    UndoingReorganisation,
)
from services.registry.programmes.queries import programmes
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import fact, locked
from services.registry.subjects.commands.organisations import StatedOrganisation, identify_organisations
from services.registry.subjects.models.organisations import Organisation, Post, Reorganisation
from services.registry.subjects.queries.organisations import named, retired
from services.registry.subjects.queries.people import lock_identities
from services.registry.subjects.rules.organisations import never_registered
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.registration import IN_STOCK, RegistrationCancelled, RegistrationCorrected, RegistrationState
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import InvalidBody, NotFound, Refusal


@dataclass(frozen=True)
class ReorganisationUndoing:
    """A reorganisation to take back."""

    id: UUID
    undoing: UndoingReorganisation


@operation("reorganise", roles=(Role.BUREAU_OFFICER,), effect=lambda shown: Effect(shown.id))
def reorganise(session: Session, calls: Sequence[Call[NewReorganisation]]) -> list[ReorganisationRead | Refusal]:
    """Record that an organisation merged or split (合并、分立): titles and posts follow, its code is retired.

    Two titles of one kind become one: that of the organisation that ended is cancelled from the day on, so that 累计
    stays and 在库 falls. What is not decided yet stays with the code that ended, and is named in the answer.
    Locks: `lock_identities`, the registrations of old and heir, the posts of the old. Writes: `organisation` (new
    successors), `post`, `reorganisation`, `registration` and its history.
    Announces: registration.cancelled or registration.corrected for each title.
    Refuses: organisation-ended, and invalid-body for codes, days and successors that do not fit its kind.
    """
    lock_identities(session, changing=True)
    return [_reorganised(session, call.item, call.caller) for call in calls]


@operation(
    "undo_reorganisation",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda undoing: undoing.id,
    effect=lambda shown: Effect(shown.id),
)
def undo_reorganisation(
    session: Session, calls: Sequence[Call[ReorganisationUndoing]]
) -> list[ReorganisationRead | Refusal]:
    """Take a reorganisation back (撤销合并、分立): titles, posts and codes are as they were, and so is every count.

    Locks, writes and announces as `reorganise`; the record stays, with who took it back and why.
    Refuses: not-found, already-undone, acted-on-since where something was built upon it.
    """
    lock_identities(session, changing=True)
    return [_taken_back(session, call.item, call.caller) for call in calls]


def _reorganised(session: Session, wanted: NewReorganisation, caller: Caller) -> ReorganisationRead | Refusal:
    parties = read_parties(**wanted.model_dump(exclude={"decision_no", "reason"}), today=clock.today())
    if isinstance(parties, list):
        return InvalidBody(*parties)
    if session.exec(select(Organisation.id).where(Organisation.uscc == parties.organisations[0][0])).first() is None:
        return InvalidBody(never_registered("/old_uscc"))
    if ended := retired(session, [code for code, _ in parties.organisations]):
        return HasEnded(organisations=sorted(ended))
    stated = [StatedOrganisation(*each) for each in parties.organisations]
    old_id, *successors = identify_organisations(session, stated)
    heir_id = None if wanted.continues else successors[parties.heir]
    row = Reorganisation(
        **wanted.model_dump(include={"kind", "effective_on", "decision_no", "reason"}),
        old_id=old_id,
        heir_id=heir_id,
        successors=[str(each) for each in successors],
        effect={"carried": [], "collapsed": {}, "pending": [], "posts": []},
        by=caller.actor,
        at=clock.now(),
    )
    if heir_id is not None:
        row.effect = _hand_over(session, row, heir_id, caller)
    session.add(row)
    session.flush()
    return queries.reorganisations_shown(session, [row])[0]


def _hand_over(session: Session, row: Reorganisation, heir_id: UUID, caller: Caller) -> dict[str, object]:
    """Give titles and posts to the heir; what was done, so that it can be taken back."""
    mine = queries.active(session, row.old_id)
    decided = [each for each in mine if each.state in IN_STOCK]
    theirs = {each.programme for each in queries.active(session, heir_id) if each.state in IN_STOCK}
    carried = that_follow([Title(each.id, each.programme) for each in decided], theirs)
    before: dict[str, list[object]] = {}
    for each in decided:
        if each.id in carried:
            each.subject_ref, each.moved = heir_id, True
        else:
            before[str(each.id)] = [each.state, each.version + 1]
            each.state = RegistrationState.CANCELLED
            each.ended_on = max(row.effective_on, each.counted_on or row.effective_on)
    _enter_and_announce(session, decided, carried, "succeed", row, caller)
    return {
        "carried": sorted(map(str, carried)),
        "collapsed": before,
        "pending": sorted(str(each.id) for each in mine if each not in decided),
        "posts": _rehost(session, row.old_id, heir_id),
    }


def _rehost(session: Session, old_id: UUID, new_id: UUID, ids: Iterable[str] | None = None) -> list[str]:
    """Give the posts of a host, or these of them, to another; one whose code is taken there stays."""
    names = named(session, [old_id, new_id])
    old, new = names[old_id].uscc, names[new_id].uscc
    taken = set(session.exec(select(Post.post_code).where(Post.host_uscc == new)))
    rehosted = []
    for post in session.exec(select(Post).where(Post.host_uscc == old).order_by(col(Post.id)).with_for_update()).all():
        if post.post_code not in taken and (ids is None or str(post.id) in ids):
            post.host_uscc = new
            rehosted.append(str(post.id))
    return rehosted


def _taken_back(session: Session, taking: ReorganisationUndoing, caller: Caller) -> ReorganisationRead | Refusal:
    row = queries.held(session, taking.id)
    if row is None:
        return NotFound()
    if row.undone_at is not None:
        return AlreadyUndone()
    if row.heir_id is not None:
        if queries.ended_since(session, row.heir_id, row.at):
            return ActedOnSince()
        back = locked(session, None, [UUID(each) for each in (*row.effect["carried"], *row.effect["collapsed"])])
        if changed := _changed_since(session, row, back.values()):
            return ActedOnSince(registrations=changed)
        _hand_back(session, row, row.heir_id, list(back.values()), taking, caller)
    row.undone_by, row.undone_reason, row.undone_at = caller.actor, taking.undoing.reason, clock.now()
    session.add(row)
    session.flush()
    return queries.reorganisations_shown(session, [row])[0]


def _changed_since(session: Session, row: Reorganisation, back: Iterable[Registration]) -> list[str]:
    """What stands in the way: a title that ended was acted on, or the old organisation has another of the kind."""
    collapsed = row.effect["collapsed"]
    mine = {each.programme for each in queries.active(session, row.old_id)}
    return [
        str(each.id)
        for each in back
        if each.programme in mine or each.version != collapsed.get(str(each.id), [None, each.version])[1]
    ]


def _hand_back(
    session: Session,
    row: Reorganisation,
    heir_id: UUID,
    back: Sequence[Registration],
    taking: ReorganisationUndoing,
    caller: Caller,
) -> None:
    for each in back:
        if str(each.id) in row.effect["collapsed"]:
            each.state, each.ended_on = row.effect["collapsed"][str(each.id)][0], None
        else:
            each.subject_ref, each.moved = row.old_id, each.record_ref != row.old_id
    _rehost(session, heir_id, row.old_id, row.effect["posts"])
    carried = {each.id for each in back if str(each.id) in row.effect["carried"]}
    _enter_and_announce(session, back, carried, "unsucceed", row, caller, taking.undoing.reason)


def _enter_and_announce(
    session: Session,
    changed: Sequence[Registration],
    carried: set[UUID],
    action: str,
    row: Reorganisation,
    caller: Caller,
    reason: str | None = None,
) -> None:
    """Enter into each history what was done, and announce each; those that go to another subject go together."""
    for each in changed:
        each.version += 1
        each.updated_at = clock.now()
        more = {"decision_no": row.decision_no, "effective_on": row.effective_on}
        session.add(history_entry(each, action, caller, reason=reason or row.reason, **more))
    session.flush()
    known = programmes(session)
    together = {each.id: each.version for each in changed if each.id in carried}
    announce(
        session,
        *(
            fact(
                RegistrationCancelled if each.state == RegistrationState.CANCELLED else RegistrationCorrected,
                each,
                known[each.programme],
                together if each.id in carried else None,
            )
            for each in changed
        ),
    )
