"""rules change by two officers, and a registration keeps its workflow"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PROGRAMMES = sa.table("programme", sa.column("code", sa.String), sa.column("definition", shared.db.Json))
REGISTRATIONS = sa.table("registration", sa.column("programme", sa.String), sa.column("began_with", shared.db.Json))
KEPT = ("workflow", "notice_working_days", "counting_date")


def _keep_workflows() -> None:
    """What is under way goes on in the workflow that is in force."""
    connection = op.get_bind()
    for code, definition in connection.execute(sa.select(PROGRAMMES)).all():
        if isinstance(definition, dict):
            began_with = {name: definition.get(name) for name in KEPT}
            here = REGISTRATIONS.c.programme == code
            connection.execute(sa.update(REGISTRATIONS).where(here).values(began_with=began_with))


def upgrade() -> None:
    with op.batch_alter_table("registration") as batch_op:
        batch_op.add_column(sa.Column("began_with", shared.db.Json, nullable=True))
    _keep_workflows()
    with op.batch_alter_table("policy") as batch_op:
        batch_op.add_column(sa.Column("seconded_by", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("pack", shared.db.Json, nullable=True))
    op.create_table(
        "policy_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("digest_before", sa.String(length=64), nullable=True),
        sa.Column("digest_after", sa.String(length=64), nullable=False),
        sa.Column("difference", shared.db.Json, nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("second_by", sa.String(length=60), nullable=True),
        sa.Column("at", shared.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_step")),
    )
    op.create_table(
        "pending_change",
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("difference", shared.db.Json, nullable=False),
        sa.Column("pack", shared.db.Json, nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", shared.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_pending_change")),
    )


def downgrade() -> None:
    op.drop_table("pending_change")
    op.drop_table("policy_step")
    with op.batch_alter_table("policy") as batch_op:
        batch_op.drop_column("pack")
        batch_op.drop_column("seconded_by")
    with op.batch_alter_table("registration") as batch_op:
        batch_op.drop_column("began_with")
