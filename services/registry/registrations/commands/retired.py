"""Codes that ended (注销的代码): a fact after that day belongs to the successor, and the refusal says to which."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from services.registry.organisations.commands import StatedOrganisation, StatedPost
from services.registry.organisations.queries import Ended, retired
from services.registry.people.rules.documents import Note
from services.registry.registrations.commands.reading import Read, Subject
from services.registry.registrations.schemas import NewRegistration
from shared.problems import Fault, InvalidBody, Refusal, Said


def unless_retired(
    session: Session, wanted: Sequence[NewRegistration], readings: Sequence[Read | Refusal]
) -> list[Read | Refusal]:
    """Refuse facts of organisations from the day they ended on; earlier ones an officer looks at."""
    ended = retired(session, {code for each in readings if isinstance(each, Read) and (code := _code(each.subject))})
    if not ended:
        return list(readings)
    return [_unless_retired(new, each, ended) for new, each in zip(wanted, readings, strict=True)]


def _unless_retired(new: NewRegistration, reading: Read | Refusal, ended: dict[str, Ended]) -> Read | Refusal:
    found = ended.get(_code(reading.subject) or "") if isinstance(reading, Read) else None
    if found is None or isinstance(reading, Refusal):
        return reading
    if new.fact_date >= found.ended_on:
        field = "uscc" if isinstance(reading.subject, StatedOrganisation) else "host_uscc"
        return InvalidBody(Fault(f"/subject/{field}", "retired_code", _said(found)))
    return replace(reading, subject_notes=(*reading.subject_notes, Note("retired_code", "warning", _said(found))))


def _code(subject: Subject) -> str | None:
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
