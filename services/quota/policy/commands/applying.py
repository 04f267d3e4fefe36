"""Applying a policy pack: the quotas it lays down, the amounts it changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlmodel import Session

from services.quota.indicators import commands as indicators
from services.quota.indicators.queries import of_document
from services.quota.policy.commands import allocating
from services.quota.policy.commands.enforcing import AmountDecision, lay_down, put_in_force
from services.quota.policy.rules import packs as rules
from services.quota.policy.rules.packs import Action, IndicatorChange, QuotaChange, quotas_in
from services.quota.quotas import queries
from services.quota.quotas.models import AppliedDocument, PendingPack
from services.quota.quotas.rules import Terms
from services.quota.seats.commands.caps import refresh
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.policy import PolicyPack
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, Refusal, Said
from shared.references import faults_of
from shared.two_officers import confirm_or_keep


@dataclass(frozen=True)
class ProposedPack:
    """A pack to apply; a dry run tells what it would change and changes nothing."""

    pack: PolicyPack
    dry_run: bool


@dataclass(frozen=True)
class AppliedPack:
    """What became of a pack."""

    document_no: str
    dry_run: bool
    changes: list[QuotaChange]
    indicators: list[IndicatorChange]
    awaiting: bool = False

    @property
    def effect(self) -> Effect:
        """What the audit trail keeps of it."""
        return Effect(self.document_no, result="tried" if self.dry_run else "awaiting" if self.awaiting else "done")


@operation(
    "apply_policy",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda proposed: proposed.pack.document.number,
    effect=lambda applied: applied.effect,
)
def apply(session: Session, calls: Sequence[Call[ProposedPack]]) -> list[AppliedPack | Refusal]:
    """Put policy documents' quotas and indicators in force (政策落地). Applied again, a document changes nothing.

    A change takes two officers (双人复核): the first one's call is kept, the same pack from another one puts it in
    force, unless a document or a quota changed meanwhile. The first document of all is in force at once.

    Locks: counting (exclusive). Writes: pending_pack, or policy, and what `lay_down` does for quotas that are added,
    `put_in_force` for those that change, `allocating.follow` for their shares, and `indicators.lay_down`; a dry run
    nothing. Announces what those do. Refuses: InvalidBody for references that lead nowhere, what no policy means, and
    periods that overlap a quota which stays in force.
    """
    queries.lock_counting(session, exclusive=True)
    return [_apply(session, call.item, call.caller) for call in calls]


def _apply(session: Session, proposed: ProposedPack, caller: Caller) -> AppliedPack | Refusal:
    pack = proposed.pack.known_as(queries.document_numbers(session))
    if faults := faults_of(pack):
        return InvalidBody(*faults)
    wanted = quotas_in(pack)
    if faults := list(_overlaps(session, pack, wanted)):
        return InvalidBody(*faults)
    in_force = {quota.id: quota.terms() for quota in queries.of_document(session, pack.document.number)}
    changes = list(rules.changes(in_force, wanted))
    kept = [each.requirement for each in of_document(session, pack.document.number).values()]
    indicator_changes = list(rules.indicator_changes(kept, pack.indicators))
    found = AppliedPack(pack.document.number, proposed.dry_run, changes, indicator_changes)
    if proposed.dry_run:
        return found
    if not _differs(session, pack) and not (changes or indicator_changes):
        return found
    first = None
    if queries.document_numbers(session):
        confirmed = _first_officer(session, pack, caller)
        if isinstance(confirmed, Refusal):
            return confirmed
        first = confirmed
        if first is None:
            return replace(found, awaiting=True)
    _put_in_force(session, pack, changes, first or caller.actor, caller.actor if first else None)
    return found


def _differs(session: Session, pack: PolicyPack) -> bool:
    """Whether any word of the pack is another than in force."""
    kept = session.get(AppliedDocument, pack.document.number)
    return kept is None or PolicyPack.model_validate(kept.pack) != pack


def _first_officer(session: Session, pack: PolicyPack, caller: Caller) -> str | Refusal | None:
    """Who proposed the same upon the same before, if it was another officer; None keeps it for a second one."""
    number = pack.document.number
    content, basis = _digest(pack.model_dump_json()), _digest(repr(queries.state(session)))
    proposed = PendingPack(document_no=number, content=content, basis=basis, by=caller.actor, at=clock.now())
    return confirm_or_keep(session, proposed, number, caller)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _put_in_force(
    session: Session, pack: PolicyPack, changes: Sequence[QuotaChange], by: str, second_by: str | None
) -> None:
    at = clock.now()
    document_no = pack.document.number
    added = {change.quota_id: change.terms for change in changes if change.action == Action.ADDED}
    lay_down(session, added, document_no, by, at)
    changed = [change for change in changes if change.action == Action.CHANGED]
    quotas = queries.by_id(session, [change.quota_id for change in changed])
    for change in changed:
        quota = quotas[change.quota_id]
        decision = AmountDecision(document_no, max(clock.business_date(at), change.terms.starts_on), by, second_by)
        if change.moves_milestones:
            put_in_force(session, quota, change.terms, decision, at, recount=change.recounts)
        else:
            quota.decide(change.terms)
            quota.version += 1
            refresh(session, [quota])
        allocating.follow(session, quota, decision, at)
    indicators.lay_down(session, document_no, pack.indicators, at)
    _keep(session, pack, by, second_by, at)


def _keep(session: Session, pack: PolicyPack, by: str, second_by: str | None, at: datetime) -> None:
    content = pack.model_dump(mode="json")
    kept = session.get(AppliedDocument, pack.document.number)
    if kept is None or kept.pack != content:
        session.merge(
            AppliedDocument(
                document_no=pack.document.number, pack=content, applied_by=by, applied_at=at, seconded_by=second_by
            )
        )
    session.flush()


def _overlaps(session: Session, pack: PolicyPack, wanted: Mapping[UUID, Terms]) -> Iterator[Fault]:
    """Quotas for the same programme, unit and time that stay in force beside the pack's: those of another document or
    of the bureau, shares of units, and rounds the document had under other labels. What only counts is in nobody's way.
    """
    place = {quota.code: n for n, quota in enumerate(pack.quotas)}
    for terms in (each for each in wanted.values() if each.amount):
        same = queries.overlapping(session, terms.programmes[0], terms.unit, terms.starts_on, terms.ends_on)
        if any(each.id not in wanted for each in same):
            said = Said("与现有目标（其他文件、自定、分解或往届）的期间重叠", "overlaps a quota that stays in force")
            yield Fault(f"/quotas/{place[terms.code]}/period", "overlaps", said)
