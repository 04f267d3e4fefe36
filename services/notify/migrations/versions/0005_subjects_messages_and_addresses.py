"""subjects of alerts, messages, addresses; kinds and channels are no longer listed here"""

import sqlalchemy as sa
from alembic import op

from shared.db import Instant, Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = [
    "milestone_reached", "milestone_fallen_back", "milestone_regained", "correction", "cap_filled", "overrun",
    "behind_pace", "pace_recovered", "silent_partner",
]  # fmt: skip
CHANNELS = ["inbox", "email"]
NO_QUOTA = "00000000000000000000000000000000"

recipients = sa.table("recipients", sa.column("code"), sa.column("email"))
addresses = sa.table(
    "addresses", sa.column("recipient"), sa.column("channel"), sa.column("number"), sa.column("address")
)
alerts = sa.table(
    "alerts",
    *map(sa.column, ("id", "recipient", "kind", "quota_id", "subject_kind", "subject_ref", "raised_at")),
)
messages = sa.table("messages", *map(sa.column, ("id", "recipient", "purpose", "created_at")))
message_alerts = sa.table("message_alerts", *map(sa.column, ("message_id", "number", "alert_id")))
deliveries = sa.table(
    "deliveries",
    *map(sa.column, ("id", "alert_id", "message_id", "recipient", "channel", "address_number", "state", "created_at")),
)
attempts = sa.table("attempts", sa.column("delivery_id"))
subscriptions = sa.table("subscriptions", sa.column("kinds", Json), sa.column("channels", Json))


def upgrade() -> None:
    _create_tables()
    op.execute(
        addresses.insert().from_select(
            ["recipient", "channel", "number", "address"],
            sa.select(
                recipients.c.code, sa.literal_column("'email'"), sa.literal_column("1"), recipients.c.email
            ).where(recipients.c.email.is_not(None)),
        )
    )
    with op.batch_alter_table("recipients") as batch_op:
        batch_op.drop_column("email")
    _alerts_get_subjects()
    _deliveries_get_messages()
    with op.batch_alter_table("subscriptions") as batch_op:
        batch_op.alter_column("kinds", existing_type=Json, nullable=True)
    everything = sa.cast(subscriptions.c.kinds, sa.String) == sa.cast(sa.literal(KINDS, Json), sa.String)
    op.execute(subscriptions.update().where(everything).values(kinds=None))


def _create_tables() -> None:
    op.create_table(
        "addresses",
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["recipient"], ["recipients.code"], name=op.f("fk_addresses_recipient_recipients")),
        sa.PrimaryKeyConstraint("recipient", "channel", "number", name=op.f("pk_addresses")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("not_before", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('alert', 'digest', 'follow_up', 'test', 'security_notice')", name=op.f("ck_messages_purpose")
        ),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_messages_language")),
        sa.ForeignKeyConstraint(["recipient"], ["recipients.code"], name=op.f("fk_messages_recipient_recipients")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_table(
        "message_alerts",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_message_alerts_message_id_messages")),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_message_alerts_alert_id_alerts")),
        sa.PrimaryKeyConstraint("message_id", "number", name=op.f("pk_message_alerts")),
    )
    op.create_index(op.f("ix_message_alerts_alert_id"), "message_alerts", ["alert_id"])


def _alerts_get_subjects() -> None:
    """Each alert of before is about its quota; a kind of alert is known to the code alone."""
    with op.batch_alter_table("alerts") as batch_op:
        batch_op.add_column(sa.Column("subject_kind", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("subject_ref", sa.String(length=60), nullable=True))
    op.execute(alerts.update().values(subject_kind="quota", subject_ref=_written(alerts.c.quota_id)))
    with op.batch_alter_table("alerts") as batch_op:
        batch_op.drop_constraint(op.f("ck_alerts_kind"), type_="check")
        batch_op.drop_index(op.f("ix_alerts_recipient_quota_id_percent_position"))
        batch_op.alter_column("subject_kind", existing_type=sa.String(length=20), nullable=False)
        batch_op.alter_column("subject_ref", existing_type=sa.String(length=60), nullable=False)
        batch_op.drop_column("quota_id")
        batch_op.create_index(
            op.f("ix_alerts_subject_kind_subject_ref_position"), ["subject_kind", "subject_ref", "position"]
        )


def _deliveries_get_messages() -> None:
    """Each alert of before was a message, by the same id, and so was each test of a channel."""
    names = ["id", "recipient", "purpose", "created_at"]
    alert, test = sa.literal_column("'alert'"), sa.literal_column("'test'")
    op.execute(
        messages.insert().from_select(names, sa.select(alerts.c.id, alerts.c.recipient, alert, alerts.c.raised_at))
    )
    op.execute(
        messages.insert().from_select(
            names,
            sa.select(deliveries.c.id, deliveries.c.recipient, test, deliveries.c.created_at).where(
                deliveries.c.alert_id.is_(None)
            ),
        )
    )
    op.execute(
        message_alerts.insert().from_select(
            ["message_id", "number", "alert_id"], sa.select(alerts.c.id, sa.literal_column("1"), alerts.c.id)
        )
    )
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.add_column(sa.Column("message_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("address_number", sa.Integer(), nullable=True))
    op.execute(
        deliveries.update().values(
            message_id=sa.func.coalesce(deliveries.c.alert_id, deliveries.c.id), address_number=sa.literal_column("1")
        )
    )
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_constraint(op.f("uq_deliveries_alert_id_channel"), type_="unique")
        batch_op.drop_constraint(op.f("fk_deliveries_alert_id_alerts"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_deliveries_channel"), type_="check")
        batch_op.drop_index(op.f("ix_deliveries_state_due_at"))
        batch_op.drop_column("alert_id")
        batch_op.alter_column("message_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("address_number", existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(op.f("fk_deliveries_message_id_messages"), "messages", ["message_id"], ["id"])
        batch_op.create_unique_constraint(
            op.f("uq_deliveries_message_id_channel_address_number"), ["message_id", "channel", "address_number"]
        )
        batch_op.create_index(op.f("ix_deliveries_channel_state_due_at"), ["channel", "state", "due_at"])


def downgrade() -> None:
    nothing = sa.cast(subscriptions.c.kinds, sa.String) == "null"
    op.execute(subscriptions.update().where(nothing | subscriptions.c.kinds.is_(sa.null())).values(kinds=KINDS))
    with op.batch_alter_table("subscriptions") as batch_op:
        batch_op.alter_column("kinds", existing_type=Json, nullable=False)
    _deliveries_lose_messages()
    _alerts_lose_subjects()
    with op.batch_alter_table("recipients") as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(length=254), nullable=True))
    first = (addresses.c.channel == "email") & (addresses.c.number == 1)
    email = sa.select(addresses.c.address).where(addresses.c.recipient == recipients.c.code, first)
    op.execute(recipients.update().values(email=email.scalar_subquery()))
    op.drop_index(op.f("ix_message_alerts_alert_id"), "message_alerts")
    for table in ("message_alerts", "messages", "addresses"):
        op.drop_table(table)


def _deliveries_lose_messages() -> None:
    """What went to a second address or by a channel of later goes; what carried no alert is a test of the channel."""
    unknown = deliveries.c.channel.not_in(CHANNELS) | (deliveries.c.address_number > 1)
    op.execute(attempts.delete().where(attempts.c.delivery_id.in_(sa.select(deliveries.c.id).where(unknown))))
    op.execute(deliveries.delete().where(unknown))
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.add_column(sa.Column("alert_id", sa.Uuid(), nullable=True))
    carried = (
        sa.select(message_alerts.c.alert_id)
        .select_from(message_alerts.join(messages, messages.c.id == message_alerts.c.message_id))
        .where(messages.c.id == deliveries.c.message_id, messages.c.purpose == "alert", message_alerts.c.number == 1)
    )
    op.execute(deliveries.update().values(alert_id=carried.scalar_subquery()))
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_index(op.f("ix_deliveries_channel_state_due_at"))
        batch_op.drop_constraint(op.f("uq_deliveries_message_id_channel_address_number"), type_="unique")
        batch_op.drop_constraint(op.f("fk_deliveries_message_id_messages"), type_="foreignkey")
        batch_op.drop_column("message_id")
        batch_op.drop_column("address_number")
        batch_op.create_foreign_key(op.f("fk_deliveries_alert_id_alerts"), "alerts", ["alert_id"], ["id"])
        batch_op.create_unique_constraint(op.f("uq_deliveries_alert_id_channel"), ["alert_id", "channel"])
        batch_op.create_check_constraint(op.f("ck_deliveries_channel"), "channel IN ('inbox', 'email')")
        batch_op.create_index(op.f("ix_deliveries_state_due_at"), ["state", "due_at"])


def _alerts_lose_subjects() -> None:
    """An alert about no quota, or of a later kind, stays, as a correction of no quota."""
    with op.batch_alter_table("alerts") as batch_op:
        batch_op.add_column(sa.Column("quota_id", sa.Uuid(), nullable=True))
    none = sa.cast(sa.literal_column(f"'{NO_QUOTA}'"), sa.Uuid())
    op.execute(
        alerts.update().values(
            quota_id=sa.case((alerts.c.subject_kind == "quota", _read(alerts.c.subject_ref)), else_=none)
        )
    )
    op.execute(alerts.update().where(alerts.c.kind.not_in(KINDS)).values(kind="correction"))
    with op.batch_alter_table("alerts") as batch_op:
        batch_op.drop_index(op.f("ix_alerts_subject_kind_subject_ref_position"))
        batch_op.drop_column("subject_kind")
        batch_op.drop_column("subject_ref")
        batch_op.alter_column("quota_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.create_check_constraint(op.f("ck_alerts_kind"), f"kind IN ({', '.join(map(repr, KINDS))})")
        batch_op.create_index(
            op.f("ix_alerts_recipient_quota_id_percent_position"), ["recipient", "quota_id", "percent", "position"]
        )


def _written(column: sa.ColumnElement) -> sa.ColumnElement:
    """A UUID as text with its dashes, which SQLite keeps without."""
    if op.get_bind().dialect.name != "sqlite":
        return sa.cast(column, sa.String)
    parts = [sa.func.substr(column, start, length) for start, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))]
    written = parts[0]
    for part in parts[1:]:
        written = written.op("||")(sa.literal_column("'-'")).op("||")(part)
    return written


def _read(column: sa.ColumnElement) -> sa.ColumnElement:
    """The UUID that a text is."""
    if op.get_bind().dialect.name != "sqlite":
        return sa.cast(column, sa.Uuid())
    return sa.func.replace(column, "-", "")
