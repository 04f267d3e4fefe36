"""accounts sign in"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("password_hash", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("password_is_new", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("reset_by", sa.String(length=60), nullable=True))
    with op.batch_alter_table("account") as batch_op:
        batch_op.alter_column("password_is_new", server_default=None)
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", shared.db.Instant(), nullable=False),
        sa.Column("seen_at", shared.db.Instant(), nullable=False),
        sa.Column("ended_at", shared.db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"])
    op.create_table(
        "refresh_token",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", shared.db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_refresh_token_session_id_session")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_refresh_token")),
    )
    op.create_index(op.f("ix_refresh_token_session_id"), "refresh_token", ["session_id"])
    op.create_table(
        "refused_sign_in",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", shared.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_refused_sign_in")),
    )
    op.create_index(op.f("ix_refused_sign_in_last_at"), "refused_sign_in", ["last_at"])


def downgrade() -> None:
    op.drop_table("refused_sign_in")
    op.drop_table("refresh_token")
    op.drop_table("session")
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_column("reset_by")
        batch_op.drop_column("password_is_new")
        batch_op.drop_column("password_hash")
