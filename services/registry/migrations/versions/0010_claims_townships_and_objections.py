"""claims, townships of the list, and the moment of an objection"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _listed() -> set[str]:
    """The names of the townships that the policies in force have."""
    rules = sa.table("policy", sa.column("rules", shared.db.Json))
    packs = op.get_bind().execute(sa.select(rules.c.rules)).scalars().all()
    return {
        name
        for pack in packs
        if isinstance(pack, dict)
        for township in pack.get("townships", ())
        for name in township["names"]
    }


def _set_unlisted_apart() -> None:
    """What was written freely stays in the registry, and is announced to nobody any more."""
    held = sa.table("registration", sa.column("township"), sa.column("township_stated"))
    written = op.get_bind().execute(sa.select(held.c.township).distinct().where(held.c.township.is_not(None)))
    for (township,) in written.all():
        if township.strip() not in _listed():
            moved = {"township_stated": township, "township": None}
            op.get_bind().execute(sa.update(held).where(held.c.township == township).values(moved))


def upgrade() -> None:
    with op.batch_alter_table("duplicate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claim", sa.String(length=80), nullable=True))
    op.execute("UPDATE duplicate SET claim = ''")
    with op.batch_alter_table("duplicate", schema=None) as batch_op:
        batch_op.alter_column("claim", existing_type=sa.String(length=80), nullable=False)
        batch_op.drop_constraint(batch_op.f("uq_duplicate_one_other"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_duplicate_one_other_claim"), ["one", "other", "claim"])
    op.create_table(
        "refused_filing",
        sa.Column("duplicate_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("reporting_unit", sa.String(length=60), nullable=False),
        sa.Column("fact_date", sa.Date(), nullable=False),
        sa.Column("filed_at", shared.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["duplicate_id"], ["duplicate.id"], name=op.f("fk_refused_filing_duplicate_id_duplicate")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_refused_filing_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_refused_filing_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("duplicate_id", name=op.f("pk_refused_filing")),
    )
    with op.batch_alter_table("refused_filing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refused_filing_registration_id"), ["registration_id"], unique=False)
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("township_stated", sa.String(length=60), nullable=True))
    _set_unlisted_apart()
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("received_at", shared.db.Instant(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_column("received_at")
    op.execute("UPDATE registration SET township = township_stated WHERE township IS NULL")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_column("township_stated")
    op.drop_table("refused_filing")
    # Claims have no place before, where a signal of theirs means nothing: their cases go, with what was decided of them.
    case, entry = (
        sa.table("duplicate", sa.column("id"), sa.column("signals")),
        sa.table("duplicate_step", sa.column("duplicate_id")),
    )
    claimed = sa.select(case.c.id).where(sa.cast(case.c.signals, sa.Text).like("%filed_elsewhere%"))
    op.execute(sa.delete(entry).where(entry.c.duplicate_id.in_(claimed)))
    op.execute(sa.delete(case).where(case.c.id.in_(claimed)))
    with op.batch_alter_table("duplicate", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_duplicate_one_other_claim"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_duplicate_one_other"), ["one", "other"])
        batch_op.drop_column("claim")
