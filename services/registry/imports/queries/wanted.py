"""What a file of a programme is asked for, by the policy in force."""

from sqlmodel import Session

from services.registry.imports.models import ImportJob
from services.registry.imports.rules.listed import listed_table
from services.registry.imports.rules.wanted import wanted_table
from services.registry.programmes.queries import programmes, units
from shared.sheets.tables import WantedTable


def wanted_of(session: Session, programme: str) -> WantedTable:
    """The columns of a programme's file, with the reporting units of today and before."""
    return wanted_table(programmes(session)[programme], _units(session))


def wanted_of_list(session: Session) -> WantedTable:
    """The columns of a list of decisions."""
    known = {code: (each.name_zh, each.name_en) for code, each in programmes(session).items()}
    return listed_table(known, _units(session))


def wanted_by(session: Session, job: ImportJob) -> WantedTable:
    """The columns of the file of an import."""
    if job.kind == "transitions" or job.programme is None:
        return wanted_of_list(session)
    return wanted_of(session, job.programme)


def _units(session: Session) -> dict[str, tuple[str, str]]:
    return {each.code: (each.name_zh, each.name_en) for each in units(session)}
