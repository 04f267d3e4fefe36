"""headers of imports are sealed"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("import_job") as batch_op:
        batch_op.add_column(sa.Column("sealed_header", sa.LargeBinary(), nullable=True))
        batch_op.drop_column("header")


def downgrade() -> None:
    with op.batch_alter_table("import_job") as batch_op:
        batch_op.add_column(sa.Column("header", shared.db.Json, nullable=False, server_default="{}"))
        batch_op.drop_column("sealed_header")
    with op.batch_alter_table("import_job") as batch_op:
        batch_op.alter_column("header", existing_type=shared.db.Json, server_default=None)
