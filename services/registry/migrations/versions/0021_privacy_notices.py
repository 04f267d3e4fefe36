"""privacy notices"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "privacy_notice",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("zh", sa.String(length=20000), nullable=False),
        sa.Column("en", sa.String(length=20000), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("second_by", sa.String(length=60), nullable=False),
        sa.Column("at", shared.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_privacy_notice")),
    )


def downgrade() -> None:
    op.drop_table("privacy_notice")
