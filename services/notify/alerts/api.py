"""The inbox over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.notify.alerts import commands, queries
from services.notify.alerts.rules import Kind, Severity, State
from services.notify.alerts.schemas import AlertRead
from services.notify.alerts.texts import alert_read
from services.notify.paging import place, position
from shared.auth import CallerDep, Role, allow
from shared.problems import NotFound
from shared.web import AskedDep, LanguageDep, Page, PageDep, ReadingDep, shown

router = APIRouter(tags=["alerts"])
READERS = (Role.LEADER, Role.BUREAU_OFFICER, Role.AUDITOR)


def _filter(
    state: State | None = None,
    kind: Kind | None = None,
    severity: Severity | None = None,
    programme: Annotated[str | None, Query(max_length=60)] = None,
    unit: Annotated[str | None, Query(max_length=60)] = None,
) -> queries.Filter:
    return queries.Filter(state, kind, severity, programme, unit)


FilterDep = Annotated[queries.Filter, Depends(_filter)]


@router.get("/v1/alerts", dependencies=[allow(*READERS)])
def alerts(
    wanted: FilterDep, paging: PageDep, caller: CallerDep, database: ReadingDep, language: LanguageDep
) -> Page[AlertRead]:
    """Alerts (提醒), newest first: a leader's own, all for the bureau and the auditor."""
    with database.reading() as session:
        found = queries.alerts(session, caller, wanted, place(paging, position), paging.limit)
    return paging.page(found, lambda alert: alert_read(alert, language), lambda alert: [alert.position])


@router.get("/v1/alerts/{alert_id}", response_model=AlertRead, dependencies=[allow(*READERS)])
def alert(alert_id: UUID, caller: CallerDep, database: ReadingDep, language: LanguageDep) -> Response:
    """One alert. Another leader's is not found."""
    with database.reading() as session:
        found = queries.alert(session, caller, alert_id)
    if found is None:
        raise NotFound
    return shown(alert_read(found, language))


@router.post("/v1/alerts/{alert_id}/acknowledge", response_model=AlertRead, dependencies=[allow(Role.LEADER)])
async def acknowledge(alert_id: UUID, asked: AskedDep) -> Response:
    """Sign for an own alert (签收)."""
    return await asked.write(commands.acknowledge, alert_id, lambda alert: alert_read(alert, asked.language))
