"""credit left to another, and programmes that count once"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("registration_seen", schema=None) as batch_op:
        batch_op.add_column(sa.Column("yields", sa.Boolean(), nullable=True))
    op.execute("UPDATE registration_seen SET yields = false")
    with op.batch_alter_table("registration_seen", schema=None) as batch_op:
        batch_op.alter_column("yields", nullable=False)

    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rivals", shared.db.Json, nullable=True))
    op.execute("UPDATE quota SET rivals = '{}'")
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.alter_column("rivals", nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.drop_column("rivals")
    with op.batch_alter_table("registration_seen", schema=None) as batch_op:
        batch_op.drop_column("yields")
