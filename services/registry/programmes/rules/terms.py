"""Terms of agreements and posts (期限), as the civil code counts them (民法典第200至204条)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from services.registry.programmes.rules.details import DetailValue
from services.registry.subjects.rules.dates import corresponding_day
from services.registry.subjects.rules.documents import Note
from shared.contracts.attributes import Aftercare, TermFields, TermOfTitle, TermUntil
from shared.contracts.details import DetailField
from shared.problems import Said


class TermDays(NamedTuple):
    """The last day of a term (届满日), and the day on which to remind of it."""

    last_day: date
    remind_on: date


def term_of(
    fields: TermFields | TermUntil | TermOfTitle | None, details: Mapping[str, DetailValue], counted_on: date | None
) -> TermDays | None:
    """The term of a registration; None until all that tells it is given."""
    last = _last_day(fields, details, counted_on)
    return TermDays(last, last - timedelta(days=fields.remind_days)) if fields and last else None


def _last_day(
    fields: TermFields | TermUntil | TermOfTitle | None, details: Mapping[str, DetailValue], counted_on: date | None
) -> date | None:
    match fields:
        case TermFields() if {fields.start, fields.months, fields.first_day_counts} <= details.keys():
            start = date.fromisoformat(str(details[fields.start]))
            return last_day(start, int(details[fields.months]), bool(details[fields.first_day_counts]))
        case TermUntil() if fields.until in details:
            return date.fromisoformat(str(details[fields.until]))
        case TermOfTitle() if counted_on:
            return last_day(counted_on, fields.title_months, first_day_counts=False)
        case _:
            return None


def term_notes(
    term: TermFields | TermUntil | TermOfTitle | None,
    fields: Sequence[DetailField],
    details: Mapping[str, DetailValue],
) -> tuple[Note, ...]:
    """What is still needed to tell the last day of a term stated in part; nothing is guessed (首日计入与否)."""
    if not isinstance(term, TermFields):
        return ()
    needed = (term.start, term.months, term.first_day_counts)
    missing = [field for field in fields if field.name in needed and field.name not in details]
    if not missing or not details.keys() & {term.start, term.months}:
        return ()
    zh, en = "、".join(f"“{field.zh}”" for field in missing), ", ".join(field.en for field in missing)
    said = Said(
        f"期限的届满日尚未计算：请补填{zh}。协议没有约定首日是否计入的，依民法典第二百零一条不计入。",
        f"The last day of the term is not reckoned yet; fill in: {en}. Where an agreement does not say whether its "
        "first day counts, it does not (Civil Code, article 201).",
    )
    return (Note("term_incomplete", "warning" if {term.start, term.months} <= details.keys() else "info", said),)


def service_until(aftercare: Aftercare, counted_on: date | None) -> date | None:
    """The last day of the service that a recognition obliges to (服务期); None where the programme asks for none."""
    if counted_on is None or aftercare.service_months is None:
        return None
    return last_day(counted_on, aftercare.service_months, first_day_counts=False)


def last_day(start: date, months: int, first_day_counts: bool) -> date:
    """The last day of a term of so many months.

    Where the agreement counts its first day, the term ends the day before the corresponding day; where it does not
    (第201条), on that day. A month without the corresponding day ends the term on its last day either way (第202条).
    """
    end = corresponding_day(start, months)
    return end - timedelta(days=1) if first_day_counts and end.day == start.day else end
