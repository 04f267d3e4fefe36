from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from services.registry.programmes.models import KnownLimit
from services.registry.programmes.rules.limits import limits_of
from shared.contracts.policy import PolicyPack
from shared.contracts.quota import LaidDown
from shared.db import table_of, upsert
from shared.events import Event


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


def note_limits(session: Session, pack: PolicyPack) -> None:
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
