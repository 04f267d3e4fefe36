"""`python -m tests.releases 0.2.0`: keep the documents of a release, and its tables."""

import os
import sys
import tempfile

from shared.asyncapi import SERVICES
from shared.config import settings
from shared.db import Database
from shared.migrations import migrate
from shared.vault import generate_keys
from tests.releases.documents import TABLES, Document, documents, keep
from tests.releases.tables import Tables, tables


def found_now() -> dict[str, Document]:
    """The documents and the tables of today, from services and databases made for it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"TALENT_DATA_DIR": folder, "TALENT_ENVIRONMENT": "demo"}
        generate_keys(settings().keys_path, demo=True)
        return documents() | {TABLES: {each: _tables(each) for each in SERVICES}}


def _tables(service: str) -> Tables:
    database = Database(settings().database_url(service))
    migrate(service, database.engine)
    found = tables(database.engine)
    database.close()
    return found


if __name__ == "__main__":
    keep(sys.argv[1], found_now())
