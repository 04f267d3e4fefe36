"""Reading a reorganisation as stated: codes in order, successors that fit its kind. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.registry.corrections import queries
from services.registry.corrections.errors import ActedOnSince, AlreadyUndone, HasEnded
from services.registry.corrections.rules import Title, that_follow
from services.registry.corrections.schemas import NewReorganisation, ReorganisationRead, UndoingReorganisation
from services.registry.organisations.commands import StatedOrganisation, recognise_organisations
from services.registry.organisations.models import Organisation, Post, Reorganisation
from services.registry.organisations.queries import named, retired
from services.registry.organisations.rules import Uscc, never_registered, read_uscc
from services.registry.people.queries import lock_identities
from services.registry.programmes.queries import programmes
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.models import Registration
from services.registry.registrations.queries import fact, locked
from services.registry.written import NOT_YET
from shared import clock
from shared.auth import Caller
from shared.contracts.registration import IN_STOCK, RegistrationCancelled, RegistrationCorrected, RegistrationState
from shared.outbox import announce
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said


@dataclass(frozen=True)
class ReorganisationUndoing:
    """A reorganisation to take back."""

    id: UUID
    undoing: UndoingReorganisation


def reorganise(
    session: Session, wanted: Sequence[NewReorganisation], caller: Caller
) -> list[ReorganisationRead | Refusal]:
    """Record that an organisation merged or split (合并、分立): titles and posts follow, its code is retired.

    Two titles of one kind become one: that of the organisation that ended is cancelled from the day on.
    """
    lock_identities(session, changing=True)
    return [_reorganised(session, each, caller) for each in wanted]


def undo_reorganisation(
    session: Session, wanted: Sequence[ReorganisationUndoing], caller: Caller
) -> list[ReorganisationRead | Refusal]:
    """Take it back (撤销合并、分立): titles, posts and codes are as they were, and so is every count."""
    lock_identities(session, changing=True)
    return [_taken_back(session, each, caller) for each in wanted]


def _reorganised(session: Session, wanted: NewReorganisation, caller: Caller) -> ReorganisationRead | Refusal:
    reading = read(wanted)
    if isinstance(reading, InvalidBody):
        return reading
    if session.exec(select(Organisation.id).where(Organisation.uscc == reading.organisations[0][0])).first() is None:
        return InvalidBody(never_registered("/old_uscc"))
    if ended := retired(session, [code for code, _ in reading.organisations]):
        return HasEnded(organisations=sorted(ended))
    old_id, *successors = recognise_organisations(
        session, [StatedOrganisation(*each) for each in reading.organisations]
    )
    heir_id = None if wanted.continues else successors[reading.heir]
    row = Reorganisation(
        **wanted.model_dump(include={"kind", "effective_on", "decision_no", "reason"}),
        old_id=old_id,
        heir_id=heir_id,
        successors=[str(each) for each in successors],
        effect={"carried": [], "collapsed": {}, "pending": [], "posts": []},
        by=caller.sub,
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
    row.undone_by, row.undone_reason, row.undone_at = caller.sub, taking.undoing.reason, clock.now()
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
    """Enter the act into each history, and tell of each; those that go to another subject go together."""
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


class ReorganisationParties(NamedTuple):
    """Those that take part by code and name, the old one first; `heir` is the place among the successors."""

    organisations: list[tuple[str, str]]
    heir: int


def read(wanted: NewReorganisation) -> ReorganisationParties | InvalidBody:
    """The organisations that take part, or everything that is wrong at once."""
    stated = [("/old_uscc", wanted.old_uscc)]
    stated += [(f"/successors/{n}/uscc", each.uscc) for n, each in enumerate(wanted.successors)]
    codes = [(pointer, read_uscc(code)) for pointer, code in stated]
    faults = [Fault(pointer, code.code, code.said) for pointer, code in codes if isinstance(code, Fault)]
    if wanted.effective_on > clock.today():
        faults.append(NOT_YET)
    if wanted.kind == "merger" and (len(wanted.successors) != 1 or wanted.continues):
        faults.append(ONE_SUCCESSOR)
    old, *new = [code.code for _, code in codes if isinstance(code, Uscc)] or [""]
    heir = _heir(wanted, new)
    if heir is None:
        faults.append(HEIR_NEEDED)
    if old in new or len(set(new)) != len(new):
        faults.append(TWICE)
    if faults or heir is None:
        return InvalidBody(*faults)
    names = ["", *(each.name.strip() for each in wanted.successors)]
    return ReorganisationParties(list(zip([old, *new], names, strict=True)), heir)


def _heir(wanted: NewReorganisation, successors: list[str]) -> int | None:
    if wanted.continues or (len(wanted.successors) == 1 and wanted.heir_uscc is None):
        return 0
    code = read_uscc(wanted.heir_uscc or "")
    return successors.index(code.code) if isinstance(code, Uscc) and code.code in successors else None


ONE_SUCCESSOR = Fault(
    "/successors",
    "one_successor",
    Said("合并只有一个存续单位，被合并单位不再存续", "A merger has one successor, and the old one does not go on"),
)
HEIR_NEEDED = Fault(
    "/heir_uscc",
    "heir_needed",
    Said(
        "解散分立须指明由哪个分立单位承继名称和岗位，或填写原单位存续（continues）",
        "Name which of the successors has the titles and posts, or say that the old one goes on (continues)",
    ),
)
TWICE = Fault("/successors", "twice", Said("单位重复", "an organisation is named twice"))
