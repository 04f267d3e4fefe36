"""imports"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_job",
        sa.Column("uploader", shared.db.Json, nullable=False),
        sa.Column("acting", shared.db.Json, nullable=True),
        sa.Column("columns", shared.db.Json, nullable=False),
        sa.Column("figures", shared.db.Json, nullable=True),
        sa.Column("effects", shared.db.Json, nullable=True),
        sa.Column("notes", shared.db.Json, nullable=False),
        sa.Column("failure", shared.db.Json, nullable=True),
        sa.Column("created_at", shared.db.Instant(), nullable=False),
        sa.Column("started_at", shared.db.Instant(), nullable=True),
        sa.Column("phase_at", shared.db.Instant(), nullable=True),
        sa.Column("turn_at", shared.db.Instant(), nullable=False),
        sa.Column("finished_at", shared.db.Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("hidden_rows", sa.String(length=10), nullable=True),
        sa.Column("file_name", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("undone", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("entered", sa.Boolean(), nullable=False),
        sa.Column("forgotten", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_import_job_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    op.create_index(op.f("ix_import_job_institution_id"), "import_job", ["institution_id"])
    op.create_index("ix_import_job_state_institution_id", "import_job", ["state", "institution_id"])
    op.create_table(
        "import_part",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["import_job.id"], name=op.f("fk_import_part_job_id_import_job")),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_import_part")),
    )
    op.create_table(
        "import_row",
        sa.Column("problems", shared.db.Json, nullable=False),
        sa.Column("counts", shared.db.Json, nullable=True),
        sa.Column("undone_at", shared.db.Instant(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("tried", sa.String(length=20), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("kept", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["import_job.id"], name=op.f("fk_import_row_job_id_import_job")),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_job_id_about", "import_row", ["job_id", "about"])
    entered = sa.text("registration_id IS NOT NULL")
    op.create_index(
        "ix_import_row_registration_id",
        "import_row",
        ["registration_id"],
        sqlite_where=entered,
        postgresql_where=entered,
    )


def downgrade() -> None:
    op.drop_table("import_row")
    op.drop_table("import_part")
    op.drop_table("import_job")
