"""second factors"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("sealed_factor", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("factor_confirmed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("factor_used_at", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("factor_reset_by", sa.String(length=60), nullable=True))
    with op.batch_alter_table("account") as batch_op:
        batch_op.alter_column("factor_confirmed", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_column("factor_reset_by")
        batch_op.drop_column("factor_used_at")
        batch_op.drop_column("factor_confirmed")
        batch_op.drop_column("sealed_factor")
