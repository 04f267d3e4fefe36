"""places over time, and organisations that merge and split"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gb2260", sa.String(length=6), nullable=True))
        batch_op.add_column(sa.Column("spells", shared.db.Json, nullable=True))
    op.execute("UPDATE registration SET spells = '[]'")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.alter_column("spells", nullable=False)
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moved_to", sa.String(length=60), nullable=True))
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_organisation_parent_id_organisation"), "organisation", ["parent_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_organisation_parent_id"), ["parent_id"], unique=False)
    op.create_table(
        "reorganisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("old_id", sa.Uuid(), nullable=False),
        sa.Column("heir_id", sa.Uuid(), nullable=True),
        sa.Column("successors", shared.db.Json, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("decision_no", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("effect", shared.db.Json, nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", shared.db.Instant(), nullable=False),
        sa.Column("undone_by", sa.String(length=60), nullable=True),
        sa.Column("undone_reason", sa.String(length=1000), nullable=True),
        sa.Column("undone_at", shared.db.Instant(), nullable=True),
        sa.CheckConstraint("kind IN ('merger', 'split')", name=op.f("ck_reorganisation_kind")),
        sa.ForeignKeyConstraint(["heir_id"], ["organisation.id"], name=op.f("fk_reorganisation_heir_id_organisation")),
        sa.ForeignKeyConstraint(["old_id"], ["organisation.id"], name=op.f("fk_reorganisation_old_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation")),
    )
    with op.batch_alter_table("reorganisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reorganisation_heir_id"), ["heir_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reorganisation_old_id"), ["old_id"], unique=False)
        batch_op.create_index(
            "uq_reorganisation_ending",
            ["old_id"],
            unique=True,
            sqlite_where=sa.text("heir_id IS NOT NULL AND undone_at IS NULL"),
            postgresql_where=sa.text("heir_id IS NOT NULL AND undone_at IS NULL"),
        )


def downgrade() -> None:
    op.drop_table("reorganisation")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_organisation_parent_id_organisation"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_organisation_parent_id"))
        batch_op.drop_column("parent_id")
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_column("moved_to")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_column("spells")
        batch_op.drop_column("gb2260")
