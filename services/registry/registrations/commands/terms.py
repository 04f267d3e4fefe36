from services.registry.programmes.rules.attributes import with_later
from services.registry.programmes.rules.terms import term_of
from services.registry.registrations.models import Registration
from shared.contracts.policy import Programme


def reckon_term(registration: Registration, programme: Programme) -> bool:
    """Keep the last day of a registration's term (届满日) with it, so that it can be looked for; whether it moved."""
    details = with_later(registration.details, registration.later_details)
    term = term_of(programme.term, details, registration.counted_on)
    last_day = term.last_day if term else None
    if moved := registration.last_day != last_day:
        registration.last_day = last_day  # not without need: to set a field of a row costs what to seal one does
    return moved
