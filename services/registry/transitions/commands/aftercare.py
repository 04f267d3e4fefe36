from collections.abc import Sequence

from sqlmodel import Session

from services.registry.registrations import queries
from services.registry.registrations.models import Registration
from services.registry.subjects.errors import SubjectRestricted
from services.registry.transitions.errors import NotInStock
from services.registry.transitions.models import Finding
from services.registry.transitions.rules.aftercare import finding_faults
from services.registry.transitions.schemas.aftercare import NewAssessment, NewCheck
from shared import clock
from shared.auth import Caller, Role
from shared.contracts.registration import IN_STOCK
from shared.operations import Call, Effect, operation
from shared.problems import InvalidBody, NotFound, Refusal


@operation(
    lambda new: new.kind,
    roles=(Role.DISTRICT_OFFICER, Role.BUREAU_OFFICER),
    target=lambda new: new.registration_id,
    effect=lambda finding: Effect(finding.registration_id),
)
def find(session: Session, calls: Sequence[Call[NewAssessment | NewCheck]]) -> list[Finding | Refusal]:
    """Keep what assessments and checks found (年度考核、在岗核查). What follows from it, a person decides.

    Locks the registrations. Writes findings; the registrations stay as they are, and nothing is announced. Refuses with
    NotFound, SubjectRestricted, NotInStock and InvalidBody.
    """
    held = queries.locked_for(session, [(call.caller, call.item.registration_id) for call in calls])
    outcomes = [_found(call.item, each, call.caller) for call, each in zip(calls, held, strict=True)]
    session.add_all(each for each in outcomes if isinstance(each, Finding))
    session.flush()
    return outcomes


def _found(new: NewAssessment | NewCheck, registration: Registration | None, caller: Caller) -> Finding | Refusal:
    if registration is None:
        return NotFound()
    if registration.restricted:
        return SubjectRestricted()
    if registration.state not in IN_STOCK:
        return NotInStock(state=registration.state)
    own = new.model_dump(include={"year", "result", "rectify_by"} if isinstance(new, NewAssessment) else set())
    if faults := finding_faults(new.found_on, clock.today(), registration.counted_on, **own):
        return InvalidBody(*faults)
    return Finding(**new.model_dump(), by=caller.actor, role=caller.role.value, at=clock.now())
