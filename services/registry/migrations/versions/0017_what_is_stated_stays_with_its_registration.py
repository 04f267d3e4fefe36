"""what is stated stays with its registration"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ENDED = "'not_accepted', 'rejected', 'withdrawn', 'exited', 'cancelled', 'expired', 'revoked'"
PROVISIONAL = ("person", "organisation", "post")


def _one_active(states: str) -> None:
    op.drop_index("uq_registration_active", table_name="registration")
    where = sa.text(f"state NOT IN ({states}) AND NOT moved")
    op.create_index(
        "uq_registration_active", "registration", ["programme", "subject_ref"],
        unique=True, sqlite_where=where, postgresql_where=where,
    )  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("registration") as batch_op:
        batch_op.add_column(sa.Column("stated", sa.LargeBinary(), nullable=True))
    _one_active(f"{ENDED}, 'draft'")
    for table in PROVISIONAL:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("provisional", sa.Boolean(), nullable=True))
        held = sa.table(table, sa.column("provisional", sa.Boolean))
        op.execute(sa.update(held).values(provisional=False))
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column("provisional", existing_type=sa.Boolean(), nullable=False)
    op.create_table(
        "published_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", shared.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_published_entry_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_entry")),
    )
    op.create_index(op.f("ix_published_entry_registration_id"), "published_entry", ["registration_id"])
    op.create_index("ix_published_entry_list", "published_entry", ["programme", "first_day"])


def downgrade() -> None:
    op.drop_table("published_entry")
    for table in PROVISIONAL:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("provisional")
    # To earlier versions a draft was active; where it stands beside another one it is as if it had been moved there.
    columns = ("id", "programme", "subject_ref", "state", "moved")
    held = sa.table("registration", *(sa.column(name, sa.Boolean if name == "moved" else None) for name in columns))
    other = held.alias("other")
    beside = sa.select(other.c.id).where(
        other.c.programme == held.c.programme,
        other.c.subject_ref == held.c.subject_ref,
        other.c.id != held.c.id,
        sa.text(f"other.state NOT IN ({ENDED})"),
    )
    op.execute(sa.update(held).where(held.c.state == "draft", beside.exists()).values(moved=True))
    _one_active(ENDED)
    with op.batch_alter_table("registration") as batch_op:
        batch_op.drop_column("stated")
