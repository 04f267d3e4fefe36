"""Backups: one moment in all databases, whole or refused, and back in their place with nothing lost or half done."""

import errno
import json
import threading
from collections import namedtuple
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from shared.backups import SERVICES, NotDone, installation, sqlite_files
from shared.backups.installation import back_up, prune, restore
from shared.backups.manifest import MANIFEST
from shared.backups.postgres_dumps import PostgresDatabase
from shared.backups.sqlite_files import SQLiteFile
from shared.bus import Outgoing
from shared.bus.embedded import EmbeddedBus
from shared.clock import now
from shared.config import Settings, settings
from shared.db import Database, insert_rows
from shared.ids import new_id
from shared.service_tables import inbox, outbox
from tests.conftest import Migrated
from tests.databases import Databases


@pytest.fixture
def installed(migrated: Migrated) -> Settings:
    """An installation at rest: three databases and the bus, each with one row."""
    for service in SERVICES:
        settings = migrated(service)
    for service in SERVICES:
        announce(settings, service)
    return settings


def announce(settings: Settings, service: str, body: bytes = b"\x00\xff") -> None:
    """Add an event to a service's outbox, and to the bus."""
    with closing(Database(settings.database_url(service))) as database, database.writing() as session:
        row = {"event_id": new_id(), "topic": "t", "key": "k", "body": body, "created_at": now()}
        insert_rows(session, outbox, [row])
    with closing(EmbeddedBus(str(settings.data_dir / "bus.db"))) as bus:
        bus.publish([Outgoing("t", "k", b"{}")])


def announced(settings: Settings) -> list[int]:
    """How many events each service has told."""
    numbers = []
    for service in SERVICES:
        with closing(Database(settings.database_url(service))) as database, database.reading() as session:
            numbers.append(session.execute(select(func.count()).select_from(outbox)).scalar_one())
    return numbers


def put_back(settings: Settings, backup: Path, *, replace: bool = True) -> list[str]:
    done: list[str] = []
    restore(settings, backup, replace=replace, on_part=done.append)
    return done


def test_what_came_after_a_backup_is_gone_and_the_rest_is_there(
    installed: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALENT_ENVIRONMENT", "production")  # as it is unless set; these are the keys of a demo
    settings.cache_clear()
    backup = back_up(installed, tmp_path / "backups")
    assert {path.stat().st_mode & 0o077 for path in [backup, backup / MANIFEST]} == {0}
    for service in SERVICES:
        announce(installed, service)
    assert announced(installed) == [2, 2, 2]
    with pytest.raises(NotDone, match=r"registry .*--replace"):
        put_back(installed, backup, replace=False)
    assert announced(installed) == [2, 2, 2]
    assert put_back(installed, backup) == ["registry", "quota", "notify", "bus"]
    assert announced(installed) == [1, 1, 1]
    announce(installed, "registry")  # a sequence goes on where it stood
    with closing(EmbeddedBus(str(installed.data_dir / "bus.db"))) as bus:
        assert len(bus.subscribe("g", ["t"]).poll(1)) == 4


def test_a_backup_may_be_put_into_empty_databases_of_another_machine(
    installed: Settings, databases: Databases, tmp_path: Path
) -> None:
    backup = back_up(installed, tmp_path / "backups")
    urls = {f"{service}_database_url": databases.like("empty", lambda database: None) for service in SERVICES}
    elsewhere = installed.model_copy(update=urls | {"bus_url": f"embedded:{tmp_path / 'elsewhere' / 'bus.db'}"})
    for url in urls.values():
        if url.startswith("sqlite"):  # where a database is empty that is not there
            Path(url.removeprefix("sqlite:///")).unlink()
    put_back(elsewhere, backup, replace=False)
    assert announced(elsewhere) == [1, 1, 1]
    for url in urls.values():
        databases.drop(url)


def test_a_backup_that_is_not_whole_or_not_ours_is_refused_and_changes_nothing(
    installed: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = back_up(installed, tmp_path / "backups")
    manifest = json.loads((backup / MANIFEST).read_text())
    announce(installed, "quota")

    def refused(said: str) -> None:
        with pytest.raises(NotDone, match=said):
            put_back(installed, backup)
        assert announced(installed) == [1, 2, 1]

    def as_if(**changed: object) -> None:
        (backup / MANIFEST).write_text(json.dumps(manifest | changed))

    quota = manifest["parts"]["quota"]
    as_if(parts=manifest["parts"] | {"quota": quota | {"revision": "9999"}})
    refused("quota 的表结构 9999 由更新的版本生成")
    as_if(keys={"registry/sealing.json": ["of-before"]})
    refused("registry/sealing.json 缺少该备份所需的密钥.*of-before")
    as_if(parts={"quota": quota})
    refused("类型不同")
    as_if(form=2)
    refused("更新的版本")
    as_if()
    damaged = bytearray((backup / quota["file"]).read_bytes())
    damaged[-1] ^= 1
    (backup / quota["file"]).write_bytes(damaged)
    refused(f"{quota['file']} 缺失或损坏")
    (backup / MANIFEST).unlink()
    refused("不是完整的备份")


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
def test_a_dump_that_breaks_off_changes_nothing(installed: Settings, tmp_path: Path) -> None:
    backup = back_up(installed, tmp_path / "backups")
    whole = (backup / "quota.dump").read_bytes()
    announce(installed, "quota")
    (tmp_path / "half.dump").write_bytes(whole[: -len(whole) // 4])
    with pytest.raises(NotDone, match="PostgreSQL"):
        PostgresDatabase(installed.database_url("quota")).restore(tmp_path / "half.dump")
    assert announced(installed) == [1, 2, 1]


def test_a_running_service_is_not_restored_under_its_feet(installed: Settings, tmp_path: Path) -> None:
    backup = back_up(installed, tmp_path / "backups")
    with closing(Database(installed.database_url("notify"))) as database, database.reading() as session:
        session.execute(select(func.count()).select_from(outbox)).scalar_one()
        with pytest.raises(NotDone, match="正在使用"):
            put_back(installed, backup)
    assert put_back(installed, backup)


def test_every_database_is_copied_at_the_same_moment(installed: Settings, tmp_path: Path) -> None:
    """While quota takes in whatever the registry tells, its copy is never ahead of the registry's, nor far behind."""
    announce(installed, "registry", b"x" * 10 * 2**20)  # takes a while to copy
    serves, stop = threading.Event(), threading.Event()

    def serve() -> None:
        with ExitStack() as stack:
            registry, quota = (
                stack.enter_context(closing(Database(installed.database_url(name)))) for name in ("registry", "quota")
            )
            while not stop.is_set():
                row = {"event_id": new_id(), "topic": "t", "key": "k", "body": b"x", "created_at": now()}
                with registry.writing() as session:
                    insert_rows(session, outbox, [row])
                taken = {"consumer": "c", "source": "/registry", "event_id": row["event_id"], "taken_at": now()}
                with quota.writing() as session:
                    insert_rows(session, inbox, [taken])
                serves.set()

    thread = threading.Thread(target=serve)
    thread.start()
    assert serves.wait(60)
    try:
        backups = [back_up(installed, tmp_path / f"{n}") for n in range(2)]
    finally:
        stop.set()
        thread.join()
    for backup in backups:
        put_back(installed, backup)
        taken = _count(installed, "quota", inbox)
        assert announced(installed)[0] - 2 - taken in (0, 1)
        assert taken


def _count(settings: Settings, service: str, table: object) -> int:
    with closing(Database(settings.database_url(service))) as database, database.reading() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_the_newest_backups_are_kept_and_what_is_none_is_left_alone(tmp_path: Path) -> None:
    for name in ("20260101T000000Z", "20260102T000000Z", "20260103T000000Z", "unfinished"):
        (tmp_path / name).mkdir()
        if name != "unfinished":
            (tmp_path / name / MANIFEST).touch()
    assert [path.name for path in prune(tmp_path, 2)] == ["20260101T000000Z"]
    assert {path.name for path in tmp_path.iterdir()} == {"20260102T000000Z", "20260103T000000Z", "unfinished"}


def test_a_backup_that_fails_leaves_nothing(installed: Settings, tmp_path: Path) -> None:
    (installed.data_dir / "bus.db").unlink()
    with pytest.raises(NotDone, match="unable to open"):
        back_up(installed, tmp_path / "backups")
    assert not list((tmp_path / "backups").iterdir())


def test_without_room_nothing_is_put_back_and_nothing_is_left_beside(
    installed: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = back_up(installed, tmp_path / "backups")
    announce(installed, "quota")
    usage = namedtuple("usage", "free")
    with monkeypatch.context() as full:
        full.setattr(installation, "disk_usage", lambda folder: usage(free=1))
        with pytest.raises(NotDone, match=r"余量不足.* lacks room, make it: so many bytes"):
            put_back(installed, backup)
    assert announced(installed) == [1, 2, 1]

    def half(copy: Path, to: Path) -> None:
        to.write_bytes(copy.read_bytes()[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    bus = SQLiteFile(installed.data_dir / "bus.db")
    before = sorted(installed.data_dir.iterdir())
    monkeypatch.setattr(sqlite_files, "copyfile", half)
    with pytest.raises(OSError, match="No space left"):
        bus.restore(backup / "bus.db")
    assert sorted(installed.data_dir.iterdir()) == before
