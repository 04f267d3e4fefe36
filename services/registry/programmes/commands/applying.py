from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlmodel import Session, select

from services.registry.programmes import queries
from services.registry.programmes.commands.limits import note_limits
from services.registry.programmes.models import (
    AppliedPolicy,
    PendingChange,
    PolicyHistoryEntry,
    ProgrammeRow,
    ReportingUnitRow,
    UnitSuccession,
)
from services.registry.programmes.rules.differences import differences, in_short
from services.registry.programmes.schemas import PolicyApplied, PolicyChange, PolicyDifference
from services.registry.tables import RegistryTable
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.policy import PackTerms, PolicyPack, Programme
from shared.operations import Call, Effect, operation
from shared.problems import InvalidBody, Refusal
from shared.references import faults_of
from shared.two_officers import confirm_or_keep


@dataclass(frozen=True)
class Applying:
    """A pack to put into force, or only to try."""

    pack: PolicyPack
    dry_run: bool


def _effect(applied: PolicyApplied) -> Effect:
    result = "tried" if applied.dry_run else "awaiting" if applied.awaiting else "done"
    return Effect(applied.document_no, result=result, content=applied.content)


@operation(
    "apply_policy",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda applying: applying.pack.document.number,
    effect=_effect,
)
def apply(session: Session, calls: Sequence[Call[Applying]]) -> list[PolicyApplied | Refusal]:
    """Put a policy pack into force (政策落地), or try it: what differs from what is in force, none the second time.

    A change takes two officers (双人复核): the first one's call keeps it with its difference, the same pack from
    another one puts it into force, unless any policy changed meanwhile. The first pack of all is applied at once, for
    there is nothing yet that it could change. What a pack no longer names stays. Terms that change are reckoned anew
    by the `deadlines` worker.
    Writes unless `dry_run`: `pending_change`, or `programme`, `reporting_unit`, `unitsuccession`, `known_limit`,
    `policy`, `policy_step`. Locks nothing; no event, for quota and notify are given the same pack.
    Refuses: invalid-body for references within the pack that lead nowhere; one-officer.
    """
    return [_applied(session, call.item, call.caller) for call in calls]


def _applied(session: Session, wanted: Applying, caller: Caller) -> PolicyApplied | Refusal:
    pack = wanted.pack.known_as(queries.document_numbers(session))
    if faults := faults_of(pack):
        return InvalidBody(*faults)
    number, before = pack.document.number, queries.policy_state(session)
    changes, difference = _tables_changed(session, pack, dry_run=True), _difference(session, pack)
    changes += _rules_changed(session, number, _rules_of(pack))
    found = PolicyApplied(document_no=number, dry_run=wanted.dry_run, changes=changes, difference=difference)
    if wanted.dry_run:
        return found
    if not (changes or difference):
        _keep_pack(session, pack)
        return found
    first = None
    if before:
        proposed = PendingChange(
            subject=f"policy {number}",
            content=_digest(pack),
            basis=before,
            difference=[each.model_dump(mode="json") for each in difference],
            pack=pack.model_dump(mode="json"),
            by=caller.actor,
            at=clock.now(),
        )
        confirmed = confirm_or_keep(session, proposed, proposed.subject, caller)
        if isinstance(confirmed, Refusal):
            return confirmed
        first = confirmed
        if first is None:
            short = in_short(proposed.content, difference)
            return found.model_copy(update={"awaiting": "second_officer", "content": short})
    _put_in_force(session, pack, difference, first or caller.actor, caller.actor if first else None)
    return found.model_copy(update={"content": in_short(f"{before or '-'} → {_digest(pack)}", difference)})


def _put_in_force(
    session: Session, pack: PolicyPack, difference: Sequence[PolicyDifference], by: str, second_by: str | None
) -> None:
    number, before, at = pack.document.number, queries.policy_state(session), clock.now()
    _tables_changed(session, pack, dry_run=False)
    session.merge(
        AppliedPolicy(
            document_no=number,
            rules=_rules_of(pack),
            fingerprint=_digest(pack),
            applied_at=at,
            applied_by=by,
            seconded_by=second_by,
            pack=pack.model_dump(mode="json"),
        )
    )
    session.flush()
    session.add(
        PolicyHistoryEntry(
            document_no=number,
            digest_before=before,
            digest_after=queries.policy_state(session) or "",
            difference=[each.model_dump(mode="json") for each in difference],
            by=by,
            second_by=second_by,
            at=at,
        )
    )
    session.flush()


def _keep_pack(session: Session, pack: PolicyPack) -> None:
    """What was applied before whole packs were kept is kept with the next one that changes nothing."""
    present = session.get(AppliedPolicy, pack.document.number)
    if present is not None and present.pack is None:
        present.pack = pack.model_dump(mode="json")
        session.flush()


def _digest(pack: PolicyPack) -> str:
    return sha256(pack.model_dump_json().encode()).hexdigest()


def _rules_of(pack: PolicyPack) -> dict[str, Any]:
    terms = PackTerms.model_construct(**{name: getattr(pack, name) for name in PackTerms.model_fields})
    return terms.model_dump(mode="json", exclude_defaults=True)


def _difference(session: Session, pack: PolicyPack) -> list[PolicyDifference]:
    """What is otherwise by the pack than in force now, field by field; amounts as far as packs were kept whole."""
    present = session.get(AppliedPolicy, pack.document.number)
    after = pack.model_dump(mode="json")
    kept: dict[str, Any] = {}
    if present is not None:
        rules = PackTerms.model_validate(present.rules).model_dump(mode="json")
        whole = PolicyPack.model_validate(present.pack).model_dump(mode="json") if present.pack else after
        kept = whole | rules
    tables = {
        "programmes": [Programme.model_validate(each.definition) for each in session.exec(select(ProgrammeRow))],
        "reporting_units": session.exec(select(ReportingUnitRow)).all(),
        "successions": session.exec(select(UnitSuccession)).all(),
    }
    held = {
        name: [each.model_dump(mode="json", exclude={"position"}) for each in rows] for name, rows in tables.items()
    }
    return [PolicyDifference(**each) for each in differences(kept | held, after)]


def _tables_changed(session: Session, pack: PolicyPack, dry_run: bool) -> list[PolicyChange]:
    succession = ("old", "new", "effective_on")
    changes = [
        *_replace(session, "programme", ProgrammeRow, ("code",), _programmes(pack), dry_run),
        *_replace(session, "reporting_unit", ReportingUnitRow, ("code",), _units(pack), dry_run),
        *_replace(session, "succession", UnitSuccession, succession, _successions(pack), dry_run),
    ]
    if not dry_run:
        note_limits(session, pack)
    return changes


def _rules_changed(session: Session, document_no: str, rules: dict[str, Any]) -> list[PolicyChange]:
    present = session.get(AppliedPolicy, document_no)
    if (present.rules if present else {}) == rules:
        return []
    return [PolicyChange(action="changed" if present else "added", kind="rules", code=document_no)]


def _programmes(pack: PolicyPack) -> list[dict[str, Any]]:
    return [
        {"code": each.code, "position": n, "definition": each.model_dump(mode="json")}
        for n, each in enumerate(pack.programmes)
    ]


def _units(pack: PolicyPack) -> list[dict[str, Any]]:
    return [each.model_dump() | {"position": n} for n, each in enumerate(pack.reporting_units)]


def _successions(pack: PolicyPack) -> list[dict[str, Any]]:
    return [each.model_dump() for each in pack.successions]


def _replace(
    session: Session,
    kind: Any,
    model: type[RegistryTable],
    key: tuple[str, ...],
    wanted: Sequence[Mapping[str, Any]],
    dry_run: bool,
) -> list[PolicyChange]:
    """Make a table hold what the pack says. What a pack no longer names stays: records stand behind it."""
    present = {tuple(getattr(row, name) for name in key): row for row in session.exec(select(model)).all()}
    changes = []
    for values in wanted:
        place = tuple(values[name] for name in key)
        row = present.get(place)
        if row is not None and all(_kept(row, name) == value for name, value in values.items()):
            continue
        changes.append(PolicyChange(action="changed" if row else "added", kind=kind, code=" → ".join(map(str, place))))
        if not dry_run:
            session.merge(model(**values))
    return changes


def _kept(row: RegistryTable, name: str) -> Any:
    """What a column says; a definition that was kept before a field of today was known has its default there."""
    value = getattr(row, name)
    return Programme.model_validate(value).model_dump(mode="json") if name == "definition" else value
