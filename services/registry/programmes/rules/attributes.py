"""What follows from the details (属性), so that nobody has to state it and nobody can state it wrongly."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from services.registry.programmes.rules.details import DetailValue
from shared.contracts.attributes import Attribute, GivenAttribute


def attributes_of(attributes: Sequence[Attribute], details: Mapping[str, DetailValue]) -> dict[str, bool]:
    """The programme's attributes of one registration, by name; what was not given makes none of them true."""
    return {each.name: _holds(each, details) for each in attributes}


def with_later(details: Mapping[str, DetailValue], later: Iterable[Mapping[str, Any]]) -> dict[str, DetailValue]:
    """The details after fields got other values, in their order (认定后情况); a value of None is none any more."""
    found = dict(details)
    for each in later:
        found.pop(each["field"], None)
        if each["value"] is not None:
            found[each["field"]] = each["value"]
    return found


def _holds(attribute: Attribute, details: Mapping[str, DetailValue]) -> bool:
    if isinstance(attribute, GivenAttribute):
        return attribute.field in details
    if attribute.one not in details or attribute.other not in details:
        return False
    days = (date.fromisoformat(str(details[name])) for name in (attribute.one, attribute.other))
    one, other = (day.year - (day.month < attribute.first_month) for day in days)
    return one == other
