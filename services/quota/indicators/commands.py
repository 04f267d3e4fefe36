"""Laying indicators down as a document words them, and taking in what departments report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from services.quota.indicators import queries
from services.quota.indicators.models import Indicator, IndicatorValue
from services.quota.indicators.rules.figures import read_figure, written
from services.quota.indicators.rules.judging import faults_in_value, indicator_id, unit_of
from services.quota.indicators.schemas import NewValue
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.reporting import PackIndicator
from shared.document_numbers import document_no
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.problems import Fault, InvalidBody, NotFound, Refusal


@dataclass(frozen=True)
class WantedValue:
    """A value for one indicator."""

    indicator_id: UUID
    body: NewValue


def lay_down(session: Session, of_document: str, wanted: Sequence[PackIndicator], at: datetime) -> None:
    """Put a document's indicators in force (指标落地); what it no longer names stays, as quotas do.

    Writes: indicator, a version more where its terms are others. Announces nothing.
    """
    there = queries.of_document(session, of_document)
    for terms in wanted:
        identity, content = indicator_id(of_document, terms.code, terms.horizon), terms.model_dump(mode="json")
        held = there.get(identity)
        if held is None:
            own = Indicator(id=identity, document_no=of_document, code=terms.code, terms=content, defined_at=at)
            own.horizon = terms.horizon
            session.add(own)
        elif held.terms != content:
            held.terms, held.version = content, held.version + 1
    session.flush()


@operation(
    "report_value",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda wanted: wanted.indicator_id,
    effect=lambda value: Effect(value.indicator_id, value.version),
)
def report(session: Session, calls: Sequence[Call[WantedValue]]) -> list[IndicatorValue | Refusal]:
    """Keep what departments report (指标数据); for a day that has a value already, as its correction.

    Values are kept as decimals in the indicator's unit, at most six decimals. Writes: indicator_value, whose rows never
    change. Announces nothing. Refuses: NotFound; InvalidBody for no number, a number that fits only in another unit,
    days to come, a report before the day it covers, a share above the whole, or what was reported already.
    """
    return [_report(session, call.item, call.caller) for call in calls]


def _report(session: Session, wanted: WantedValue, caller: Caller) -> IndicatorValue | Refusal:
    indicator = queries.by_id(session, [wanted.indicator_id]).get(wanted.indicator_id)
    if indicator is None:
        return NotFound()
    body, requirement = wanted.body, indicator.requirement
    last = queries.newest_for(session, indicator.id, body.as_of)
    value = read_figure(body.value, unit_of(requirement))
    if isinstance(value, Fault):
        return InvalidBody(value)
    repeated = last is not None and (last.value, last.source, document_no(last.document_no)) == (
        written(value),
        body.source,
        body.document_no,
    )
    days = {"as_of": body.as_of, "reported_on": body.reported_on}
    if faults := list(faults_in_value(requirement, value, days, clock.today(), repeated=repeated)):
        return InvalidBody(*faults)
    row = IndicatorValue(
        id=new_id(),
        indicator_id=indicator.id,
        as_of=body.as_of,
        version=last.version + 1 if last else 1,
        value=written(value),
        source=body.source,
        document_no=body.document_no,
        reported_on=body.reported_on,
        known_at=clock.now(),
        reported_by=caller.actor,
    )
    session.add(row)
    session.flush()
    return row
