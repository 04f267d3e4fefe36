"""A worker that is killed at random moments of an import."""

import os
import random
import sys
import time

from sqlmodel import func, select

from services.registry.imports.models import ImportRow
from services.registry.registrations.models import Registration
from tests import warm
from tests.city import eventually
from tests.registry.conftest import Registry
from tests.registry.imports.files import counts, csv_of, read, row, run, upload

ROWS = int(os.environ.get("FAULT_IMPORT_ROWS", "2000"))
KILLS = int(os.environ.get("FAULT_IMPORT_KILLS", "3"))


def test_each_row_is_entered_once_however_often_the_worker_dies(registry: Registry) -> None:
    """FAULT_IMPORT_KILLS=20 FAULT_IMPORT_ROWS=50000 for the long run."""
    import_id = upload(registry, csv_of(row(n) for n in range(1, ROWS + 1))).json()["id"]
    lots, deaths = random.Random(os.environ.get("FAULT_SEED", "1")), 0
    for _ in range(KILLS):
        if read(registry, import_id)["state"] == "committed":
            break
        registry._tokens.clear()
        killed_on_the_way(registry, import_id, lots.uniform(0, 0.5))
        deaths += 1
    assert deaths > 0
    run(registry)
    registry._tokens.clear()  # the long run takes longer than a token lasts
    shown = read(registry, import_id)
    assert (shown["state"], counts(shown)) == ("committed", (ROWS, 0, 0, 0))
    assert shown["rows"]["read"] == shown["rows"]["total"] == ROWS
    events = registry.events()
    assert len(events) == len({event.registration_id for event in events}) == ROWS
    with registry.context.database.reading() as session:
        assert session.exec(select(func.count()).select_from(Registration)).one() == ROWS
        entered = session.exec(select(ImportRow.registration_id)).all()
    assert len({*entered} - {None}) == ROWS


def killed_on_the_way(registry: Registry, import_id: str, later: float) -> None:
    """The worker as a process of its own, killed a moment after it got on."""
    before = read(registry, import_id)["version"]
    words = [sys.executable, "-m", "services.registry", "imports"]
    process = warm.start(words, env=os.environ)
    try:
        eventually(lambda: read(registry, import_id)["version"], lambda version: version > before)
        time.sleep(later)
    finally:
        process.kill()
        process.wait()
