"""The index key is rotated while the registry goes on: nobody is filed twice, and nobody is lost, at any stage."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, text

from services.registry.subjects.models.people import IdentityDocument, Person
from shared.db import table_of
from shared.key_rings import KeysUnfit, rotate
from tests.at_once import waiting
from tests.city import eventually
from tests.registry.conftest import Registry
from tests.registry.corrections.test_x13_requests import erase
from tests.registry.rotating import Rotation, rotation
from tests.registry.subjects import person, resident_number
from tests.registry.subjects.test_candidates import PASSPORT, noticed

__all__ = ["rotation"]

A, B = "institution-a-clerk", "institution-b-clerk"
KNOWN = range(5)  # who was filed before
LOCKED = {name: f"LOCK TABLE {name} IN EXCLUSIVE MODE" for name in ("registration", "person_step")}


def status(registry: Registry, n: int, **changes: Any) -> int:
    return int(registry.post(A, "/v1/registrations", person(n, **changes)).status_code)


def file_known(registry: Registry) -> None:
    assert {status(registry, n) for n in KNOWN} == {201}


def filed(registry: Registry, ref: str, number: str) -> int:
    """Have an officer file a passport with somebody."""
    passport = {"id_type": "passport", "id_number": number, "id_country": "USA", "reason": "已核对原件"}
    return int(registry.post("bureau", f"/v1/people/{ref}/documents", passport).status_code)


def people(registry: Registry) -> int:
    with registry.context.database.reading() as session:
        return int(session.execute(select(func.count()).select_from(Person)).scalar_one())


def stages(rotation: Rotation) -> Iterator[tuple[Any, Any]]:
    """The rings that two processes may have read at each stage."""
    alone = rotation.file
    both = rotation.began()
    yield alone, both
    newer = rotation.filed()
    yield both, newer
    last = rotation.taken_away()
    yield newer, last
    yield last, last


def test_at_every_stage_one_person_is_one_whoever_reads_which_ring(registry: Registry, rotation: Rotation) -> None:
    file_known(registry)
    filed = len(KNOWN)
    for older, newer in stages(rotation):
        for one, other in ((older, newer), (newer, older)):
            with rotation.as_read(one):
                assert status(registry, filed) == 201
                assert {status(registry, n) for n in range(filed)} == {409}
            with rotation.as_read(other):
                assert {status(registry, n) for n in range(filed + 1)} == {409}
            filed += 1
        assert people(registry) == filed
    slots = rotation.slots()
    assert (slots["identitydocument.number_index"], slots["identitydocument.number_index_b"]) == (0, filed)
    assert [name for name in slots if name.startswith("person_key")] == ["person_key b"]


def test_at_every_stage_everybody_is_found_by_the_whole_number(registry: Registry, rotation: Rotation) -> None:
    file_known(registry)
    for rings in stages(rotation):
        for ring in rings:
            with rotation.as_read(ring):
                for n in KNOWN:
                    found = registry.post("bureau", "/v1/registrations/search", {"q": resident_number(n)}).json()[
                        "items"
                    ]
                    assert len(found) == 1, (n, ring.current)


def test_at_every_stage_who_may_be_one_is_found(registry: Registry, rotation: Rotation) -> None:
    def registered(n: int, born: str) -> list[str]:
        passport = PASSPORT | {"id_number": f"E1234{n:04}", "birth_date": born}
        answer = registry.post(B, "/v1/registrations", person(subject=passport))
        assert answer.status_code == 201, answer.text
        return noticed(registry, answer.json())

    for n in range(4):
        assert registered(n, f"1990-01-{n + 1:02}") == []
    for n, (older, newer) in enumerate(stages(rotation)):
        day = f"1990-01-{n + 1:02}"
        for m, ring in ((1, older), (2, newer), (3, older)):
            with rotation.as_read(ring):
                assert registered(10 * m + n, day) == ["possible_duplicate"]


@pytest.mark.parametrize("table", ["registration", "person_step"])
def test_what_was_begun_by_the_old_ring_is_waited_for(registry: Registry, rotation: Rotation, table: str) -> None:
    """Whoever read it before and is not done is so before all is filed; on SQLite nobody else writes meanwhile."""
    database, alone = registry.context.database, rotation.file
    ref = registry.post(A, "/v1/registrations", person(1)).json()["subject_ref"]
    acts = {"registration": lambda: status(registry, 2), "person_step": lambda: filed(registry, ref, "E12345678")}
    rotation.began()
    rotation.stopped_at("go_on_with_newest")  # all that was filed before is by both, and nobody waits for its rows
    if database.is_sqlite:
        return
    with ThreadPoolExecutor(2) as threads:
        with database.writing() as session:
            session.execute(text(LOCKED[table]))
            with rotation.as_read(alone):
                acting = threads.submit(acts[table])
                assert eventually(lambda: waiting(database), lambda count: count == 1) == 1
            reindexing = threads.submit(rotation.done)
            eventually(lambda: waiting(database), lambda count: count == 2, within=2)
        assert acting.result() == 201
        assert reindexing.result()["identitydocument.number_index_b"] == 1
    assert rotation.slots()["identitydocument.number_index_b"] == 2


@pytest.mark.parametrize("turns", range(12))
def test_wherever_it_is_killed_it_goes_on(registry: Registry, rotation: Rotation, turns: int) -> None:
    file_known(registry)
    rotation.began()
    rotation.stopped_at("_turn", turns)
    assert {status(registry, n) for n in KNOWN} == {409}
    assert status(registry, 50) == 201
    rotation.done()
    assert {status(registry, n) for n in (*KNOWN, 50)} == {409}
    slots = rotation.slots()
    assert (slots["identitydocument.number_index"], slots["identitydocument.number_index_b"]) == (0, len(KNOWN) + 1)
    assert len(rotation.file.keys) == 1
    assert not any(rotation.done().values())


def test_the_columns_take_turns(registry: Registry, rotation: Rotation) -> None:
    file_known(registry)
    names = [rotation.file.current]
    for column in ("number_index_b", "number_index", "number_index_b"):
        assert rotation.began().current == names[-1]
        assert rotation.done()[f"identitydocument.{column}"] == len(KNOWN)
        names.append(rotation.file.current)
        assert {status(registry, n) for n in KNOWN} == {409}
    assert len(set(names)) == 4


def test_a_rotation_is_finished_before_the_next(registry: Registry, rotation: Rotation) -> None:
    """The third key would be filed in the column that the first one still has."""
    rotation.began()
    with pytest.raises(KeysUnfit, match="reindex"):
        rotate(rotation.ring.path)
    rotation.filed()
    with pytest.raises(KeysUnfit, match="reindex"):
        rotate(rotation.ring.path)
    rotation.done()
    rotation.began()


def test_who_files_by_a_key_out_of_use_is_noticed_before_anything_is_taken_away(
    registry: Registry, rotation: Rotation
) -> None:
    """A process whose ring is another file, or cannot be read."""
    alone = rotation.file
    rotation.began()
    rotation.filed()
    with rotation.as_read(alone):
        assert status(registry, 1) == 201
    with pytest.raises(KeysUnfit, match="out of use"):
        rotation.done()
    assert status(registry, 1) == 409
    assert rotation.slots()["identitydocument.number_index"] == 1
    rotation.done()
    assert status(registry, 1) == 409


@pytest.mark.parametrize("stage", ["before", "filed"])
def test_who_was_erased_stays_so(registry: Registry, rotation: Rotation, stage: str) -> None:
    file_known(registry)
    (held,) = registry.post("bureau", "/v1/registrations/search", {"q": resident_number(0)}).json()["items"]
    if stage == "filed":
        rotation.began()
        rotation.stopped_at("go_on_with_newest")
    erase(registry, held)
    if stage == "before":
        rotation.began()
    rotation.done()
    documents = table_of(IdentityDocument).c
    with registry.context.database.reading() as session:
        kept = session.execute(select(documents.id, documents.number_index_b)).all()
        assert [index for id_, index in kept if index == f"erased {id_}"] != []
        assert len({index for _, index in kept}) == len(KNOWN)
    assert registry.post("bureau", "/v1/registrations/search", {"q": resident_number(0)}).json()["items"] == []
    assert status(registry, 0) == 201


def test_a_document_is_not_filed_with_two_people(registry: Registry, rotation: Rotation) -> None:
    refs = [registry.post(A, "/v1/registrations", person(n)).json()["subject_ref"] for n in (1, 2)]

    for n, (older, newer) in enumerate(stages(rotation)):
        with rotation.as_read(older):
            assert filed(registry, refs[0], f"E1234567{n}") == 201
        with rotation.as_read(newer):
            assert [filed(registry, ref, f"E1234567{n}") for ref in reversed(refs)] == [409, 201]
