"""What one officer asks for of a quota (首办), kept until another one asks for the same of the same terms."""

from typing import Any

from sqlmodel import Session

from services.quota.policy.schemas import ChangedTerm, FormerRequest, NewRevision
from services.quota.quotas.models import PendingRevision, Quota, columns_of
from shared import clock
from shared.auth import Caller
from shared.document_numbers import document_no
from shared.problems import Refusal
from shared.two_officers import OneOfficer


def first_officer(session: Session, quota: Quota, body: NewRevision, caller: Caller) -> str | Refusal | None:
    """Who asked for the same of the same terms before, if it was another officer; None keeps it for a second one."""
    pending, content = session.get(PendingRevision, quota.id), body.model_dump()
    if pending is None or pending.quota_version != quota.version or _content(pending) != content:
        seen: dict[str, Any] = {"quota_version": quota.version, "terms": columns_of(quota.terms()) | _days(quota)}
        session.merge(
            PendingRevision(quota_id=quota.id, requested_by=caller.actor, requested_at=clock.now(), **content, **seen)
        )
        return None
    if pending.requested_by == caller.actor:
        return None
    if caller.is_one_with(pending.requested_by):
        return OneOfficer()
    session.delete(pending)
    return pending.requested_by


def void_request(session: Session, quota: Quota) -> FormerRequest | None:
    """What was asked for of other terms than those in force (首办作废), with what is otherwise by now."""
    pending = session.get(PendingRevision, quota.id)
    if pending is None or pending.quota_version == quota.version:
        return None
    before, now = pending.terms or {}, columns_of(quota.terms()) | _days(quota)
    changed = [
        ChangedTerm(field=name, before=before.get(name), after=now[name])
        for name in now
        if before and before.get(name) != now[name]
    ]
    return FormerRequest(
        by=pending.requested_by, at=pending.requested_at, version=pending.quota_version, changed=changed
    )


def _days(quota: Quota) -> dict[str, str | None]:
    """The days of a quota, and the pace that the bureau chose, as they can be kept."""
    return {
        "starts_on": quota.starts_on.isoformat(),
        "ends_on": quota.ends_on.isoformat() if quota.ends_on else None,
        "own_pace": quota.pace_rule.model_dump_json(exclude_defaults=True) if quota.own_pace is not None else None,
    }


def _content(pending: PendingRevision) -> dict[str, Any]:
    held = {name: getattr(pending, name) for name in NewRevision.model_fields}
    return held | {"document_no": document_no(pending.document_no)}
