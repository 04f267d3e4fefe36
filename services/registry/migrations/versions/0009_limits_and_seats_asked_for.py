"""limits with their scopes, and seats asked for"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CAPPED = sa.table("capped_programme", sa.column("code", sa.String))
LIMIT = sa.table(
    "known_limit",
    sa.column("key", sa.String),
    sa.column("version", sa.Integer),
    sa.column("capped", sa.Boolean),
    sa.column("programmes", shared.db.Json),
    sa.column("classes", shared.db.Json),
)


def upgrade() -> None:
    op.create_table(
        "known_limit",
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("capped", sa.Boolean(), nullable=False),
        sa.Column("programmes", shared.db.Json, nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=True),
        sa.Column("classes", shared.db.Json, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("round", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_known_limit")),
    )
    op.create_table(
        "wanted_seat",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", shared.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_wanted_seat_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_wanted_seat")),
    )
    # Of these only the programme is known: quota is asked for everybody there, and says whom no limit covers.
    codes = op.get_bind().execute(sa.select(CAPPED.c.code)).scalars().all()
    rows = [
        {"key": f"before {code}", "version": 0, "capped": True, "programmes": [code], "classes": {}} for code in codes
    ]
    if rows:
        op.bulk_insert(LIMIT, rows)
    op.drop_table("capped_programme")


def downgrade() -> None:
    op.create_table(
        "capped_programme",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_capped_programme")),
    )
    every = op.get_bind().execute(sa.select(LIMIT.c.programmes)).scalars().all()
    codes = sorted({code for programmes in every for code in programmes})
    if codes:
        op.bulk_insert(CAPPED, [{"code": code} for code in codes])
    op.drop_table("wanted_seat")
    op.drop_table("known_limit")
