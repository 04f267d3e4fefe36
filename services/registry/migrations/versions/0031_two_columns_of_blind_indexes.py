"""two columns of blind indexes, so that the index key can be rotated"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _drop_indexes("")
    with op.batch_alter_table("identitydocument") as batch_op:
        batch_op.alter_column("number_index", existing_type=sa.String(length=64), nullable=True)
        batch_op.add_column(sa.Column("number_index_b", sa.String(length=64), nullable=True))
    for end in ("", "_b"):
        _create_indexes(end)
    op.add_column("person_key", sa.Column("slot", sa.String(length=1), nullable=False, server_default="a"))
    op.add_column("account", sa.Column("subject_index_b", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_account_subject_index_b"), "account", ["subject_index_b"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_account_subject_index_b"), table_name="account")
    op.execute("UPDATE account SET subject_index = subject_index_b WHERE subject_index IS NULL")
    op.drop_column("account", "subject_index_b")
    op.drop_column("person_key", "slot")
    for end in ("", "_b"):
        _drop_indexes(end)
    op.execute("UPDATE identitydocument SET number_index = number_index_b WHERE number_index IS NULL")
    with op.batch_alter_table("identitydocument") as batch_op:
        batch_op.drop_column("number_index_b")
        batch_op.alter_column("number_index", existing_type=sa.String(length=64), nullable=False)
    op.create_index(
        "uq_identitydocument_standing",
        "identitydocument",
        ["type", "country", "number_index"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_index(op.f("ix_identitydocument_number_index"), "identitydocument", ["number_index"])


def _drop_indexes(end: str) -> None:
    for name in (f"uq_identitydocument_standing{end}", f"ix_identitydocument_number_index{end}"):
        op.drop_index(name, table_name="identitydocument")


def _create_indexes(end: str) -> None:
    """Of a column that has something in it alone: the other one costs nothing."""
    held = sa.column(f"number_index{end}").is_not(None)
    stands = sa.and_(sa.column("replaced_at").is_(None), held)
    op.create_index(
        f"uq_identitydocument_standing{end}",
        "identitydocument",
        ["type", "country", f"number_index{end}"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_index(
        f"ix_identitydocument_number_index{end}",
        "identitydocument",
        [f"number_index{end}"],
        sqlite_where=held,
        postgresql_where=held,
    )
