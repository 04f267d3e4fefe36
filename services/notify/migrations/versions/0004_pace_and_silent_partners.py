"""pace behind and recovered, silent partners"""

import sqlalchemy as sa
from alembic import op

from shared.db import Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BEFORE = ["milestone_reached", "milestone_fallen_back", "milestone_regained", "correction", "cap_filled", "overrun"]
AFTER = [*BEFORE, "behind_pace", "pace_recovered", "silent_partner"]

alerts = sa.table("alerts", sa.column("kind", sa.String))
subscriptions = sa.table("subscriptions", sa.column("kinds", Json))


def upgrade() -> None:
    _kinds_become(BEFORE, AFTER)
    _whoever_hears(BEFORE, hears=AFTER)


def downgrade() -> None:
    op.execute(alerts.update().where(alerts.c.kind.in_(AFTER[6:])).values(kind="correction"))
    _whoever_hears(AFTER, hears=BEFORE)
    _kinds_become(AFTER, BEFORE)


def _kinds_become(before: list[str], after: list[str]) -> None:
    """Other kinds of alerts are allowed; on SQLite the table stays where it is, since others refer to it."""
    listed = [f"kind IN ({', '.join(map(repr, kinds))})" for kinds in (before, after)]
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_alerts_kind"), "alerts", type_="check")
        op.create_check_constraint(op.f("ck_alerts_kind"), "alerts", listed[1])
        return
    # As in 0002: the way that SQLite's manual names for a constraint that concerns no stored byte.
    reworded = "UPDATE sqlite_schema SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = 'alerts'"
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.execute(sa.text(reworded), {"before": listed[0], "after": listed[1]})
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")


def _whoever_hears(everything: list[str], hears: list[str]) -> None:
    """Who asked for everything there was asks for everything there is."""
    op.execute(
        subscriptions.update()
        .where(sa.cast(subscriptions.c.kinds, sa.String) == sa.cast(sa.literal(everything, Json), sa.String))
        .values(kinds=hears)
    )
