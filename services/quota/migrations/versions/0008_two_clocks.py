"""the day each line of the ledger was learnt, and what the ledger adds up to by both clocks"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from shared.config import settings

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SUMS_OF_THE_LEDGER = """
INSERT INTO headcount_sum (quota_id, unit, known_in, counted_in, gross, net, in_stock)
SELECT quota_id, CASE place.whole WHEN 1 THEN '' ELSE unit END, known_day / known.per, counted_day / counted.per,
       SUM(gross), SUM(net), SUM(in_stock)
FROM (
    SELECT quota_id, unit, CAST(REPLACE(CAST(known_on AS VARCHAR(10)), '-', '') AS INTEGER) AS known_day,
           CAST(REPLACE(CAST(counted_on AS VARCHAR(10)), '-', '') AS INTEGER) AS counted_day,
           SUM(gross) AS gross, SUM(net) AS net, SUM(in_stock) AS in_stock
    FROM ledger GROUP BY quota_id, unit, known_on, counted_on
) AS by_day
CROSS JOIN (SELECT 0 AS whole UNION ALL SELECT 1) AS place
CROSS JOIN (SELECT 1 AS per UNION ALL SELECT 100 UNION ALL SELECT 100000000) AS known
CROSS JOIN (SELECT 1 AS per UNION ALL SELECT 100) AS counted
GROUP BY 1, 2, 3, 4
"""


def upgrade() -> None:
    op.create_table(
        "headcount_sum",
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("known_in", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counted_in", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("gross", sa.Integer(), nullable=False),
        sa.Column("net", sa.Integer(), nullable=False),
        sa.Column("in_stock", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["quota_id"], ["quota.id"], name=op.f("fk_headcount_sum_quota_id_quota")),
        sa.PrimaryKeyConstraint("quota_id", "unit", "known_in", "counted_in", name=op.f("pk_headcount_sum")),
    )
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.add_column(sa.Column("known_on", sa.Date(), nullable=True))
    op.execute(_days_in_the_business_calendar())
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.alter_column("known_on", nullable=False)
        batch_op.create_index(op.f("ix_ledger_quota_id_known_at"), ["quota_id", "known_at"])
    op.execute(SUMS_OF_THE_LEDGER)


def downgrade() -> None:
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_ledger_quota_id_known_at"))
        batch_op.drop_column("known_on")
    op.drop_table("headcount_sum")


def _days_in_the_business_calendar() -> sa.TextClause:
    zone = settings().time_zone
    if op.get_bind().dialect.name == "postgresql":
        return sa.text(
            "UPDATE ledger SET known_on = CAST(known_at AT TIME ZONE CAST(:zone AS TEXT) AS DATE)"
        ).bindparams(zone=zone)
    ahead = datetime.now(UTC).astimezone(ZoneInfo(zone)).utcoffset()  # SQLite knows no zones; ours has one offset
    minutes = f"{ahead.total_seconds() // 60 if ahead else 0:+.0f} minutes"
    return sa.text("UPDATE ledger SET known_on = date(known_at, :ahead)").bindparams(ahead=minutes)
