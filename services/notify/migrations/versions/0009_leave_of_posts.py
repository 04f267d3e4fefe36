"""the leave of who holds a post"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("recipients") as batch_op:
        batch_op.add_column(sa.Column("leave_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("leave_to", sa.Date(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_recipients_leave"), "leave_to >= leave_from")


def downgrade() -> None:
    with op.batch_alter_table("recipients") as batch_op:
        batch_op.drop_constraint(op.f("ck_recipients_leave"), type_="check")
        batch_op.drop_column("leave_to")
        batch_op.drop_column("leave_from")
