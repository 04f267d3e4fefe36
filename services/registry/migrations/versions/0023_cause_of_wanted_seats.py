"""cause of wanted seats"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wanted_seat", sa.Column("cause", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("wanted_seat", "cause")
