"""A person whom another institution has in the programme already (重复申报): refused, and put before the bureau."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.registry.institutions.models import BUREAU_ID
from services.registry.registrations.models import RefusedFiling, Registration
from services.registry.subjects.commands.candidates import insert_cases, new_case
from shared import clock
from shared.db import insert_rows, table_of


class Claim(NamedTuple):
    """What was filed by whom and where, and the registration that stood in the way."""

    programme: str
    unit: str
    fact_date: date
    institution_id: UUID
    present: Registration

    @property
    def is_rival(self) -> bool:
        """Whether two institutions claim one person; the bureau's own filings it can settle by itself."""
        another = self.institution_id not in (self.present.institution_id, BUREAU_ID)
        return another and self.present.subject_kind == "person"

    @property
    def key(self) -> str:
        """One case for each registration and each institution that claims beside it, however often it files."""
        return f"{self.present.id}|{self.institution_id}"


def queue_claims(session: Session, claims: Iterable[Claim]) -> None:
    """Put the persons whom another institution has into the review queue, in the transaction that refuses them.

    Called once the registrations of the batch are stored. Writes: `duplicate` and `refused_filing`, in one order for
    everybody and only where there is no case yet; whatever it was decided, it stays so. No event, for nothing counts.
    """
    wanted = {claim.key: claim for claim in claims if claim.is_rival}
    rows = [
        new_case(claim.present.record_ref, claim.present.record_ref, ("filed_elsewhere",), key)
        for key, claim in sorted(wanted.items())
    ]
    added = {claim for _, _, claim in insert_cases(session, rows)}
    filed = [_filed(wanted[str(row["claim"])], row["id"]) for row in rows if row["claim"] in added]
    insert_rows(session, table_of(RefusedFiling), filed)


def _filed(claim: Claim, duplicate_id: object) -> dict[str, object]:
    return {
        "duplicate_id": duplicate_id,
        "registration_id": claim.present.id,
        "programme": claim.programme,
        "institution_id": claim.institution_id,
        "reporting_unit": claim.unit,
        "fact_date": claim.fact_date,
        "filed_at": clock.now(),
    }
