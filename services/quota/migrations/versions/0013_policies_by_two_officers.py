"""policies by two officers"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("policy") as batch_op:
        batch_op.add_column(sa.Column("seconded_by", sa.String(), nullable=True))
    op.create_table(
        "pending_pack",
        sa.Column("document_no", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", shared.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("document_no", name=op.f("pk_pending_pack")),
    )


def downgrade() -> None:
    op.drop_table("pending_pack")
    with op.batch_alter_table("policy") as batch_op:
        batch_op.drop_column("seconded_by")
