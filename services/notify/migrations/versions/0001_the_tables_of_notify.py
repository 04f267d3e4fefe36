"""The tables of notify"""

import sqlalchemy as sa
from alembic import op

from shared.db import Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_position",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alert_position")),
    )
    op.create_table(
        "names",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("zh", sa.String(length=200), nullable=False),
        sa.Column("en", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_names")),
    )
    op.create_table(
        "policy_documents",
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("title_zh", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("issuer_zh", sa.String(length=100), nullable=False),
        sa.Column("issuer_en", sa.String(length=100), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("applied_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_policy_documents")),
    )
    op.create_table(
        "recipients",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("post_zh", sa.String(length=100), nullable=False),
        sa.Column("post_en", sa.String(length=100), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("deputy", sa.String(length=60), nullable=True),
        sa.Column("superior", sa.String(length=60), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_recipients_language")),
        sa.CheckConstraint("deputy <> code AND superior <> code", name=op.f("ck_recipients_others")),
        sa.ForeignKeyConstraint(["deputy"], ["recipients.code"], name=op.f("fk_recipients_deputy_recipients")),
        sa.ForeignKeyConstraint(["superior"], ["recipients.code"], name=op.f("fk_recipients_superior_recipients")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_recipients")),
    )
    with op.batch_alter_table("recipients") as batch_op:
        batch_op.create_index(batch_op.f("ix_recipients_login"), ["login"], unique=False)

    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("cause_event_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("programme", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=True),
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("raised_at", Instant, nullable=False),
        sa.Column("acknowledged_at", Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('milestone_reached', 'milestone_fallen_back', 'milestone_regained', 'correction')",
            name=op.f("ck_alerts_kind"),
        ),
        sa.CheckConstraint("severity IN ('info', 'notice', 'warning', 'critical')", name=op.f("ck_alerts_severity")),
        sa.CheckConstraint("state IN ('open', 'acknowledged', 'in_progress', 'closed')", name=op.f("ck_alerts_state")),
        sa.ForeignKeyConstraint(["recipient"], ["recipients.code"], name=op.f("fk_alerts_recipient_recipients")),
        sa.ForeignKeyConstraint(["supersedes"], ["alerts.id"], name=op.f("fk_alerts_supersedes_alerts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("cause_event_id", "recipient", name=op.f("uq_alerts_cause_event_id_recipient")),
        sa.UniqueConstraint("position", name=op.f("uq_alerts_position")),
    )
    with op.batch_alter_table("alerts") as batch_op:
        batch_op.create_index(batch_op.f("ix_alerts_recipient_position"), ["recipient", "position"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_alerts_recipient_quota_id_percent_position"),
            ["recipient", "quota_id", "percent", "position"],
            unique=False,
        )

    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("programmes", Json, nullable=True),
        sa.Column("units", Json, nullable=True),
        sa.Column("kinds", Json, nullable=False),
        sa.Column("min_severity", sa.String(length=20), nullable=False),
        sa.Column("channels", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["recipient"], ["recipients.code"], name=op.f("fk_subscriptions_recipient_recipients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    with op.batch_alter_table("subscriptions") as batch_op:
        batch_op.create_index(batch_op.f("ix_subscriptions_recipient"), ["recipient"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant, nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.CheckConstraint("channel IN ('inbox', 'email')", name=op.f("ck_deliveries_channel")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'delivered', 'failed', 'skipped')", name=op.f("ck_deliveries_state")
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_deliveries_alert_id_alerts")),
        sa.ForeignKeyConstraint(["recipient"], ["recipients.code"], name=op.f("fk_deliveries_recipient_recipients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("alert_id", "channel", name=op.f("uq_deliveries_alert_id_channel")),
    )
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_recipient"), ["recipient"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_state_due_at"), ["state", "due_at"], unique=False)

    op.create_table(
        "attempts",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("next_try_at", Instant, nullable=True),
        sa.CheckConstraint(
            "status IN ('sending', 'delivered', 'retry', 'failed', 'unknown')", name=op.f("ck_attempts_status")
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_attempts_delivery_id_deliveries")),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_attempts")),
    )
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("parked_at", Instant, nullable=False),
        sa.Column("resolved_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
    )
    with op.batch_alter_table("dead_letter") as batch_op:
        batch_op.create_index(batch_op.f("ix_dead_letter_fingerprint"), ["fingerprint"], unique=False)
        batch_op.create_index("uq_dead_letter_place", ["consumer", "topic", "partition", "position"], unique=True)

    op.create_table(
        "idempotency_key",
        sa.Column("scope", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.String(length=1000), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_key")),
    )
    with op.batch_alter_table("idempotency_key") as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_key_created_at"), ["created_at"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("consumer", "source", "event_id", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox") as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_taken_at"), ["taken_at"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("published_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outbox_event_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.create_index(
            "ix_outbox_unpublished",
            ["id"],
            unique=False,
            sqlite_where=sa.text("published_at IS NULL"),
            postgresql_where=sa.text("published_at IS NULL"),
        )

    op.create_table(
        "relay_lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_relay_lease")),
    )


def downgrade() -> None:
    op.drop_table("relay_lease")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_index(
            "ix_outbox_unpublished",
            sqlite_where=sa.text("published_at IS NULL"),
            postgresql_where=sa.text("published_at IS NULL"),
        )

    op.drop_table("outbox")
    with op.batch_alter_table("inbox") as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbox_taken_at"))

    op.drop_table("inbox")
    with op.batch_alter_table("idempotency_key") as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_key_created_at"))

    op.drop_table("idempotency_key")
    with op.batch_alter_table("dead_letter") as batch_op:
        batch_op.drop_index("uq_dead_letter_place")
        batch_op.drop_index(batch_op.f("ix_dead_letter_fingerprint"))

    op.drop_table("dead_letter")
    op.drop_table("attempts")
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_state_due_at"))
        batch_op.drop_index(batch_op.f("ix_deliveries_recipient"))

    op.drop_table("deliveries")
    with op.batch_alter_table("subscriptions") as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscriptions_recipient"))

    op.drop_table("subscriptions")
    with op.batch_alter_table("alerts") as batch_op:
        batch_op.drop_index(batch_op.f("ix_alerts_recipient_quota_id_percent_position"))
        batch_op.drop_index(batch_op.f("ix_alerts_recipient_position"))

    op.drop_table("alerts")
    with op.batch_alter_table("recipients") as batch_op:
        batch_op.drop_index(batch_op.f("ix_recipients_login"))

    op.drop_table("recipients")
    op.drop_table("policy_documents")
    op.drop_table("names")
    op.drop_table("alert_position")
