"""Trying a registration (试算): what would come of it, without keeping anything."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sqlmodel import Session

from services.registry.programmes.queries import programmes
from services.registry.registrations.commands.registering import Shown, register
from services.registry.registrations.rules import WRITERS
from services.registry.registrations.schemas import (
    CheckRead,
    CheckReason,
    NewRegistration,
    StatedRegistration,
    TriedRegistration,
)
from shared.auth import Caller
from shared.operations import Call, operation
from shared.problems import Fault, InvalidBody, NotFound, Refusal, Said

EFFECTS: dict[str, Literal["warns", "informs"]] = {"warning": "warns", "info": "informs"}


ANOTHER_PROGRAMME = Fault(
    "/programme",
    "another_programme",
    Said("与地址中的计划不一致", "is another programme than that of the address"),
)


class Trial(NamedTuple):
    """A registration to try in a programme."""

    programme: str
    wanted: TriedRegistration


@operation("check", roles=WRITERS)
def check(session: Session, calls: Sequence[Call[Trial]]) -> list[CheckRead | Refusal]:
    """Try registrations (试算): register, look at what came of it, and roll it back; so a trial never differs.

    Locks and refuses as `register` does; keeps and announces nothing. A refusal is the trial's verdict; only an
    unknown programme is refused itself, with NotFound.
    """
    known = programmes(session)
    return [_tried(session, call.item, call.caller) if call.item.programme in known else NotFound() for call in calls]


def _tried(session: Session, trial: Trial, caller: Caller) -> CheckRead:
    if trial.wanted.programme not in (None, trial.programme):
        return _refused(InvalidBody(ANOTHER_PROGRAMME))
    stated = {name: getattr(trial.wanted, name) for name in StatedRegistration.model_fields}
    new = NewRegistration.model_construct(**stated | {"programme": trial.programme, "submit": True})
    with session.begin_nested() as point:
        (outcome,) = register(session, [Call(new, caller)])
        found = _refused(outcome) if isinstance(outcome, Refusal) else _accepted(outcome)
        point.rollback()
    return found


def _accepted(shown: Shown) -> CheckRead:
    read = shown.read("zh")
    reasons = [
        CheckReason(pointer=None, code=each["code"], effect=EFFECTS[each["severity"]], zh=each["zh"], en=each["en"])
        for each in shown.registration.warnings
    ]
    verdict: Literal["recognised", "for_review"] = "recognised" if read.state == "recognised" else "for_review"
    return CheckRead(verdict=verdict, reasons=reasons, attributes=read.attributes, term=read.term)


def _refused(refusal: Refusal) -> CheckRead:
    title = refusal.title()
    reasons = [
        CheckReason(pointer=fault.pointer, code=fault.code, effect="refuses", zh=fault.said.zh, en=fault.said.en)
        for fault in refusal.faults
    ] or [CheckReason(pointer=None, code=refusal.slug, effect="refuses", zh=title.zh, en=title.en)]
    return CheckRead(verdict="refused", reasons=reasons, attributes={}, term=None)
