"""deliveries in order, at a channel's pace"""

import sqlalchemy as sa
from alembic import op

from shared.db import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UNSETTLED = sa.text("state IN ('pending', 'sending')")


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_table(
        "channel_pace",
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("free_at", Instant, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_pace")),
    )
    op.create_index(
        "ix_deliveries_under_way",
        "deliveries",
        ["channel", "recipient", "address_number", "id"],
        postgresql_where=UNSETTLED,
        sqlite_where=UNSETTLED,
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_under_way", "deliveries")
    op.drop_table("channel_pace")
    op.drop_column("deliveries", "merged_into")
