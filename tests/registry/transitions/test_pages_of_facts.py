"""What a page of facts reads in PostgreSQL, whose planner would rather read everything once a city is large."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from services.registry.programmes.commands import applying
from services.registry.programmes.commands.applying import Applying
from services.registry.transitions.queries import announcements
from shared.auth import Caller, Role
from shared.db import Database
from shared.migrations import migrate
from shared.operations import Call
from shared.policy import read_pack
from tests.databases import PostgresDatabases
from tests.registry.conftest import PACK

MANY = (
    "INSERT INTO institution (id, name, reporting_unit, active, version, created_at) "
    "VALUES (md5('a')::uuid, '测试单位', 'donghu', true, 1, now())",
    "INSERT INTO registration (id, programme, subject_kind, subject_ref, record_ref, moved, yields, institution_id, "
    "reporting_unit, spells, state, version, fact_date, details, later_details, warnings, counted_on, created_at, "
    "updated_at, restricted) SELECT made, 'youth-intake', 'person', made, made, false, false, institution.id, "
    "'donghu', '[]', 'recognised', 1, '2019-07-01', '{}', '[]', '[]', '2019-07-01', now(), now(), false "
    "FROM institution, (SELECT md5(n::text)::uuid AS made FROM generate_series(1, 5000) AS n) AS them",
    "INSERT INTO step (id, registration_id, version, action, state, by, role, at) "
    "SELECT id, id, 1, 'submit', 'recognised', 'clerk', 'institution_clerk', now() FROM registration",
    "ANALYZE",
)
READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'step'"
PAGE = 100


@pytest.fixture
def city(postgres_databases: PostgresDatabases) -> Iterator[Database]:
    """Five thousand people, each registered by one act."""
    database = Database(postgres_databases.like("empty", lambda _: None))
    migrate("registry", database.engine)
    pack = Call(Applying(read_pack(PACK), dry_run=False), Caller("bureau", Role.BUREAU_OFFICER, person="bureau"))
    with database.writing() as session:
        applying.apply(session, [pack])
        for statement in MANY:
            session.execute(text(statement))
    yield database
    database.close()


def test_a_page_reads_no_more_of_the_history_than_it_shows(city: Database) -> None:
    with city.reading() as session:
        found = announcements.facts(session, None, UUID(int=1), PAGE)
        read = session.execute(text(READ)).scalar_one()
    assert [(each.version, each.state) for each in found] == [(1, "recognised")] * PAGE
    assert read <= 3 * PAGE
