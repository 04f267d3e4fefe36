"""the version by which an institution takes part or not"""

import sqlalchemy as sa
from alembic import op

from shared.db import Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "institution_standings",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("inactive_since", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_institution_standings")),
    )
    op.execute(
        "INSERT INTO institution_standings (institution_id, inactive_since, version)"
        " SELECT institution_id, since, 0 FROM inactive_institutions"
    )
    op.drop_table("inactive_institutions")


def downgrade() -> None:
    op.create_table(
        "inactive_institutions",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_inactive_institutions")),
    )
    op.execute(
        "INSERT INTO inactive_institutions (institution_id, since)"
        " SELECT institution_id, inactive_since FROM institution_standings WHERE inactive_since IS NOT NULL"
    )
    op.drop_table("institution_standings")
