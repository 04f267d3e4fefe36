"""endpoints of institutions, and what posts are there for"""

import sqlalchemy as sa
from alembic import op

from shared.db import Instant, Json

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PURPOSES = "purpose IN ('alert', 'digest', 'follow_up', 'test', 'security_notice'{})"
DUTIES = "duty IN ('leader', 'bureau', 'operator', 'institution')"


def upgrade() -> None:
    with op.batch_alter_table("recipients") as table:
        table.add_column(sa.Column("duty", sa.String(20), nullable=False, server_default="leader"))
        table.add_column(sa.Column("institution_id", sa.Uuid(), nullable=True))
    with op.batch_alter_table("recipients") as table:
        table.create_check_constraint(op.f("ck_recipients_duty"), DUTIES)
        table.create_unique_constraint(op.f("uq_recipients_institution_id"), ["institution_id"])
    _purposes(", 'event'")
    _tables()


def _tables() -> None:
    op.create_table(
        "message_events",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(60), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("happened_at", Instant, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_message_events_message_id_messages")),
        sa.ForeignKeyConstraint(
            ["recipient"], ["recipients.code"], name=op.f("fk_message_events_recipient_recipients")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_events")),
        sa.UniqueConstraint("event_id", name=op.f("uq_message_events_event_id")),
    )
    op.create_index(op.f("ix_message_events_recipient_happened_at"), "message_events", ["recipient", "happened_at"])
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("description", sa.String(300), nullable=True),
        sa.Column("events", Json, nullable=True),
        sa.Column("settings", sa.LargeBinary(), nullable=False),
        sa.Column("previous_until", Instant, nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("failing_since", Instant, nullable=True),
        sa.Column("disabled_at", Instant, nullable=True),
        sa.Column("disabled_code", sa.String(40), nullable=True),
        sa.Column("removed_at", Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(100), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoints")),
        sa.UniqueConstraint("channel", name=op.f("uq_webhook_endpoints_channel")),
    )
    op.create_index(op.f("ix_webhook_endpoints_institution_id"), "webhook_endpoints", ["institution_id"])


def _purposes(more: str) -> None:
    with op.batch_alter_table("messages") as table:
        table.drop_constraint(op.f("ck_messages_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_messages_purpose"), PURPOSES.format(more))


def downgrade() -> None:
    """What went to institutions is a test of a channel that is gone; what was said of the system goes as corrections do.

    Institutions' own posts stay; the version before knows none, and nobody holds them.
    """
    op.execute(
        "UPDATE alerts SET kind = 'correction' WHERE kind IN ('endpoint_off', 'channel_broken', 'calendar_missing')"
    )
    op.drop_table("webhook_endpoints")
    op.drop_table("message_events")
    op.execute("UPDATE messages SET purpose = 'test' WHERE purpose = 'event'")
    _purposes("")
    with op.batch_alter_table("recipients") as table:
        table.drop_constraint(op.f("uq_recipients_institution_id"), type_="unique")
        table.drop_constraint(op.f("ck_recipients_duty"), type_="check")
        table.drop_column("institution_id")
        table.drop_column("duty")
