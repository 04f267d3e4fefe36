"""What the trail says of an act: its name, its object and what came of it."""

from typing import Any, NamedTuple

from services.registry.audit.commands.disclosing import Disclosed, Disclosing
from services.registry.corrections.commands.identities import CaseDecision, CaseUndoing
from services.registry.corrections.commands.successions import ReorganisationUndoing
from services.registry.corrections.schemas import BoundaryChangeRead, ReorganisationRead
from services.registry.institutions.commands.barring import Barring, LiftingBar
from services.registry.institutions.commands.partners import ChangingInstitution, ClientOf, Issued, NewClientOf
from services.registry.institutions.models import Bar, Client, Institution
from services.registry.organisations.schemas import OrganisationDetails
from services.registry.people.commands.filing import Filed, Filing
from services.registry.people.models import Duplicate
from services.registry.programmes.commands import Applied
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
from shared.acts import Act, Noted, Replayed
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
    elif isinstance(item, Noted):
        action = item.action
    purpose = item.purpose if isinstance(item, Disclosing | Listing) else None
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
        case (
            CaseDecision(id=found) | CaseUndoing(id=found) | ReorganisationUndoing(id=found) | Filing(record_ref=found)
        ):
            return str(found)
        case Acting(id=found) | Amendment(id=found) | Disclosing(id=found) | ChangingInstitution(id=found):
            return str(found)
        case NewClientOf(institution_id=found) | ClientOf(institution_id=found) | Barring(institution_id=found):
            return str(found)
        case NewAssessment(registration_id=found) | NewCheck(registration_id=found):
            return str(found)
        case LiftingBar(bar_id=found):
            return str(found)
        case Listing():
            return item.name
        case Decreeing(year=year):
            return str(year)
        case Noted(object=named):
            return named
        case _:
            return None


def acted_on(outcome: Any) -> tuple[str | None, int | None]:
    """The object of an act and its version after it."""
    match outcome:
        case Shown() | Acted() | Disclosed():
            return str(outcome.registration.id), outcome.registration.version
        case Registration() | Institution() | Duplicate():
            return str(outcome.id), outcome.version
        case Finding():
            return str(outcome.registration_id), None
        case Bar():
            return str(outcome.id), None
        case Filed():
            return str(outcome.document.id), None
        case Issued():
            return outcome.client.client_id, None
        case Client():
            return outcome.client_id, None
        case Announced():
            return str(outcome.announcement.id), None
        case Listed():
            return outcome.asked.name, None
        case Decreed():
            return str(outcome.year.year), outcome.year.version
        case Applied():
            return outcome.document_no, None
        case _:
            return _place_or_organisation(outcome), None


def _place_or_organisation(outcome: Any) -> str | None:
    match outcome:
        case ReorganisationRead():
            return str(outcome.id)
        case OrganisationDetails():
            return outcome.uscc
        case BoundaryChangeRead():
            return f"{outcome.old} → {outcome.new}"
        case _:
            return None
