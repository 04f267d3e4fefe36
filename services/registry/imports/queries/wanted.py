"""What a file of a programme is asked for, by the policy in force."""

from sqlmodel import Session

from services.registry.imports.rules.wanted import wanted_table
from services.registry.programmes.queries import programmes, units
from shared.sheets.tables import WantedTable


def wanted_of(session: Session, programme: str) -> WantedTable:
    """The columns of a programme's file, with the reporting units of today and before."""
    names = {each.code: (each.name_zh, each.name_en) for each in units(session)}
    return wanted_table(programmes(session)[programme], names)
