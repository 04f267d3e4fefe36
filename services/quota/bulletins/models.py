"""The table of bulletins, which the database itself keeps from being changed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DDL, BigInteger, CheckConstraint, UniqueConstraint, event
from sqlmodel import Field

from services.quota.tables import QuotaTable
from shared.columns import classes
from shared.db import Instant, table_of

# What keeps rows from being changed or deleted, by dialect; the migration has the same.
FROZEN = {
    "sqlite": [
        f"CREATE TRIGGER bulletin_is_frozen_{act} BEFORE {act} ON bulletin "
        "BEGIN SELECT RAISE(ABORT, 'a published bulletin never changes'); END"
        for act in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION bulletin_is_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a published bulletin never changes'; END $$",
        "CREATE TRIGGER bulletin_is_frozen BEFORE UPDATE OR DELETE ON bulletin "
        "FOR EACH ROW EXECUTE FUNCTION bulletin_is_frozen()",
    ],
}


class Bulletin(QuotaTable, table=True):
    """One published edition (一期通报). `content` is canonical JSON, `sha256` its hash; every format is made from it.

    `last_line` is the last line of the ledger that it knew: what comes after is for the next edition to restate.
    """

    __table_args__ = (
        UniqueConstraint("kind", "edition", "edition_no"),
        CheckConstraint("kind IN ('bulletin', 'annual_report')", name="kind"),
    )

    __classes__ = classes(
        personal="published_by",
        public=(
            "id kind edition edition_no title_zh title_en number issued_on as_of known_at last_line content sha256"
        ),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    edition: str
    edition_no: int
    title_zh: str
    title_en: str
    number: str | None = None
    issued_on: date
    as_of: date
    known_at: datetime = Field(sa_type=Instant)
    last_line: int = Field(sa_type=BigInteger)
    content: str
    sha256: str
    published_by: str


BULLETIN = table_of(Bulletin)


for _dialect, _statements in FROZEN.items():
    for _statement in _statements:
        event.listen(BULLETIN, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
