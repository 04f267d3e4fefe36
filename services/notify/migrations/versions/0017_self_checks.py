"""how far the daily self-check came"""

import sqlalchemy as sa
from alembic import op

from shared.db import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "self_check",
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("arrived_at", Instant(), nullable=False),
        sa.Column("delivered_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("check_id", name=op.f("pk_self_check")),
    )


def downgrade() -> None:
    op.drop_table("self_check")
