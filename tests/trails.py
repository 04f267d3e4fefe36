"""The audit trail of a service as an auditor reads it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from shared.contracts.audit import AuditEntry, Flaw, flaws
from shared.service_tables import audit_entries
from tests.rights import Http


def read(http: Http, auditor: Mapping[str, str], **query: Any) -> Iterator[AuditEntry]:
    """The entries asked for, page by page, three a page unless said otherwise."""
    wanted: dict[str, Any] = {"limit": 3} | query
    while True:
        page = http.get("/v1/audit", params=wanted, headers=dict(auditor)).json()
        yield from map(AuditEntry.model_validate, page["items"])
        if page["next"] is None:
            return
        wanted["cursor"] = page["next"]


def in_short(entries: Sequence[AuditEntry]) -> list[tuple[str, str, str, str | None, str]]:
    """Who, in which role, did what to what, and what came of it."""
    return [(each.by, each.role, each.action, each.object, each.outcome) for each in entries]


def every_entry(session: Session) -> list[AuditEntry]:
    """The whole trail, as the database has it."""
    rows = session.execute(select(audit_entries).order_by(audit_entries.c.sequence)).all()
    return [AuditEntry.model_validate(row) for row in rows]


def check_a_change_shows(session: Session) -> None:
    """The trail is in order, with two entries or more; then somebody writes another outcome over one of them."""
    entries = every_entry(session)
    assert (list(flaws(entries, [])), len(entries) > 1) == ([], True)
    first = audit_entries.c.sequence == 1
    session.execute(update(audit_entries).where(first).values(by="somebody-else"))
    assert list(flaws(every_entry(session), [])) == [Flaw(1, "altered")]
