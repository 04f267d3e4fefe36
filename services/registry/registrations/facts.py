"""What the registry tells the others about a registration: its full counting state, and nothing personal."""

from collections.abc import Mapping
from uuid import UUID

from services.registry.programmes.rules import DetailValue, attributes_of
from services.registry.registrations.models import Registration
from shared.contracts.policy import Programme
from shared.contracts.registration import RegistrationEvent

ALWAYS_TOLD = ("talent_class", "skill_level", "field", "round")


def classes(registration: Registration, programme: Programme) -> dict[str, str | None]:
    """What it is told as: the pack's own codes, never free text."""
    values = registration.details | attributes_of(programme.attributes, registration.details)
    counting = programme.counting_codes
    return {name: _code(values.get(name)) if name in counting else None for name in {*ALWAYS_TOLD, *counting}}


def fact(
    kind: type[RegistrationEvent],
    registration: Registration,
    programme: Programme,
    moved_with: Mapping[UUID, int] | None = None,
) -> RegistrationEvent:
    """The event of a registration as it now stands."""
    return kind(
        registration_id=registration.id,
        version=registration.version,
        programme=registration.programme,
        subject_ref=registration.subject_ref,
        subject_kind=registration.subject_kind,
        institution_id=registration.institution_id,
        reporting_unit=registration.reporting_unit,
        township=registration.township,
        state=registration.state,
        counted_on=registration.counted_on,
        ended_on=registration.ended_on,
        classes=classes(registration, programme),
        decision_no=registration.decision_no,
        spells=registration.spells,
        yields=registration.yields,
        moved_with=dict(moved_with or {}),
    )


def _code(value: DetailValue | None) -> str | None:
    """A value as a code: what is yes or no travels in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)
