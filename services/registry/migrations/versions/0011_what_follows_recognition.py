"""what follows a recognition: circumstances and placements"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STANDS = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("registration") as batch_op:
        batch_op.add_column(sa.Column("later_details", shared.db.Json, nullable=True))
    op.execute("UPDATE registration SET later_details = '[]'")
    with op.batch_alter_table("registration") as batch_op:
        batch_op.alter_column("later_details", existing_type=shared.db.Json, nullable=False)
    op.create_table(
        "circumstance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("attribute", sa.String(length=30), nullable=False),
        sa.Column("slot", sa.String(length=30), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("record_ref", sa.Uuid(), nullable=True),
        sa.Column("details", shared.db.Json, nullable=False),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("recorded_at", shared.db.Instant(), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=60), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=1000), nullable=True),
        sa.Column("withdrawn_at", shared.db.Instant(), nullable=True),
        sa.CheckConstraint("day IS NOT NULL OR record_ref IS NOT NULL", name=op.f("ck_circumstance_value")),
        sa.ForeignKeyConstraint(["corrects"], ["circumstance.id"], name=op.f("fk_circumstance_corrects_circumstance")),
        sa.ForeignKeyConstraint(["record_ref"], ["person.id"], name=op.f("fk_circumstance_record_ref_person")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_circumstance_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circumstance")),
    )
    op.create_index(op.f("ix_circumstance_registration_id"), "circumstance", ["registration_id"])
    op.create_index(op.f("ix_circumstance_record_ref"), "circumstance", ["record_ref"])
    op.create_index(
        "uq_circumstance_standing", "circumstance", ["registration_id", "slot", "effective_on"],
        unique=True, sqlite_where=STANDS, postgresql_where=STANDS,
    )  # fmt: skip
    op.create_table(
        "placement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=False),
        sa.Column("record_ref", sa.Uuid(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("first_day_counts", sa.Boolean(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("hired_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("external_ref", sa.String(length=100), nullable=True),
        sa.Column("warnings", shared.db.Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", shared.db.Instant(), nullable=False),
        sa.Column("updated_at", shared.db.Instant(), nullable=False),
        sa.CheckConstraint("months BETWEEN 3 AND 12", name=op.f("ck_placement_months")),
        sa.CheckConstraint(
            "hired_on IS NULL OR finished_on IS NOT NULL", name=op.f("ck_placement_hired_after_it_finished")
        ),
        sa.ForeignKeyConstraint(["base_id"], ["registration.id"], name=op.f("fk_placement_base_id_registration")),
        sa.ForeignKeyConstraint(["record_ref"], ["person.id"], name=op.f("fk_placement_record_ref_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    for column in ("base_id", "record_ref", "finished_on", "state"):
        op.create_index(op.f(f"ix_placement_{column}"), "placement", [column])
    op.create_table(
        "placement_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("placement_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("first_day_counts", sa.Boolean(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("hired_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("at", shared.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_placement_entry_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_entry")),
        sa.UniqueConstraint("placement_id", "version", name=op.f("uq_placement_entry_placement_id_version")),
    )


def downgrade() -> None:
    op.drop_table("placement_entry")
    op.drop_table("placement")
    op.drop_table("circumstance")
    with op.batch_alter_table("registration") as batch_op:
        batch_op.drop_column("later_details")
