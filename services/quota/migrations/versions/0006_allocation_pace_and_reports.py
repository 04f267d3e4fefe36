"""allocation, pace and reports"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Who was heard of in which month of the business calendar, as far as the ledger tells; nobody is silent for what he sent.
MONTHS = {
    "sqlite": "strftime('%Y-%m', known_at, '+8 hours')",
    "postgresql": "to_char(known_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')",
}
HEARD_OF = """
INSERT INTO report (programme, unit, month, nil, said_at)
SELECT quota.programme, ledger.unit, {month}, false, MIN(ledger.known_at)
FROM ledger JOIN quota ON quota.id = ledger.quota_id
GROUP BY 1, 2, 3
"""


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("nil", sa.Boolean(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=True),
        sa.Column("said_at", shared.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("programme", "unit", "month", name=op.f("pk_report")),
    )
    op.create_table(
        "silence",
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", shared.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["quota_id"], ["quota.id"], name=op.f("fk_silence_quota_id_quota")),
        sa.PrimaryKeyConstraint("programme", "unit", "month", name=op.f("pk_silence")),
    )
    op.create_table(
        "lamp",
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("lamp", sa.String(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("caught_up_on", sa.Date(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.CheckConstraint("lamp IN ('green', 'yellow', 'red')", name=op.f("ck_lamp_lamp")),
        sa.ForeignKeyConstraint(["quota_id"], ["quota.id"], name=op.f("fk_lamp_quota_id_quota")),
        sa.PrimaryKeyConstraint("quota_id", name=op.f("pk_lamp")),
    )
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("pace", shared.db.Json, nullable=True))
        batch_op.add_column(sa.Column("own_pace", shared.db.Json, nullable=True))
        batch_op.create_index(batch_op.f("ix_quota_parent_id"), ["parent_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_quota_parent_id_quota"), "quota", ["parent_id"], ["id"])
    op.execute("UPDATE quota SET pace = '{}'")
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.alter_column("pace", nullable=False)
    op.execute(HEARD_OF.format(month=MONTHS[op.get_bind().dialect.name]))


def downgrade() -> None:
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_quota_parent_id_quota"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_quota_parent_id"))
        batch_op.drop_column("own_pace")
        batch_op.drop_column("pace")
        batch_op.drop_column("parent_id")
    op.drop_table("lamp")
    op.drop_table("silence")
    op.drop_table("report")
