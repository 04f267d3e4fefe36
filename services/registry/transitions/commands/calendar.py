"""Another working-day calendar (放假安排), and the running notices that end on another day by it (重新计算公示期)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from sqlmodel import Session

from services.registry.programmes.models import CalendarYear, PendingChange
from services.registry.programmes.queries import calendar, programmes
from services.registry.programmes.rules.calendar import faults_in, last_notice_day
from services.registry.registrations.commands.history import history_entry
from services.registry.registrations.models import Registration
from services.registry.registrations.rules import as_it_began
from services.registry.transitions.queries.notices import running
from services.registry.transitions.schemas.notices import NewYear, NoticeChange
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.calendar import CalendarDecreed
from shared.operations import Call, Effect, operation
from shared.outbox import announce
from shared.problems import Fault, InvalidBody, PreconditionFailed, Refusal
from shared.two_officers import confirm_or_keep
from shared.versions import Versions
from shared.working_days import Year, YearOf


@dataclass(frozen=True)
class NewDecree:
    """A year's calendar to put into force, read at a version; a dry run says what it would change."""

    year: int
    version: Versions
    new: NewYear
    dry_run: bool


@dataclass(frozen=True)
class DecreeOutcome:
    """The year in force, or as it would be, and the running notices that it changes."""

    year: Year
    dry_run: bool
    changed: list[NoticeChange]
    awaiting: bool = False


@operation(
    "decree",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda wanted: str(wanted.year),
    effect=lambda outcome: Effect(
        str(outcome.year.year), outcome.year.version, "awaiting" if outcome.awaiting else "done"
    ),
)
def decree(session: Session, calls: Sequence[Call[NewDecree]]) -> list[DecreeOutcome | Refusal]:
    """Put a year's working days into force (放假安排), and reckon the running notices anew (重新计算公示期).

    It takes two officers (双人复核): the first one's call is kept and says what it would change, the same by another
    puts it into force. Locks the registrations on notice. Writes `pending_change`, or the year, and of the notices
    that end on another day the registrations and their history; a dry run writes nothing. Announces
    CalendarDecreed for a year in force. Refuses with InvalidBody for days that cannot be meant or a year that is not
    loaded, and with PreconditionFailed where the year is no longer as it was read.
    """
    return [_decreed(session, call.item, call.caller) for call in calls]


def _decreed(session: Session, wanted: NewDecree, caller: Caller) -> DecreeOutcome | Refusal:
    new = wanted.new
    if faults := list(faults_in(wanted.year, new.days_off, new.days_worked)):
        return InvalidBody(*faults)
    years = calendar(session)
    before = years(wanted.year)
    version = before.version if before else 0
    if version not in wanted.version:
        return PreconditionFailed()
    after = Year(wanted.year, frozenset(new.days_off), frozenset(new.days_worked), new.document_no, version + 1)
    if before and version and replace(after, version=version) == before:
        return DecreeOutcome(before, wanted.dry_run, [])
    ends = _other_ends(session, lambda year: after if year == wanted.year else years(year))
    if isinstance(ends, Fault):
        return InvalidBody(ends)
    changes = [
        NoticeChange(registration_id=each.id, last_day_before=each.notice_last_day, last_day=last_day)
        for each, last_day in ends
        if each.notice_last_day
    ]
    if not wanted.dry_run:
        first = _first_officer(session, after, changes, caller)
        if isinstance(first, Refusal):
            return first
        if first is None:
            return DecreeOutcome(replace(after, version=version), wanted.dry_run, changes, awaiting=True)
        _keep(session, after, caller)
        for registration, last_day in ends:
            _reckon(session, registration, last_day, new.document_no, caller)
    return DecreeOutcome(after, wanted.dry_run, changes)


def _first_officer(
    session: Session, after: Year, changes: Sequence[NoticeChange], caller: Caller
) -> str | Refusal | None:
    """Who proposed the same calendar with the same effect on notices before, if it was another officer (双人复核)."""
    shown = [each.model_dump(mode="json") for each in changes]
    text = repr((after.document_no, sorted(after.off), sorted(after.worked), shown))
    days = {"days_off": sorted(after.off), "days_worked": sorted(after.worked)}
    proposed = PendingChange(
        subject=f"calendar {after.year}",
        content=sha256(text.encode()).hexdigest(),
        basis=str(after.version),
        difference=shown,
        pack={"document_no": after.document_no}
        | {name: [day.isoformat() for day in some] for name, some in days.items()},
        by=caller.actor,
        at=clock.now(),
    )
    return confirm_or_keep(session, proposed, proposed.subject, caller)


def _other_ends(session: Session, years: YearOf) -> list[tuple[Registration, date]] | Fault:
    """The running notices that end on another day by this calendar, and that day."""
    known = programmes(session)
    ends = []
    for registration in running(session):
        days = as_it_began(known[registration.programme], registration.began_with).notice_working_days
        if registration.notice_first_day and days:
            last_day = last_notice_day(years, registration.notice_first_day, days)
            if isinstance(last_day, Fault):
                return last_day
            if last_day != registration.notice_last_day:
                ends.append((registration, last_day))
    return ends


def _keep(session: Session, year: Year, caller: Caller) -> None:
    session.merge(
        CalendarYear(
            year=year.year,
            version=year.version,
            document_no=year.document_no or "",
            days_off=[day.isoformat() for day in sorted(year.off)],
            days_worked=[day.isoformat() for day in sorted(year.worked)],
            changed_by=caller.actor,
            changed_at=clock.now(),
        )
    )
    session.flush()
    decreed = CalendarDecreed(
        year=year.year,
        version=year.version,
        document_no=year.document_no or "",
        days_off=sorted(year.off),
        days_worked=sorted(year.worked),
    )
    announce(session, decreed)


def _reckon(session: Session, registration: Registration, last_day: date, document_no: str, caller: Caller) -> None:
    registration.notice_last_day = last_day
    registration.version += 1
    registration.updated_at = clock.now()
    session.add(history_entry(registration, "reckon_notice", caller, reason=document_no))
