"""issuer of accounts"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("issuer", sa.String(length=500), nullable=True))
    op.add_column("account", sa.Column("subject_index", sa.String(length=64), nullable=True))
    op.add_column("account", sa.Column("sealed_subject", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_account_subject_index"), "account", ["subject_index"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_account_subject_index"), table_name="account")
    op.drop_column("account", "sealed_subject")
    op.drop_column("account", "subject_index")
    op.drop_column("account", "issuer")
