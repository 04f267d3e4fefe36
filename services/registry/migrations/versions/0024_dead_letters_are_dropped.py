"""dead letters that an operator dropped, by whom and why"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("dead_letter") as table:
        table.add_column(sa.Column("dropped_by", sa.String(length=100), nullable=True))
        table.add_column(sa.Column("drop_reason", sa.String(length=1000), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("dead_letter") as table:
        table.drop_column("drop_reason")
        table.drop_column("dropped_by")
