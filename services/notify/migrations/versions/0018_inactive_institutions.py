"""which institutions take part no longer"""

import sqlalchemy as sa
from alembic import op

from shared.db import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inactive_institutions",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_inactive_institutions")),
    )


def downgrade() -> None:
    op.drop_table("inactive_institutions")
