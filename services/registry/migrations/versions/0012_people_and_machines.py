"""people and machines"""

import uuid

import sqlalchemy as sa
from alembic import op

import shared.db
from shared.ids import new_id

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTITUTION = "(role LIKE 'institution%') = (institution_id IS NOT NULL)"
UNIT = "(role = 'district_officer') = (reporting_unit IS NOT NULL)"


def _give_people_accounts() -> None:
    """Who acts for no institution is a person: each such client becomes one of an account by the same word."""
    client = sa.table(
        "client",
        *(sa.column(name) for name in ("client_id", "role", "reporting_unit", "demo")),
        sa.column("created_at", shared.db.Instant()),
        sa.column("institution_id", sa.Uuid()),
        sa.column("account_id", sa.Uuid()),
    )
    account = sa.table(
        "account",
        sa.column("id", sa.Uuid()),
        *(sa.column(name) for name in ("login", "role", "reporting_unit", "state", "issued_by", "approved_by", "demo")),
        sa.column("version"),
        sa.column("created_at", shared.db.Instant()),
    )
    connection = op.get_bind()
    for each in connection.execute(sa.select(client).where(client.c.institution_id.is_(None))).all():
        account_id: uuid.UUID = new_id()
        row = {
            "id": account_id,
            "login": each.client_id,
            "role": each.role,
            "reporting_unit": each.reporting_unit,
            "state": "approved",
            "issued_by": "command-line",
            "approved_by": "command-line",
            "demo": each.demo,
            "version": 1,
            "created_at": each.created_at,
        }
        connection.execute(sa.insert(account).values(row))
        of_person = sa.update(client).where(client.c.client_id == each.client_id)
        connection.execute(of_person.values(account_id=account_id))


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=True),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("reporting_unit", sa.String(length=60), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("issued_by", sa.String(length=60), nullable=False),
        sa.Column("approved_by", sa.String(length=60), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", shared.db.Instant(), nullable=False),
        sa.CheckConstraint(INSTITUTION, name=op.f("ck_account_institution_of_role")),
        sa.CheckConstraint(UNIT, name=op.f("ck_account_unit_of_role")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_account_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_index(op.f("ix_account_institution_id"), "account", ["institution_id"])
    op.create_table(
        "credential_hand",
        sa.Column("credential", sa.String(length=60), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("at", shared.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("credential", "by", "act", name=op.f("pk_credential_hand")),
    )
    op.create_index(op.f("ix_credential_hand_by"), "credential_hand", ["by"])
    with op.batch_alter_table("client") as batch_op:
        batch_op.add_column(sa.Column("account_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("approved_at", shared.db.Instant(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_client_account_id_account"), "account", ["account_id"], ["id"])
        batch_op.create_index(op.f("ix_client_account_id"), ["account_id"])
    op.execute("UPDATE client SET approved_at = created_at")
    _give_people_accounts()


def downgrade() -> None:
    with op.batch_alter_table("client") as batch_op:
        batch_op.drop_index(op.f("ix_client_account_id"))
        batch_op.drop_constraint(op.f("fk_client_account_id_account"), type_="foreignkey")
        batch_op.drop_column("approved_at")
        batch_op.drop_column("account_id")
    op.drop_table("credential_hand")
    op.drop_table("account")
