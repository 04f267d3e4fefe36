"""Codes that ended (注销的代码): a fact after that day belongs to the successor, and the refusal says to which."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from services.registry.registrations.commands.reading import Reading, StatedSubject
from services.registry.registrations.schemas import NewRegistration
from services.registry.subjects.commands.organisations import StatedOrganisation, StatedPost
from services.registry.subjects.queries.organisations import Ended, retired
from services.registry.subjects.rules.documents import Note
from shared.problems import Fault, InvalidBody, Refusal, Said


def judge_retired(session: Session, read: Sequence[tuple[NewRegistration, Reading]]) -> list[Reading | Refusal]:
    """Refuse facts of organisations from the day they ended on (单位已注销); earlier ones an officer looks at.

    One for each: its reading, with a warning where there is one, or the refusal.
    """
    ended = retired(session, {code for _, each in read if (code := _code(each.subject))})
    return [_unless_retired(new, each, ended.get(_code(each.subject) or "")) for new, each in read]


def _unless_retired(new: NewRegistration, reading: Reading, found: Ended | None) -> Reading | Refusal:
    if found is None:
        return reading
    if new.fact_date >= found.ended_on:
        field = "uscc" if isinstance(reading.subject, StatedOrganisation) else "host_uscc"
        return InvalidBody(Fault(f"/subject/{field}", "retired_code", _said(found)))
    return replace(reading, subject_notes=(*reading.subject_notes, Note("retired_code", "warning", _said(found))))


def _code(subject: StatedSubject) -> str | None:
    match subject:
        case StatedOrganisation():
            return subject.uscc
        case StatedPost():
            return subject.host_uscc
        case _:
            return None


def _said(ended: Ended) -> Said:
    names = [(each.name, each.uscc) for each in ended.successors]
    how = Said("合并", "merged") if ended.status == "merged" else Said("分立", "split")
    return Said(
        f"该单位已于{ended.ended_on}因{how.zh}注销，此后由{'、'.join(f'{name}（{code}）' for name, code in names)}承继",
        f"This organisation {how.en} and its code ended on {ended.ended_on}; since then: "
        f"{', '.join(code for _, code in names)}",
    )
