"""The list for publication (公示名单): names, employers and programmes are public by law, no identifier is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, select

from services.registry.institutions.models import BUREAU_ID, Institution
from services.registry.organisations.queries import organisations, posts
from services.registry.people.queries import clear_names
from services.registry.programmes.queries import calendar, in_force, units
from services.registry.programmes.rules.calendar import last_notice_day
from services.registry.registrations.models import Registration
from services.registry.transitions.queries import notices
from shared.auth import Role
from shared.contracts.policy import Programme
from shared.operations import Call, Effect, operation
from shared.problems import Fault, NotFound, Refusal


@dataclass(frozen=True)
class NoticeRequest:
    """The list wanted of a programme's entries on notice from a day on; as a draft, of those to be released then."""

    programme: str
    first_day: date
    draft: bool = False
    purpose: str = "公示 · public notice"

    @property
    def name(self) -> str:
        """What the audit trail calls it."""
        return f"{self.programme} {self.first_day}"


class NoticeEntry(NamedTuple):
    """A line of the list; `supplementary` where it was on notice before and is again, after a change (补充公示)."""

    name: str
    institution: str
    reporting_unit: str
    supplementary: bool


class NoticeList(NamedTuple):
    """A list for publication."""

    wanted: NoticeRequest
    programme: Programme
    last_day: date | None
    issuer: str
    entries: list[NoticeEntry]


@operation(
    "list_notice",
    roles=(Role.BUREAU_OFFICER,),
    target=lambda wanted: wanted.name,
    effect=lambda listed: Effect(listed.wanted.name),
    purpose=lambda wanted: wanted.purpose,
)
def list_notice(session: Session, calls: Sequence[Call[NoticeRequest]]) -> list[NoticeList | Refusal]:
    """Make lists for publication (公示名单), with names in clear; so it is on the audit trail, and writes nothing else.

    Nothing is locked or announced. Refuses with NotFound where nobody is on notice from that day on.
    """
    return [_listed(session, call.item) for call in calls]


def _listed(session: Session, wanted: NoticeRequest) -> NoticeList | Refusal:
    policy = in_force(session)
    known = policy.programmes
    found = notices.to_be_released if wanted.draft else notices.published
    entries = found(session, wanted.programme, wanted.first_day) if wanted.programme in known else []
    if not entries:
        return NotFound()
    names, institutions = _names(session, entries), _institutions(session)
    unit = {each.code: each.name_zh for each in units(session)}
    before = notices.first_notices(session, entries)
    return NoticeList(
        wanted,
        known[wanted.programme],
        _last_day(session, wanted, known[wanted.programme], entries),
        policy.issuer or institutions[BUREAU_ID],
        [
            NoticeEntry(
                names[each.record_ref],
                institutions[each.institution_id],
                unit[each.reporting_unit],
                before.get(each.id, wanted.first_day) < wanted.first_day,
            )
            for each in entries
        ],
    )


def _last_day(
    session: Session, wanted: NoticeRequest, programme: Programme, entries: Sequence[Registration]
) -> date | None:
    """Until when the list is shown; of a draft, as it is reckoned today."""
    if wanted.draft:
        last_day = last_notice_day(calendar(session), wanted.first_day, programme.notice_working_days or 0)
        return None if isinstance(last_day, Fault) else last_day
    shown = [each.notice_last_day for each in entries if each.notice_first_day == wanted.first_day]
    return max((day for day in shown if day), default=None)


def _names(session: Session, entries: Sequence[Registration]) -> dict[UUID, str]:
    records = [each.record_ref for each in entries]
    match entries[0].subject_kind:
        case "person":
            return clear_names(session, records)
        case "organisation":
            return {ref: each.name for ref, each in organisations(session, records).items()}
        case _:
            return {ref: each.name for ref, each in posts(session, records).items()}


def _institutions(session: Session) -> dict[UUID, str]:
    return dict(session.exec(select(Institution.id, Institution.name)).all())
