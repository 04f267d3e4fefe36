"""Whether a row says what is registered already (未变), as far as it says anything."""

from services.registry.registrations.commands.reading import Reading
from services.registry.registrations.commands.stated import statement
from services.registry.registrations.models import Registration
from services.registry.registrations.schemas import NewRegistration
from services.registry.subjects.commands.identifying import StatedPerson


def differences(new: NewRegistration, reading: Reading, registration: Registration) -> list[str]:
    """Pointers to the fields of a row that say something else than the registration; an empty cell says nothing."""
    given = {
        "/reporting_unit": (reading.place.unit, registration.reporting_unit),
        "/fact_date": (new.fact_date, registration.fact_date),
        "/township": (reading.place.township, registration.township),
        "/external_ref": (new.external_ref, registration.external_ref),
        "/subject": _stated(reading, registration),
    }
    given |= {
        f"/details/{name}": (value, registration.details.get(name))
        for name, value in reading.details.items()
        if name in new.details
    }
    return [pointer for pointer, (says, stands) in given.items() if says is not None and says != stands]


def _stated(reading: Reading, registration: Registration) -> tuple[object, object]:
    """Name, and of a person birth date and gender as far as they are given, beside those of the registration."""
    stands = statement(registration)
    if stands is None:
        return None, None
    subject = reading.subject
    if not isinstance(subject, StatedPerson):
        return subject.name, stands.name
    says = subject.clear()
    birth, gender = says.birth_date or stands.birth_date, says.gender or stands.gender
    return (says.name, birth, gender), (stands.name, stands.birth_date, stands.gender)
