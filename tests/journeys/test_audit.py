"""`talent audit verify` over the running registry: it finds what was done to the trail behind its back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from services.registry.audit.queries import signed
from services.registry.audit.workers import append
from shared import clock
from shared.contracts.audit import Checkpoint
from shared.vault import Vault
from tests.city import City, eventually
from tests.conftest import forget
from tests.fixtures import organisation

SWAP = "UPDATE audit SET sequence = -sequence WHERE sequence IN (3, 4);" + "".join(
    f"UPDATE audit SET sequence = {new} WHERE sequence = -{old};" for old, new in ((3, 4), (4, 3))
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    city = City(tmp_path_factory.mktemp("audit") / "data")
    city.start()
    yield city
    city.stop()


def do(city: City, script: str, service: str = "registry") -> None:
    """Whoever can write the database of a service does this to it."""
    with closing(sqlite3.connect(city.folder / f"{service}.db", timeout=30)) as database:
        database.executescript(script)


def newest_of(file: Path) -> Checkpoint:
    return Checkpoint.model_validate_json(file.read_text().splitlines()[-1])


def test_the_trail_is_in_order_until_somebody_touches_it(city: City) -> None:
    city.register(*(organisation(n, "skill-master-studios") for n in range(10)))
    assert eventually((city.folder / "audit-checkpoints.jsonl").exists, bool)
    status, said = city.talent("audit", "verify")
    assert (status, "完好 · in order" in said) == (0, True), said
    point = city.client("operator", "registry").get("/v1/audit/checkpoint").text
    kept = city.folder / "kept-elsewhere.jsonl"
    kept.write_text(point + "\n")
    with closing(sqlite3.connect(city.folder / "registry.db")) as source, closing(sqlite3.connect(":memory:")) as whole:
        source.backup(whole)
        for script, found in (
            ("UPDATE audit SET by = 'somebody-else' WHERE sequence = 4", "entry 4"),
            ("DELETE FROM audit WHERE sequence = 5", "entry 5"),
            (SWAP, "entry 3"),
            ("DELETE FROM audit WHERE sequence > (SELECT max(sequence) FROM audit) - 3", "cut off"),
        ):
            do(city, script)
            status, said = city.talent("audit", "verify", "--checkpoints", str(kept))
            assert (status, found in said) == (1, True), said
            whole.backup(source)
            assert city.talent("audit", "verify", "--checkpoints", str(kept))[0] == 0


def test_the_trails_of_quota_and_notify_are_checked_too(city: City) -> None:
    """The policy that was applied stands on both."""
    for service in ("quota", "notify"):
        entries = city.client("auditor", service).get("/v1/audit").json()["items"]
        entry = entries[0]
        assert [(each["action"], each["outcome"]) for each in entries[:2]] == [
            ("apply_policy", "tried"),
            ("apply_policy", "done"),
        ]
        for by, found in (("somebody-else", f"{service}: 第 1 条"), (entry["by"], f"{service}: 完好")):
            do(city, f"UPDATE audit SET by = '{by}' WHERE sequence = 1", service)
            status, said = city.talent("audit", "verify")
            assert (status == 0, found in said) == (by == entry["by"], True), said


def test_checkpoints_come_by_themselves_and_a_forged_one_is_found(city: City) -> None:
    file = city.folder / "audit-checkpoints.jsonl"
    written = eventually(lambda: file.read_text() if file.exists() else "", bool)
    assert city.talent("audit", "verify")[0] == 0
    file.write_text(written + written.splitlines()[0].replace('"signed":"ey', '"signed":"eyJ') + "\n")
    status, said = city.talent("audit", "verify")
    assert (status, "签名无效" in said) == (1, True), said
    file.write_text(written)


def test_a_checkpoint_holds_although_its_clock_ran_ahead_and_behind_a_torn_one(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that cannot be read is passed over; it takes nobody along."""
    file = city.folder / "audit-checkpoints.jsonl"
    end = city.client("operator", "registry").get("/v1/audit/checkpoint").json()["sequence"]
    newest = eventually(lambda: newest_of(file), lambda point: point.sequence == end)  # none comes after it
    written = file.read_text()
    torn = written.splitlines()[-1]
    file.write_text(torn[: len(torn) // 2])  # the machine stopped, and its disk kept half of it
    monkeypatch.setenv("TALENT_ENVIRONMENT", "demo")
    forget()
    vault = Vault(city.folder / "keys", "registry")
    append(file, signed(vault, newest.sequence, newest.hash, clock.now() + timedelta(hours=1)))
    forget()
    status, said = city.talent("audit", "verify")
    assert (status, "1 个检查点" in said) == (0, True), said
    file.write_text(written)


def test_without_checkpoints_a_trail_is_not_called_in_order(city: City) -> None:
    status, said = city.talent("audit", "verify", "--checkpoints", str(city.folder / "nothing"))
    assert (status, "没有检查点文件" in said) == (1, True)
