from collections.abc import Sequence

from sqlmodel import Session

from services.registry.registrations import queries
from services.registry.registrations.models import Registration
from services.registry.transitions.errors import NotInStock
from services.registry.transitions.models import Finding
from services.registry.transitions.rules.aftercare import faults_in
from services.registry.transitions.schemas import NewAssessment, NewCheck
from shared import clock
from shared.auth import Caller
from shared.contracts.registration import IN_STOCK
from shared.problems import InvalidBody, NotFound, Refusal

New = NewAssessment | NewCheck


def find(session: Session, wanted: Sequence[New], caller: Caller) -> list[Finding | Refusal]:
    """Keep what assessments and checks found (年度考核、在岗核查). What follows from it, a person decides."""
    held = queries.locked(session, caller, [each.registration_id for each in wanted])
    outcomes = [_found(each, held.get(each.registration_id), caller) for each in wanted]
    session.add_all(each for each in outcomes if isinstance(each, Finding))
    session.flush()
    return outcomes


def _found(new: New, registration: Registration | None, caller: Caller) -> Finding | Refusal:
    if registration is None:
        return NotFound()
    if registration.state not in IN_STOCK:
        return NotInStock(state=registration.state)
    own = new.model_dump(include={"year", "result", "rectify_by"} if isinstance(new, NewAssessment) else set())
    if faults := faults_in(new.found_on, clock.today(), registration.counted_on, **own):
        return InvalidBody(*faults)
    return Finding(**new.model_dump(), by=caller.sub, role=caller.role.value, at=clock.now())
