"""allowances"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "allowance",
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.Column("left", sa.Float(), nullable=False),
        sa.Column("at", shared.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_allowance")),
    )


def downgrade() -> None:
    op.drop_table("allowance")
