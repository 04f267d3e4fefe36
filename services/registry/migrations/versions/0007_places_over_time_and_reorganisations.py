"""places over time, and organisations that merge and split"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gb2260", sa.String(length=6), nullable=True))
        batch_op.add_column(sa.Column("spells", shared.db.Json, nullable=True))
    op.execute("UPDATE registration SET spells = '[]'")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.alter_column("spells", nullable=False)
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moved_to", sa.String(length=60), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_column("moved_to")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_column("spells")
        batch_op.drop_column("gb2260")
