"""subject requests"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("person", "registration"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false()))
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("restricted", server_default=None)
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("erased_at", shared.db.Instant(), nullable=True))
    op.create_table(
        "subject_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("applicant", sa.String(length=10), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("awaiting", shared.db.Json, nullable=True),
        sa.Column("ground", sa.String(length=30), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("entered_by", sa.String(length=60), nullable=False),
        sa.Column("entered_at", shared.db.Instant(), nullable=False),
        sa.Column("answered_by", sa.String(length=60), nullable=True),
        sa.Column("seconded_by", sa.String(length=60), nullable=True),
        sa.Column("answered_at", shared.db.Instant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('access', 'copy', 'correction', 'restriction', 'erasure')", name=op.f("ck_subject_request_kind")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'awaiting', 'fulfilled', 'refused', 'withdrawn')", name=op.f("ck_subject_request_state")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_subject_request_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_request")),
    )
    op.create_index(op.f("ix_subject_request_person_id"), "subject_request", ["person_id"])
    op.create_index(op.f("ix_subject_request_state"), "subject_request", ["state"])


def downgrade() -> None:
    op.drop_table("subject_request")
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("erased_at")
        batch_op.drop_column("restricted")
    with op.batch_alter_table("registration") as batch_op:
        batch_op.drop_column("restricted")
