"""credit left to another"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nobody was asked to yield before this.
    with op.batch_alter_table("registration_seen", schema=None) as batch_op:
        batch_op.add_column(sa.Column("yields", sa.Boolean(), nullable=True))
    op.execute("UPDATE registration_seen SET yields = false")
    with op.batch_alter_table("registration_seen", schema=None) as batch_op:
        batch_op.alter_column("yields", nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("registration_seen", schema=None) as batch_op:
        batch_op.drop_column("yields")
