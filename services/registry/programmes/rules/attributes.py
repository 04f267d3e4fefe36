"""What follows from the details (属性), so that nobody has to state it and nobody can state it wrongly."""

from collections.abc import Mapping, Sequence
from datetime import date

from services.registry.programmes.rules.details import DetailValue
from shared.contracts.attributes import Attribute, GivenAttribute


def attributes_of(attributes: Sequence[Attribute], details: Mapping[str, DetailValue]) -> dict[str, bool]:
    """The programme's attributes of one registration, by name; what was not given makes none of them true."""
    return {each.name: _holds(each, details) for each in attributes}


def _holds(attribute: Attribute, details: Mapping[str, DetailValue]) -> bool:
    if isinstance(attribute, GivenAttribute):
        return attribute.field in details
    if attribute.one not in details or attribute.other not in details:
        return False
    days = (date.fromisoformat(str(details[name])) for name in (attribute.one, attribute.other))
    one, other = (day.year - (day.month < attribute.first_month) for day in days)
    return one == other
