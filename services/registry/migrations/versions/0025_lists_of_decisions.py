"""lists of decisions"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("import_job") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=20), nullable=False, server_default="registrations"))
        batch_op.add_column(sa.Column("awaiting", sa.Integer(), nullable=False, server_default="0"))
        batch_op.alter_column("programme", existing_type=sa.String(length=60), nullable=True)
    with op.batch_alter_table("import_job") as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(length=20), server_default=None)
        batch_op.alter_column("awaiting", existing_type=sa.Integer(), server_default=None)
    op.add_column("import_row", sa.Column("action", sa.String(length=30), nullable=True))
    op.add_column("import_row", sa.Column("counted", shared.db.Json, nullable=True))
    op.add_column("import_row", sa.Column("before", shared.db.Json, nullable=True))


def downgrade() -> None:
    for column in ("before", "counted", "action"):
        op.drop_column("import_row", column)
    with op.batch_alter_table("import_job") as batch_op:
        batch_op.alter_column("programme", existing_type=sa.String(length=60), nullable=False)
        batch_op.drop_column("awaiting")
        batch_op.drop_column("kind")
