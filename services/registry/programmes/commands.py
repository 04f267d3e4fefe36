from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from services.registry.programmes import queries
from services.registry.programmes.models import (
    AppliedPolicy,
    KnownLimit,
    ProgrammeRow,
    ReportingUnitRow,
    UnitSuccession,
)
from services.registry.programmes.rules.limits import limits_of
from services.registry.programmes.schemas import PolicyApplied, PolicyChange
from services.registry.tables import RegistryTable
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.policy import PackTerms, PolicyPack, Programme
from shared.contracts.quota import LaidDown
from shared.db import table_of, upsert
from shared.events import Event
from shared.operations import Call, Effect, operation
from shared.problems import InvalidBody, Refusal
from shared.references import faults_of


@dataclass(frozen=True)
class Applying:
    """A pack to put into force, or only to try."""

    pack: PolicyPack
    dry_run: bool


@operation(
    "apply_policy",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda applying: applying.pack.document.number,
    effect=lambda applied: Effect(applied.document_no, result="tried" if applied.dry_run else "done"),
)
def apply(session: Session, calls: Sequence[Call[Applying]]) -> list[PolicyApplied | Refusal]:
    """Put a policy pack into force (政策落地), or try it: the differences to what is in force, none the second time.

    What a pack no longer names stays. Terms that change are reckoned anew by the `deadlines` worker.
    Writes unless `dry_run`: `programme`, `reporting_unit`, `unitsuccession`, `known_limit`, `policy`. Locks
    nothing; no event, for quota and notify are given the same pack.
    Refuses: invalid-body for references within the pack that lead nowhere.
    """
    return [_applied(session, call.item, call.caller) for call in calls]


def _applied(session: Session, wanted: Applying, caller: Caller) -> PolicyApplied | Refusal:
    pack = wanted.pack.known_as(queries.document_numbers(session))
    if faults := faults_of(pack):
        return InvalidBody(*faults)
    changes = _tables_changed(session, pack, wanted.dry_run)
    terms = PackTerms.model_construct(**{name: getattr(pack, name) for name in PackTerms.model_fields})
    rules = terms.model_dump(mode="json", exclude_defaults=True)
    changes += _rules_changed(session, pack.document.number, rules)
    if changes and not wanted.dry_run:
        session.merge(
            AppliedPolicy(
                document_no=pack.document.number,
                rules=rules,
                fingerprint=sha256(pack.model_dump_json().encode()).hexdigest(),
                applied_at=clock.now(),
                applied_by=caller.actor,
            )
        )
        session.flush()
    return PolicyApplied(document_no=pack.document.number, dry_run=wanted.dry_run, changes=changes)


def _tables_changed(session: Session, pack: PolicyPack, dry_run: bool) -> list[PolicyChange]:
    succession = ("old", "new", "effective_on")
    changes = [
        *_replace(session, "programme", ProgrammeRow, ("code",), _programmes(pack), dry_run),
        *_replace(session, "reporting_unit", ReportingUnitRow, ("code",), _units(pack), dry_run),
        *_replace(session, "succession", UnitSuccession, succession, _successions(pack), dry_run),
    ]
    if not dry_run:
        _note_limits(session, pack)
    return changes


def _rules_changed(session: Session, document_no: str, rules: dict[str, Any]) -> list[PolicyChange]:
    present = session.get(AppliedPolicy, document_no)
    if (present.rules if present else {}) == rules:
        return []
    return [PolicyChange(action="changed" if present else "added", kind="rules", code=document_no)]


def learn_caps(session: Session, events: Sequence[Event]) -> None:
    """Note whom the limits of quota (限额) cover, from its events; what is lifted covers nobody from then on.

    Writes: `known_limit`, unless it is newer. A limit takes hold here a moment after it was laid down; who was
    recognised in between counts, and shows as over-committed.
    """
    laid_down = [event for event in events if isinstance(event, LaidDown)]
    newest = {str(event.quota_id): event for event in sorted(laid_down, key=lambda event: event.version)}
    known = set(session.exec(select(KnownLimit.key).where(col(KnownLimit.key).in_(newest))).all())
    rows = [_limit_row(key, event) for key, event in newest.items() if event.capped or key in known]
    upsert(session, table_of(KnownLimit), rows, ["key"], newer="version")


def _limit_row(key: str, event: LaidDown) -> dict[str, Any]:
    scope = event.model_dump(include={"version", "capped", "programmes", "unit", "starts_on", "ends_on", "round"})
    return {"key": key, "classes": event.where, **scope}


def _note_limits(session: Session, pack: PolicyPack) -> None:
    """The pack's own limits take hold with it; quota announces them a moment later, and what it makes of them."""
    present = {row.key: row for row in session.exec(select(KnownLimit)).all()}
    for quota in pack.quotas:
        for label, limit in limits_of(quota).items():
            key = " ".join((pack.document.number, quota.code, label))
            if quota.capped or key in present:
                session.merge(
                    KnownLimit(
                        key=key,
                        capped=quota.capped,
                        programmes=[*limit.programmes],
                        unit=limit.unit,
                        classes={name: [*values] for name, values in limit.where.items()},
                        starts_on=limit.start,
                        ends_on=limit.end,
                        round=limit.round,
                    )
                )


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
