"""follow-ups"""

import sqlalchemy as sa
from alembic import op

from shared.db import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

UNCLOSED = sa.text("state <> 'closed'")
SEVERITIES = "severity IN ('info', 'notice', 'warning', 'critical')"
STATES = "state IN ('open', 'acknowledged', 'answered', 'returned', 'closed')"
KINDS = (
    "kind IN ('opened', 'delegated', 'escalated', 'acknowledged', 'answered', 'returned', 'assigned', 'paused', "
    "'resumed', 'closed', 'recovered')"
)


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cause_event_id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("severity", sa.String(20), nullable=False),
        sa.Column("programme", sa.String(60), nullable=False),
        sa.Column("unit", sa.String(60), nullable=True),
        sa.Column("subject_kind", sa.String(20), nullable=False),
        sa.Column("subject_ref", sa.String(60), nullable=False),
        sa.Column("owner", sa.String(60), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant, nullable=True),
        sa.Column("climbs_at", Instant, nullable=True),
        sa.Column("clock_from", Instant, nullable=False),
        sa.Column("clock_minutes", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("acknowledged_at", Instant, nullable=True),
        sa.Column("acknowledged_by", sa.String(100), nullable=True),
        sa.Column("answered_at", Instant, nullable=True),
        sa.Column("closed_at", Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(SEVERITIES, name=op.f("ck_follow_ups_severity")),
        sa.CheckConstraint(STATES, name=op.f("ck_follow_ups_state")),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_follow_ups_alert_id_alerts")),
        sa.ForeignKeyConstraint(["owner"], ["recipients.code"], name=op.f("fk_follow_ups_owner_recipients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("cause_event_id", name=op.f("uq_follow_ups_cause_event_id")),
    )
    op.create_index(
        "uq_follow_ups_unclosed",
        "follow_ups",
        ["subject_kind", "subject_ref", "kind"],
        unique=True,
        sqlite_where=UNCLOSED,
        postgresql_where=UNCLOSED,
    )
    op.create_index(op.f("ix_follow_ups_climbs_at"), "follow_ups", ["climbs_at"])
    op.create_index(op.f("ix_follow_ups_owner_state"), "follow_ups", ["owner", "state"])
    _alerts_and_steps()


def _alerts_and_steps() -> None:
    of_one = ["follow_up_id"], ["follow_ups.id"]
    of_a_post = ["recipient"], ["recipients.code"]
    op.create_table(
        "follow_up_alerts",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(60), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_follow_up_alerts_alert_id_alerts")),
        sa.ForeignKeyConstraint(*of_one, name=op.f("fk_follow_up_alerts_follow_up_id_follow_ups")),
        sa.ForeignKeyConstraint(*of_a_post, name=op.f("fk_follow_up_alerts_recipient_recipients")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_follow_up_alerts")),
    )
    op.create_index(op.f("ix_follow_up_alerts_follow_up_id"), "follow_up_alerts", ["follow_up_id"])
    op.create_index(op.f("ix_follow_up_alerts_recipient"), "follow_up_alerts", ["recipient"])
    op.create_table(
        "follow_up_entries",
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("done_at", Instant, nullable=False),
        sa.Column("actor", sa.String(100), nullable=True),
        sa.Column("recipient", sa.String(60), nullable=True),
        sa.Column("said", sa.String(2000), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("by_link", sa.Boolean(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_follow_up_entries_kind")),
        sa.ForeignKeyConstraint(*of_one, name=op.f("fk_follow_up_entries_follow_up_id_follow_ups")),
        sa.ForeignKeyConstraint(*of_a_post, name=op.f("fk_follow_up_entries_recipient_recipients")),
        sa.PrimaryKeyConstraint("follow_up_id", "number", name=op.f("pk_follow_up_entries")),
    )


def downgrade() -> None:
    """Alerts of kinds of their own go as corrections do: the version before knows no follow-ups."""
    op.drop_table("follow_up_entries")
    op.drop_table("follow_up_alerts")
    op.drop_table("follow_ups")
    op.execute("UPDATE alerts SET kind = 'correction' WHERE kind LIKE 'follow_up_%'")
