"""Laying indicators down as a document words them, and taking in what departments report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session

from services.quota.indicators import queries
from services.quota.indicators.models import Indicator, IndicatorValue
from services.quota.indicators.rules import indicator_id, read_value, written
from services.quota.indicators.schemas import NewValue
from shared import clock
from shared.auth import Caller
from shared.contracts.reporting import Indicator as Terms
from shared.ids import new_id
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said

WHOLE = Decimal(100)  # percent


@dataclass(frozen=True)
class WantedValue:
    """A value for one indicator."""

    indicator_id: UUID
    body: NewValue


def lay_down(session: Session, document_no: str, wanted: Sequence[Terms], at: datetime) -> None:
    """Put a document's indicators in force; what it no longer names stays, as quotas do."""
    there = queries.of_document(session, document_no)
    for terms in wanted:
        identity, content = indicator_id(document_no, terms.code, terms.horizon), terms.model_dump(mode="json")
        held = there.get(identity)
        if held is None:
            own = Indicator(id=identity, document_no=document_no, code=terms.code, terms=content, defined_at=at)
            own.horizon = terms.horizon
            session.add(own)
        elif held.terms != content:
            held.terms, held.version = content, held.version + 1
    session.flush()


def report(session: Session, wanted: Sequence[WantedValue], caller: Caller) -> list[IndicatorValue | Refusal]:
    """Keep what departments report (指标数据); for a day that has a value already, as its correction."""
    return [_report(session, each, caller) for each in wanted]


def _report(session: Session, wanted: WantedValue, caller: Caller) -> IndicatorValue | Refusal:
    indicator = queries.by_id(session, [wanted.indicator_id]).get(wanted.indicator_id)
    if indicator is None:
        return NotFound()
    body, requirement = wanted.body, indicator.requirement
    last = queries.newest_for(session, indicator.id, body.as_of)
    value = read_value(body.value, requirement.unit_zh)
    if value is None:
        return InvalidBody(Fault("/value", "number", _unreadable(requirement)))
    if faults := list(_faults(body, requirement, value, last)):
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
        reported_by=caller.sub,
    )
    session.add(row)
    session.flush()
    return row


def _unreadable(requirement: Terms) -> Said:
    return Said(
        f"须为以“{requirement.unit_zh}”计的数，如 4900 或 0.49万，至多六位小数",
        f"must be a number of {requirement.unit_en}, as 4900 or 0.49万, with at most six decimals",
    )


def _faults(body: NewValue, requirement: Terms, value: Decimal, last: IndicatorValue | None) -> Iterator[Fault]:
    today = clock.today()
    if body.as_of > today:
        yield Fault("/as_of", "in_the_future", Said("时点尚未到来", "has not come yet"))
    if body.reported_on > today:
        yield Fault("/reported_on", "in_the_future", Said("报送日期尚未到来", "has not come yet"))
    if requirement.kind == "ratio" and value > WHOLE:
        yield Fault("/value", "above_whole", Said("比重不能超过 100%", "a share is no more than 100%"))
    same = last is not None and (last.value, last.source, last.document_no) == (
        written(value),
        body.source,
        body.document_no,
    )
    if same:
        yield Fault("/value", "unchanged", Said("与已报送的相同", "is what was reported already"))
