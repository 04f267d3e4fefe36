"""since when a post is reached at an address, and deliveries to one that it had before"""

import sqlalchemy as sa
from alembic import op

from shared.db import Instant

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("addresses", sa.Column("since", Instant(), nullable=True))
    op.add_column("deliveries", sa.Column("former_address", sa.String(500), nullable=True))


def downgrade() -> None:
    """What was said of changed addresses goes as corrections do; what is still on its way to a former one is given up."""
    op.execute("UPDATE alerts SET kind = 'correction' WHERE kind = 'addresses_changed'")
    op.execute(
        "UPDATE deliveries SET state = 'skipped', due_at = NULL"
        " WHERE former_address IS NOT NULL AND state IN ('pending', 'sending')"
    )
    with op.batch_alter_table("deliveries") as table:
        table.drop_column("former_address")
    with op.batch_alter_table("addresses") as table:
        table.drop_column("since")
