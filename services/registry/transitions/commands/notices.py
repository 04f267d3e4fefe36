"""The list for publication (公示名单): names, employers and programmes are public by law, no identifier is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, select

from services.registry.institutions.models import BUREAU_ID, Institution
from services.registry.programmes.queries import calendar, in_force, units
from services.registry.programmes.rules.calendar import last_notice_day
from services.registry.registrations.commands.stated import names_stated
from services.registry.registrations.models import Registration
from services.registry.registrations.rules import as_it_began
from services.registry.transitions.models import PublishedEntry
from services.registry.transitions.queries import notices
from shared import clock
from shared.auth import Role
from shared.contracts.policy import Programme
from shared.db import insert_rows, table_of
from shared.ids import new_id
from shared.operations import Call, Effect, operation
from shared.problems import Fault, NotFound, Refusal
from shared.vault import vault

HEAD = ("name_zh", "name_en", "notice_working_days")


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

    Whose data is restricted (限制处理) is left out. Nothing is locked or announced. Refuses with NotFound where nobody
    is on notice from that day on.
    """
    return [_listed(session, call.item) for call in calls]


def publish_entries(session: Session, published: Sequence[Registration]) -> None:
    """Keep what is published as it is published (公示内容定格): a correction later publishes a supplement.

    Writes: `published_entry`, one for each registration. Called once the registrations are on notice.
    """
    if not published:
        return
    lines, heads, at = _lines(session, published), _Heads(session), clock.now()
    rows = []
    for each in published:
        entry_id = new_id()
        text = heads.of(each) | lines[each.id]._asdict()
        rows.append(
            {
                "id": entry_id,
                "registration_id": each.id,
                "version": each.version,
                "programme": each.programme,
                "first_day": each.notice_first_day,
                "sealed": vault("registry").seal(json.dumps(text, ensure_ascii=False), _bound_to(entry_id)),
                "at": at,
            }
        )
    insert_rows(session, table_of(PublishedEntry), rows)


def _listed(session: Session, wanted: NoticeRequest) -> NoticeList | Refusal:
    known = in_force(session).programmes
    found = notices.to_be_released if wanted.draft else notices.published
    listed = found(session, wanted.programme, wanted.first_day) if wanted.programme in known else []
    entries = [each for each in listed if not each.restricted]
    if not entries:
        return NotFound()
    frozen = {} if wanted.draft else _frozen(session, wanted)
    fresh = [each for each in entries if each.id not in frozen]  # drafts, and what was published before this was kept
    lines = _lines(session, fresh, wanted.first_day) if fresh else {}
    head = next(iter(frozen.values()))[0] if frozen else _Heads(session).of(entries[0])
    programme = known[wanted.programme].model_copy(update={name: head[name] for name in HEAD})
    return NoticeList(
        wanted,
        programme,
        _last_day(session, wanted, programme, entries),
        str(head["issuer"]),
        [line for each in entries for line in ([_line(text) for text in frozen.get(each.id, ())] or [lines[each.id]])],
    )


def _frozen(session: Session, wanted: NoticeRequest) -> dict[UUID, list[dict[str, Any]]]:
    """What was published from that day on, by registration: more than one where it was published anew on that day."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for each in notices.published_entries(session, wanted.programme, wanted.first_day):
        text = json.loads(vault("registry").unseal(each.sealed, _bound_to(each.id)))
        found.setdefault(each.registration_id, []).append(text)
    return found


def _line(text: Mapping[str, Any]) -> NoticeEntry:
    return NoticeEntry(**{name: text[name] for name in NoticeEntry._fields})


def _bound_to(entry_id: UUID) -> str:
    return f"published_entry|{entry_id}"


class _Heads:
    """What stands above and below a list: who issues it, what the programme is called, how long it is shown."""

    def __init__(self, session: Session) -> None:
        policy = in_force(session)
        self._known, self._issuer = policy.programmes, policy.issuer or _institutions(session)[BUREAU_ID]

    def of(self, registration: Registration) -> dict[str, Any]:
        """Of the list that a registration is on, in the workflow it began with."""
        programme = as_it_began(self._known[registration.programme], registration.began_with)
        return programme.model_dump(include={*HEAD}) | {"issuer": self._issuer}


def _lines(session: Session, entries: Sequence[Registration], first_day: date | None = None) -> dict[UUID, NoticeEntry]:
    """The lines of entries as things stand, by registration."""
    names, institutions = names_stated(session, entries), _institutions(session)
    unit = {each.code: each.name_zh for each in units(session)}
    before = notices.first_notices(session, entries)
    return {
        each.id: NoticeEntry(
            names[each.id],
            institutions[each.institution_id],
            unit[each.reporting_unit],
            _is_supplementary(before.get(each.id), first_day or each.notice_first_day),
        )
        for each in entries
    }


def _is_supplementary(first: date | None, day: date | None) -> bool:
    return first is not None and day is not None and first < day


def _last_day(
    session: Session, wanted: NoticeRequest, programme: Programme, entries: Sequence[Registration]
) -> date | None:
    """Until when the list is shown; of a draft, as it is reckoned today."""
    if wanted.draft:
        last_day = last_notice_day(calendar(session), wanted.first_day, programme.notice_working_days or 0)
        return None if isinstance(last_day, Fault) else last_day
    shown = [each.notice_last_day for each in entries if each.notice_first_day == wanted.first_day]
    return max((day for day in shown if day), default=None)


def _institutions(session: Session) -> dict[UUID, str]:
    return dict(session.exec(select(Institution.id, Institution.name)).all())
