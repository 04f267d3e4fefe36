"""what events meant, whoever heard of it"""

import sqlalchemy as sa
from alembic import op

from shared.db import Instant, Json

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# What was said before: of each event the first alert, since those who heard nothing left no trace.
FILLED = """
INSERT INTO contents (
    event_id, batch, number, noted_at, kind, severity, programme, unit, subject_kind, subject_ref, percent, facts
)
SELECT
    cause_event_id, cause_event_id, 1, raised_at, kind, severity, programme, unit, subject_kind, subject_ref, percent,
    facts
FROM alerts AS said
WHERE position = (SELECT min(position) FROM alerts WHERE cause_event_id = said.cause_event_id)
"""


def upgrade() -> None:
    op.create_table(
        "contents",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("noted_at", Instant, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=True),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_ref", sa.String(length=60), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_contents")),
    )
    op.create_index(op.f("ix_contents_noted_at"), "contents", ["noted_at"])
    op.execute(FILLED)


def downgrade() -> None:
    op.drop_table("contents")
