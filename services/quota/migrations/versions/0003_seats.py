"""seats"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What limits (kind cap, or 左右) has its places from the start, and was filled or exceeded before anybody could tell.
CAPS_OF_THE_QUOTAS_IN_FORCE = """
INSERT INTO cap (quota_id, places, held, taken, beyond, filled_in, exceeded_in)
SELECT id, places, 0, taken, CASE WHEN taken > places THEN taken - places ELSE 0 END,
       CASE WHEN taken >= places THEN generation ELSE 0 END, CASE WHEN taken > places THEN generation ELSE 0 END
FROM (
    SELECT quota.id, quota.generation,
           CASE quota.measure WHEN 'in_stock' THEN headcount.in_stock ELSE headcount.net END AS taken,
           CASE quota.comparison WHEN 'between' THEN COALESCE(quota.amount_max, quota.amount)
                                 WHEN 'about' THEN quota.amount * (100 + quota.tolerance_percent) / 100
                                 ELSE quota.amount END AS places
    FROM quota JOIN headcount ON headcount.quota_id = quota.id AND headcount.unit = ''
    WHERE quota.kind = 'cap' OR (quota.comparison = 'about' AND quota.amount > 0)
) AS limited
"""


def upgrade() -> None:
    op.create_table(
        "seat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("subject_ref", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False),
        sa.Column("asked_at", shared.db.Instant(), nullable=False),
        sa.Column("settled_at", shared.db.Instant(), nullable=True),
        sa.Column("expires_ms", sa.BigInteger(), nullable=True),
        sa.Column("bound_ms", sa.BigInteger(), nullable=True),
        sa.Column("inquired_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'held', 'taken', 'released', 'expired')", name=op.f("ck_seat_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
    )
    op.create_index(
        "ix_seat_held",
        "seat",
        ["expires_ms", "bound_ms"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(op.f("ix_seat_registration_id"), "seat", ["registration_id"], unique=False)
    op.create_index(op.f("ix_seat_subject_ref"), "seat", ["subject_ref"], unique=False)
    op.create_index(
        "uq_seat_open",
        "seat",
        ["registration_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'held', 'taken')"),
        postgresql_where=sa.text("state IN ('waiting', 'held', 'taken')"),
    )

    op.create_table(
        "cap",
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("places", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("beyond", sa.BigInteger(), nullable=False),
        sa.Column("filled_in", sa.Integer(), nullable=False),
        sa.Column("exceeded_in", sa.Integer(), nullable=False),
        sa.CheckConstraint("held + taken <= places + beyond", name=op.f("ck_cap_places")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_cap_held")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_cap_taken")),
        sa.ForeignKeyConstraint(["quota_id"], ["quota.id"], name=op.f("fk_cap_quota_id_quota")),
        sa.PrimaryKeyConstraint("quota_id", name=op.f("pk_cap")),
    )
    op.create_table(
        "seat_under",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["quota_id"], ["quota.id"], name=op.f("fk_seat_under_quota_id_quota")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_seat_under_seat_id_seat")),
        sa.PrimaryKeyConstraint("seat_id", "quota_id", name=op.f("pk_seat_under")),
    )
    op.create_index(op.f("ix_seat_under_quota_id"), "seat_under", ["quota_id"], unique=False)
    op.execute(CAPS_OF_THE_QUOTAS_IN_FORCE)


def downgrade() -> None:
    op.drop_index(op.f("ix_seat_under_quota_id"), table_name="seat_under")

    op.drop_table("seat_under")
    op.drop_table("cap")
    op.drop_index(
        "uq_seat_open",
        table_name="seat",
        sqlite_where=sa.text("state IN ('waiting', 'held', 'taken')"),
        postgresql_where=sa.text("state IN ('waiting', 'held', 'taken')"),
    )
    op.drop_index(op.f("ix_seat_subject_ref"), table_name="seat")
    op.drop_index(op.f("ix_seat_registration_id"), table_name="seat")
    op.drop_index(
        "ix_seat_held",
        table_name="seat",
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )

    op.drop_table("seat")
