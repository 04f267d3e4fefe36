"""what is stated of trainees and holders stays with it"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("placement", "circumstance"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("stated", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    for table in ("placement", "circumstance"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("stated")
