from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from services.registry.programmes.models import CalendarYear
from services.registry.programmes.queries import calendar, programmes
from services.registry.programmes.rules.calendar import Year, YearOf, faults_in, last_notice_day
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.models import Registration
from services.registry.transitions.queries import publications
from services.registry.transitions.schemas import NewYear, NoticeMoved
from shared import clock
from shared.auth import Caller
from shared.problems import Fault, InvalidBody, PreconditionFailed, Refusal


@dataclass(frozen=True)
class Decreeing:
    """A year's calendar to put into force, read at a version; a dry run tells what it would move."""

    year: int
    version: int
    new: NewYear
    dry_run: bool


@dataclass(frozen=True)
class Decreed:
    """The year in force, or as it would be, and the running notices that it moves."""

    year: Year
    dry_run: bool
    moved: list[NoticeMoved]


def decree(session: Session, wanted: Sequence[Decreeing], caller: Caller) -> list[Decreed | Refusal]:
    """Put a year's working days into force (放假安排), and reckon the running notices anew (重新计算公示期)."""
    return [_decreed(session, each, caller) for each in wanted]


def _decreed(session: Session, wanted: Decreeing, caller: Caller) -> Decreed | Refusal:
    new = wanted.new
    if faults := list(faults_in(wanted.year, new.days_off, new.days_worked)):
        return InvalidBody(*faults)
    years = calendar(session)
    before = years(wanted.year)
    if wanted.version != (before.version if before else 0):
        return PreconditionFailed()
    after = Year(wanted.year, frozenset(new.days_off), frozenset(new.days_worked), new.document_no, wanted.version + 1)
    moved = _moved(session, lambda year: after if year == wanted.year else years(year))
    if isinstance(moved, Fault):
        return InvalidBody(moved)
    told = [
        NoticeMoved(registration_id=each.id, last_day_before=each.notice_last_day, last_day=last_day)
        for each, last_day in moved
        if each.notice_last_day
    ]
    if not wanted.dry_run:
        _keep(session, after, caller)
        for registration, last_day in moved:
            _move(session, registration, last_day, new.document_no, caller)
    return Decreed(after, wanted.dry_run, told)


def _moved(session: Session, years: YearOf) -> list[tuple[Registration, date]] | Fault:
    """The running notices that end on another day by this calendar, and that day."""
    known = programmes(session)
    moved = []
    for registration in publications.running(session):
        days = known[registration.programme].notice_working_days
        if registration.notice_first_day and days:
            last_day = last_notice_day(years, registration.notice_first_day, days)
            if isinstance(last_day, Fault):
                return last_day
            if last_day != registration.notice_last_day:
                moved.append((registration, last_day))
    return moved


def _keep(session: Session, year: Year, caller: Caller) -> None:
    session.merge(
        CalendarYear(
            year=year.year,
            version=year.version,
            document_no=year.document_no or "",
            days_off=[day.isoformat() for day in sorted(year.off)],
            days_worked=[day.isoformat() for day in sorted(year.worked)],
            changed_by=caller.sub,
            changed_at=clock.now(),
        )
    )
    session.flush()


def _move(session: Session, registration: Registration, last_day: date, document_no: str, caller: Caller) -> None:
    registration.notice_last_day = last_day
    registration.version += 1
    registration.updated_at = clock.now()
    session.add(history_entry(registration, "reckon_notice", caller, reason=document_no))
