"""Who is placed, and who holds a post, as their institution stated them (申报内容): their name stays with it."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from services.registry.outcomes.models import Circumstance, Placement, stated_name
from services.registry.subjects.queries.people import masked
from services.registry.subjects.rules.names import masked_name
from services.registry.subjects.schemas.people import PersonRead


def people_stated(session: Session, rows: Sequence[Placement | Circumstance]) -> dict[UUID, PersonRead]:
    """The people of placements and holders, masked, by the row; nothing is shown of who is restricted (限制处理).

    What was entered before names were kept with it is shown by the record. Opens names; locks nothing.
    """
    records = masked(session, {row.record_ref for row in rows if row.record_ref})
    return {row.id: _named(records[row.record_ref], stated_name(row)) for row in rows if row.record_ref}


def _named(record: PersonRead, name: str | None) -> PersonRead:
    hidden = record == PersonRead.hidden(record.id_type, record.id_country)
    return record if name is None or hidden else record.model_copy(update={"name": masked_name(name)})
