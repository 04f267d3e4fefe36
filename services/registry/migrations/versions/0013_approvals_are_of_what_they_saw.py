"""approvals are of what they saw"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

import shared.db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

HELD = sa.table(
    "registration",
    sa.column("id", sa.Uuid),
    sa.column("version", sa.Integer),
    sa.column("updated_at", shared.db.Instant),
    sa.column("awaiting", shared.db.Json),
)
WAITING = sa.table(
    "awaiting",
    sa.column("registration_id", sa.Uuid),
    sa.column("action", sa.String),
    sa.column("wanted", shared.db.Json),
    sa.column("by", sa.String),
    sa.column("at", shared.db.Instant),
)


def _carry_over() -> None:
    """A request that waits is of the version that stands, where nothing changed since it was made; else it is void."""
    connection = op.get_bind()
    joined = sa.select(WAITING, HELD.c.version, HELD.c.updated_at).join(HELD, HELD.c.id == WAITING.c.registration_id)
    for row in connection.execute(joined).all():
        request: dict[str, Any] = {
            "action": row.action,
            "wanted": row.wanted,
            "by": row.by,
            "at": row.at.isoformat(),
            "version": row.version if row.updated_at <= row.at else 0,
            "seen": {},
        }
        connection.execute(sa.update(HELD).where(HELD.c.id == row.registration_id).values(awaiting=request))


def upgrade() -> None:
    with op.batch_alter_table("registration") as batch_op:
        batch_op.add_column(sa.Column("awaiting", shared.db.Json, nullable=True))
    with op.batch_alter_table("step") as batch_op:
        batch_op.add_column(sa.Column("voids", shared.db.Json, nullable=True))
    _carry_over()
    op.drop_table("awaiting")


def downgrade() -> None:
    op.create_table(
        "awaiting",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("wanted", shared.db.Json, nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", shared.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_awaiting_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_awaiting")),
    )
    _carry_back()
    with op.batch_alter_table("step") as batch_op:
        batch_op.drop_column("voids")
    with op.batch_alter_table("registration") as batch_op:
        batch_op.drop_column("awaiting")


def _carry_back() -> None:
    """What is void waits for nobody; to earlier versions nothing that waits is ever void."""
    connection = op.get_bind()
    for registration_id, version, _, request in connection.execute(sa.select(HELD)).all():
        if request and not request.get("void") and request["version"] == version:
            connection.execute(sa.insert(WAITING).values(registration_id=registration_id, **_row(request)))


def _row(request: dict[str, Any]) -> dict[str, Any]:
    named = {name: request[name] for name in ("action", "wanted", "by")}
    return named | {"at": datetime.fromisoformat(request["at"])}
