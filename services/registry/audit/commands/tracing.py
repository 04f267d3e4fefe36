"""What the trail says of what was done to registrations, where no operation says so itself."""

from typing import Any, NamedTuple

from services.registry.registrations.commands.amending import Amendment
from services.registry.registrations.commands.registering import Shown
from services.registry.registrations.models import Registration
from services.registry.transitions.commands.acts import Acting
from services.registry.transitions.commands.announcing import Announced
from services.registry.transitions.commands.decreeing import Decreed, Decreeing
from services.registry.transitions.commands.listing import Listed, Listing
from services.registry.transitions.commands.moving import Acted
from services.registry.transitions.models import Finding
from services.registry.transitions.schemas import NewAssessment, NewCheck
from shared.acts import Act, Replayed
from shared.problems import Refusal


class Trace(NamedTuple):
    """The part of an entry that differs from act to act."""

    action: str
    object: str | None
    version: int | None
    outcome: str
    purpose: str | None


def trace(act: Act) -> Trace:
    """What is kept of an act; of a refused one, the object that was asked for."""
    item, outcome = act.item, act.outcome
    action = act.action
    if isinstance(item, Acting):
        action = item.transition.action
    elif isinstance(item, NewAssessment | NewCheck):
        action = item.kind
    purpose = item.purpose if isinstance(item, Listing) else None
    if isinstance(outcome, Refusal):
        return Trace(action, asked_for(item), None, outcome.slug, purpose)
    if isinstance(outcome, Replayed):
        return Trace(action, asked_for(item), None, "replayed", purpose)
    done, version = acted_on(outcome)
    awaiting = isinstance(outcome, Acted) and outcome.awaiting
    return Trace(action, done, version, "awaiting" if awaiting else "done", purpose)


def asked_for(item: Any) -> str | None:
    """The object of a request that came to nothing, where it named one."""
    match item:
        case Acting(id=found) | Amendment(id=found):
            return str(found)
        case NewAssessment(registration_id=found) | NewCheck(registration_id=found):
            return str(found)
        case Listing():
            return item.name
        case Decreeing(year=year):
            return str(year)
        case _:
            return None


def acted_on(outcome: Any) -> tuple[str | None, int | None]:
    """The object of an act and its version after it."""
    match outcome:
        case Shown() | Acted():
            return str(outcome.registration.id), outcome.registration.version
        case Registration():
            return str(outcome.id), outcome.version
        case Finding():
            return str(outcome.registration_id), None
        case Announced():
            return str(outcome.announcement.id), None
        case Listed():
            return outcome.asked.name, None
        case Decreed():
            return str(outcome.year.year), outcome.year.version
        case _:
            return None, None
