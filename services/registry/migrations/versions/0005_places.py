"""places"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "capped_programme",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_capped_programme")),
    )
    op.create_table(
        "lapsed_seat",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("at", shared.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_lapsed_seat")),
    )
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("override_reason", sa.String(length=1000), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_column("override_reason")

    op.drop_table("lapsed_seat")
    op.drop_table("capped_programme")
