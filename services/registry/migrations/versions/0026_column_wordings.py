"""column wordings"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("import_job") as batch_op:
        batch_op.add_column(sa.Column("header", shared.db.Json, nullable=False, server_default="{}"))
    with op.batch_alter_table("import_job") as batch_op:
        batch_op.alter_column("header", existing_type=shared.db.Json, server_default=None)
    op.create_table(
        "column_wording",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("wording", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("pointer", sa.String(length=120), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", shared.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_column_wording_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_wording")),
        sa.UniqueConstraint(
            "institution_id", "programme", "key", name=op.f("uq_column_wording_institution_id_programme_key")
        ),
    )


def downgrade() -> None:
    op.drop_table("column_wording")
    with op.batch_alter_table("import_job") as batch_op:
        batch_op.drop_column("header")
