"""The tables that every service has beside its own, for what it announces, takes in and answers."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    text,
)

from shared.columns import classes
from shared.db import NAMES, Instant

SERVICE_TABLES = MetaData(naming_convention=NAMES)
_serial = BigInteger().with_variant(Integer, "sqlite")

outbox = Table(
    "outbox",
    SERVICE_TABLES,
    Column("id", _serial, primary_key=True, autoincrement=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("topic", String(100), nullable=False),
    Column("key", String(100), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("published_at", Instant),
    Index("ix_outbox_unpublished", "id", sqlite_where=text("published_at IS NULL"),
          postgresql_where=text("published_at IS NULL")),
    sqlite_autoincrement=True,  # a plain rowid is used again after a delete
    info=classes(personal="key body", internal="id event_id topic created_at published_at"),
)  # fmt: skip

relay_lease = Table(
    "relay_lease",
    SERVICE_TABLES,
    Column("name", String(40), primary_key=True),
    Column("holder", String(100), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    info=classes(internal="name holder fence expires_ms"),
)

inbox = Table(
    "inbox",
    SERVICE_TABLES,
    Column("consumer", String(40), primary_key=True),
    Column("source", String(100), primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("taken_at", Instant, nullable=False, index=True),
    info=classes(internal="consumer source event_id taken_at"),
)

signed_since = Table(
    "signed_since",
    SERVICE_TABLES,
    Column("topic", String(100), primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
    info=classes(internal="topic partition position"),
)

self_check = Table(
    "self_check",
    SERVICE_TABLES,
    Column("check_id", Uuid, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("arrived_at", Instant, nullable=False),
    Column("delivered_at", Instant),
    info=classes(internal="check_id started_at arrived_at delivered_at"),
)

dead_letter = Table(
    "dead_letter",
    SERVICE_TABLES,
    Column("id", Uuid, primary_key=True),
    Column("consumer", String(40), nullable=False),
    Column("topic", String(100), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("key", String(200)),
    Column("body", LargeBinary, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("fingerprint", String(64), nullable=False, index=True),
    Column("parked_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("dropped_by", String(100)),
    Column("drop_reason", String(1000)),
    Index("uq_dead_letter_place", "consumer", "topic", "partition", "position", unique=True),
    info=classes(
        personal="key body dropped_by drop_reason",
        internal="id consumer topic partition position reason fingerprint parked_at resolved_at",
    ),
)

idempotency_key = Table(
    "idempotency_key",
    SERVICE_TABLES,
    Column("scope", String(300), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", String(1000), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False, index=True),
    info=classes(sensitive="body", personal="scope", internal="key fingerprint status headers created_at"),
)

audit_entries = Table(  # one entry of the trail each (shared.contracts.audit.AuditEntry)
    "audit",
    SERVICE_TABLES,
    Column("sequence", _serial, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("by", String(60), nullable=False, index=True),
    Column("role", String(30), nullable=False),
    Column("institution_id", Uuid),
    Column("action", String(40), nullable=False),
    Column("object", String(100), index=True),
    Column("version", Integer),
    Column("outcome", String(60), nullable=False),
    Column("purpose", String(500)),
    Column("request", Uuid),
    Column("hash", String(64), nullable=False),
    info={
        "only_added_to": True,
        **classes(
            personal="by object purpose",
            internal="sequence at role institution_id action version outcome request hash",
        ),
    },
)

audit_head = Table(  # the last entry of the trail, one row: whoever adds to it holds it until their transaction ends
    "audit_head",
    SERVICE_TABLES,
    Column("id", Integer, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    info=classes(internal="id sequence hash"),
)
