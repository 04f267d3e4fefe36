"""digests and quiet hours"""

import sqlalchemy as sa
from alembic import op

from shared.db import Instant, Json

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHEN = {"digest_at": 5, "digest_days": 20, "quiet_start": 5, "quiet_end": 5}


def upgrade() -> None:
    for name, length in WHEN.items():
        op.add_column("subscriptions", sa.Column(name, sa.String(length), nullable=True))
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document_no", sa.String(100), nullable=False),
        sa.Column("days_off", Json, nullable=False),
        sa.Column("days_worked", Json, nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_years")),
    )
    op.create_table(
        "waiting_alerts",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(60), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("days", sa.String(20), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_waiting_alerts_alert_id_alerts")),
        sa.ForeignKeyConstraint(
            ["recipient"], ["recipients.code"], name=op.f("fk_waiting_alerts_recipient_recipients")
        ),
        sa.PrimaryKeyConstraint("alert_id", "channel", name=op.f("pk_waiting_alerts")),
    )
    op.create_index(op.f("ix_waiting_alerts_channel_due_at"), "waiting_alerts", ["channel", "due_at"])
    op.create_table(
        "digests",
        sa.Column("recipient", sa.String(60), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("digest_on", sa.Date(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["recipient"], ["recipients.code"], name=op.f("fk_digests_recipient_recipients")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_digests_message_id_messages")),
        sa.PrimaryKeyConstraint("recipient", "channel", "digest_on", name=op.f("pk_digests")),
    )


def downgrade() -> None:
    """What still waits is in the inbox already, which the version before sends at once anyhow."""
    op.drop_table("digests")
    op.drop_table("waiting_alerts")
    op.drop_table("calendar_years")
    for name in WHEN:
        op.drop_column("subscriptions", name)
