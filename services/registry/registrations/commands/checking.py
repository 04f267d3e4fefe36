"""Trying a registration (试算): what would come of it, without keeping anything."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sqlmodel import Session

from services.registry.programmes.queries import programmes
from services.registry.registrations.commands.registering import Shown, register
from services.registry.registrations.schemas import (
    CheckRead,
    NewRegistration,
    Reason,
    StatedRegistration,
    TriedRegistration,
)
from shared.auth import Caller
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said

EFFECTS: dict[str, Literal["warns", "informs"]] = {"warning": "warns", "info": "informs"}


ANOTHER_PROGRAMME = Fault(
    "/programme",
    "another_programme",
    Said("与地址中的计划不一致", "is another programme than that of the address"),
)


class Trying(NamedTuple):
    """A registration to try in a programme."""

    programme: str
    wanted: TriedRegistration


def check(session: Session, wanted: Sequence[Trying], caller: Caller) -> list[CheckRead | Refusal]:
    """Register, look at what came of it, and take it back: a try can never differ from the real thing."""
    known = programmes(session)
    return [_tried(session, each, caller) if each.programme in known else NotFound() for each in wanted]


def _tried(session: Session, trying: Trying, caller: Caller) -> CheckRead:
    if trying.wanted.programme not in (None, trying.programme):
        return _refused(InvalidBody(ANOTHER_PROGRAMME))
    stated = {name: getattr(trying.wanted, name) for name in StatedRegistration.model_fields}
    new = NewRegistration.model_construct(**stated | {"programme": trying.programme, "submit": True})
    with session.begin_nested() as point:
        (outcome,) = register(session, [new], caller)
        found = _refused(outcome) if isinstance(outcome, Refusal) else _taken(outcome)
        point.rollback()
    return found


def _taken(shown: Shown) -> CheckRead:
    read = shown.read("zh")
    reasons = [
        Reason(pointer=None, code=each["code"], effect=EFFECTS[each["severity"]], zh=each["zh"], en=each["en"])
        for each in shown.registration.warnings
    ]
    verdict: Literal["recognised", "for_review"] = "recognised" if read.state == "recognised" else "for_review"
    return CheckRead(verdict=verdict, reasons=reasons, attributes=read.attributes, term=read.term)


def _refused(refusal: Refusal) -> CheckRead:
    title = refusal.title()
    reasons = [
        Reason(pointer=fault.pointer, code=fault.code, effect="refuses", zh=fault.said.zh, en=fault.said.en)
        for fault in refusal.faults
    ] or [Reason(pointer=None, code=refusal.slug, effect="refuses", zh=title.zh, en=title.en)]
    return CheckRead(verdict="refused", reasons=reasons, attributes={}, term=None)
