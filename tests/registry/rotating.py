"""A rotation of the index key (轮换), step by step: what a process has read of the ring, and where one is stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from math import inf
from typing import Any

import pytest
from sqlalchemy import func, select

from services.registry import reindexing
from services.registry.accounts.queries.accounts import SUBJECT_INDEXES
from services.registry.reindexing import INDEXED, reindex
from services.registry.subjects.models.people import NUMBER_INDEXES, PersonKey
from shared import key_rings
from shared.db import table_of
from shared.key_rings import INDEX, KeyRing, RingFile, drop_older, go_on_with_newest, read_ring, rotate
from shared.vault import vault
from tests.registry.conftest import Registry

COLUMNS = (*NUMBER_INDEXES.values(), *SUBJECT_INDEXES.values())


class Killed(Exception):
    """What stops the command in the midst of it."""


@dataclass
class Rotation:
    """A rotation that a test leads from stage to stage."""

    registry: Registry
    monkeypatch: pytest.MonkeyPatch

    @property
    def ring(self) -> KeyRing:
        """The ring of this process, which reads it anew whenever it is asked."""
        return vault("registry").rings[INDEX]

    @property
    def file(self) -> RingFile:
        """The ring as it is now."""
        return read_ring(self.ring.path)

    def began(self) -> RingFile:
        """Give the ring a second key; the ring as it is then."""
        rotate(self.ring.path)
        return self.file

    def filed(self) -> RingFile:
        """File all by both keys, go on with the new one, and be stopped there; the ring as it is then."""
        self.stopped_at("go_on_with_newest")
        go_on_with_newest(self.ring.path)
        return self.file

    def taken_away(self) -> RingFile:
        """Take away what the old key filed, and be stopped before that is dropped; the ring without it."""
        self.stopped_at("drop_older")
        drop_older(self.ring.path)
        return self.file

    def done(self) -> dict[str, int]:
        """Carry it to its end; what was written."""
        counts: dict[str, int] = {}
        for name, count in reindex(self.registry.context):
            counts[name] = counts.get(name, 0) + count
        return counts

    def stopped_at(self, place: str, turns: int = 0) -> None:
        """Run the command until it comes to a place for the so-and-so-manieth time, where it is killed."""
        left, before = turns, getattr(reindexing, place)

        def killed(*given: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return before(*given)

        with self.monkeypatch.context() as patched:
            patched.setattr(reindexing, place, killed)
            with pytest.raises(Killed):
                self.done()

    @contextmanager
    def as_read(self, ring: RingFile) -> Iterator[None]:
        """Be a process that read the ring when it was so, and has not looked again."""
        self.ring._held, self.ring._look_at = deepcopy(ring), inf
        yield
        self.ring._look_at, self.ring._version = 0.0, (0, 0)

    def slots(self) -> dict[str, int]:
        """How many rows each column of blind indexes has, and how many fingerprints each key made."""
        with self.registry.context.database.reading() as session:
            counted = {
                f"{each.table.name}.{name}": session.execute(select(func.count(each.table.c[name]))).scalar_one()
                for each in INDEXED
                for name in each.columns.values()
            }
            made = select(table_of(PersonKey).c.slot, func.count()).group_by(table_of(PersonKey).c.slot)
            return counted | {f"person_key {slot}": count for slot, count in session.execute(made).all()}


@pytest.fixture
def rotation(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Rotation:
    """A rotation of this registry's index key, whose processes read the ring all the time."""
    monkeypatch.setattr(key_rings, "LOOKED_AGAIN", 0.0)
    for each in (vault("registry"), registry.context.vault):  # settings that changed since may have made another
        each.rings[INDEX]._look_at = 0.0
    return Rotation(registry, monkeypatch)
