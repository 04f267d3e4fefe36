"""revisions are asked for of what was seen"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("asked_revision") as batch_op:
        batch_op.add_column(sa.Column("quota_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("terms", shared.db.Json, nullable=True))
    op.execute(
        "UPDATE asked_revision SET quota_version = (SELECT version FROM quota WHERE quota.id = asked_revision.quota_id)"
    )
    # What was revised since it was asked for holds no more.
    op.execute(
        "UPDATE asked_revision SET quota_version = 0 WHERE EXISTS (SELECT 1 FROM revision"
        " WHERE revision.quota_id = asked_revision.quota_id AND revision.known_at > asked_revision.asked_at)"
    )
    with op.batch_alter_table("asked_revision") as batch_op:
        batch_op.alter_column("quota_version", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    # To earlier versions nothing that was asked for is ever void.
    op.execute(
        "DELETE FROM asked_revision WHERE quota_version <>"
        " (SELECT version FROM quota WHERE quota.id = asked_revision.quota_id)"
    )
    with op.batch_alter_table("asked_revision") as batch_op:
        batch_op.drop_column("terms")
        batch_op.drop_column("quota_version")
