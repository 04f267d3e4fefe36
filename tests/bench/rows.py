"""The rows of a registration as a pgbench script: the second reference of P1.

The same rows in the same tables with the same indexes and constraints, in one transaction whose statements go out
together: what PostgreSQL takes from anyone, if nothing is read, checked, sealed or chained.
"""

from pathlib import Path

from sqlalchemy import text

from shared.db import Database
from shared.migrations import migrate
from tests.bench import pgbench
from tests.bench.load import CONNECTIONS
from tests.databases import PostgresDatabases

INSTITUTION = "00000000-0000-0000-0000-00000000000a"
READY = (
    "INSERT INTO institution (id, name, reporting_unit, active, version, created_at) "
    f"VALUES ('{INSTITUTION}', '测试单位', 'donghu', true, 1, now())",
    "INSERT INTO audit_head (sequence, hash) VALUES (0, repeat('0', 64))",
)
# Numbers rise within each connection, as the product's do, so that indexes grow at their ends. The head of the audit
# trail, which everybody waits for, comes last and is held for as short as can be.
SCRIPT = r"""
\set n :n + 1
\set id (:begin + :client_id) * 1000000 + :n
\startpipeline
BEGIN;
INSERT INTO person (id, sealed, provisional, restricted, created_at)
VALUES (lpad(to_hex(:id::bigint), 32, '0')::uuid, '{sealed}', false, false, now());
INSERT INTO identitydocument (id, person_id, type, country, sealed_number, number_index, recorded_at)
VALUES (lpad(to_hex(:id::bigint), 32, '0')::uuid, lpad(to_hex(:id::bigint), 32, '0')::uuid, 'resident_id', 'CHN',
 '{number}', encode(sha256(int8send(:id::bigint)), 'hex'), now());
INSERT INTO person_key (key_index, person_id)
VALUES (encode(sha256(int8send(-:id::bigint)), 'hex'), lpad(to_hex(:id::bigint), 32, '0')::uuid),
 (encode(sha256(int8send(-:id::bigint - 1)), 'hex'), lpad(to_hex(:id::bigint), 32, '0')::uuid);
INSERT INTO registration (id, programme, subject_kind, subject_ref, record_ref, moved, yields, institution_id,
 reporting_unit, gb2260, spells, state, version, fact_date, details, later_details, warnings, counted_on, created_at,
 updated_at, restricted)
VALUES (lpad(to_hex(:id::bigint), 32, '0')::uuid, 'youth-intake', 'person', lpad(to_hex(:id::bigint), 32, '0')::uuid,
 lpad(to_hex(:id::bigint), 32, '0')::uuid, false, false, '{institution}', 'donghu', '360102', '[]', 'recognised', 1,
 '2019-07-01', '{{}}', '[]', '[]', '2019-07-01', now(), now(), false);
INSERT INTO step (id, registration_id, version, action, state, by, role, at)
VALUES (lpad(to_hex(:id::bigint), 32, '0')::uuid, lpad(to_hex(:id::bigint), 32, '0')::uuid, 1, 'submit', 'recognised',
 'institution-a-clerk', 'institution_clerk', now());
INSERT INTO outbox (event_id, topic, key, body, created_at)
VALUES (lpad(to_hex(:id::bigint), 32, '0')::uuid, 'talent.registry.v1', lpad(to_hex(:id::bigint), 32, '0'), '{event}',
 now());
WITH next AS (UPDATE audit_head SET sequence = sequence + 1, hash = '{hash}' RETURNING sequence, hash)
INSERT INTO audit (sequence, at, by, role, institution_id, action, object, version, outcome, request, hash)
SELECT sequence, now(), 'institution-a-clerk', 'institution_clerk', '{institution}', 'register',
 lpad(to_hex(:id::bigint), 32, '0'), 1, 'done', lpad(to_hex(:id::bigint), 32, '0')::uuid, hash FROM next;
COMMIT;
\endpipeline
"""


class Rows:
    """pgbench over a registry's schema; each run goes on where the last one ended."""

    def __init__(self, databases: PostgresDatabases, folder: Path) -> None:
        self._url = databases.like("rows", _prepare)
        self._runs = 0
        self._written = 0
        self._script = folder / "rows.sql"
        values = {"sealed": r"\x" + "ab" * 110, "number": r"\x" + "ab" * 46, "event": "x" * 1_000, "hash": "b" * 64}
        self._script.write_text(SCRIPT.format(institution=INSTITUTION, **values))

    def rate(self, transactions: int) -> float:
        """Registrations' rows a second, every one of which is there."""
        self._runs += 1
        found = pgbench.rate(self._url, self._script, transactions, n=0, begin=1_000 * self._runs)
        self._written += pgbench.of_each(transactions) * CONNECTIONS
        for table in ("registration", "audit", "outbox"):
            assert pgbench.rows_of(self._url, table) == self._written, table
        return found


def _prepare(database: Database) -> None:
    migrate("registry", database.engine)
    with database.writing() as session:
        for statement in READY:
            session.execute(text(statement))
