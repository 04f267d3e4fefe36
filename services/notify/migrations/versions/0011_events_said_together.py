"""events that are said together with a later one"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_causes",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_alert_causes_alert_id_alerts")),
        sa.ForeignKeyConstraint(["recipient"], ["recipients.code"], name=op.f("fk_alert_causes_recipient_recipients")),
        sa.PrimaryKeyConstraint("event_id", "recipient", name=op.f("pk_alert_causes")),
    )


def downgrade() -> None:
    op.drop_table("alert_causes")
