"""heads that move between units"""

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("registration_seen", schema=None) as batch_op:
        batch_op.add_column(sa.Column("spells", shared.db.Json, nullable=True))
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cells", shared.db.Json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_column("cells")
    with op.batch_alter_table("registration_seen", schema=None) as batch_op:
        batch_op.drop_column("spells")
