"""Bad input from an operator: named in one line with what to do, an exit status that is not 0, nothing half done.

Elsewhere: a setting (tests/deploy/test_configuration.py), keys (tests/deploy/test_production.py), a bus that is away
while a service serves (test_kafka_away.py), a clock (tests/registry/test_clocks.py), packs (tests/registry/programmes).
"""

import errno
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from services.quota.main import service as quota
from shared import running
from shared.bus import embedded
from shared.cli import exporting, main
from shared.config import Settings
from shared.db import Database
from shared.event_keys import SPEAKING, event_signer, trusted_keys
from shared.migrations import revision_of
from shared.vault import generate_keys
from tests.conftest import Migrated, forget

AWAY = "postgresql://talent:hunter2@127.0.0.1:9/talent"  # nobody answers at that port
COMMANDS: dict[str, tuple[list[str], dict[str, str], str]] = {
    "a pack that is not there": (["policy", "apply", "/nowhere.toml"], {}, "/nowhere.toml 无法读写 · cannot be read"),
    "a folder that is none": (["backup", "/dev/null/x"], {}, "cannot be read or written: Not a directory"),
    "no address of a database": (
        ["self-check"], {"TALENT_QUOTA_DATABASE_URL": "hunter2"}, "TALENT_QUOTA_DATABASE_URL must read postgresql://",
    ),
    "a database that is away": (["self-check"], {"TALENT_REGISTRY_DATABASE_URL": AWAY}, "the database is out of reach"),
    "a broker that is away": (
        ["bus", "rights"], {"TALENT_BUS_URL": "kafka://nobody.invalid:9092"}, "see TALENT_BUS_URL and",
    ),
}  # fmt: skip
PASSWORDS = {f"TALENT_{each.upper()}_KAFKA_PASSWORD": "hunter2" for each in SPEAKING}


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command takes rights from all files that its process makes, and the log for itself."""
    monkeypatch.setattr(running, "configure_telemetry", lambda service, part: None)
    mask = os.umask(0o022)
    yield
    os.umask(mask)


def said_by(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What `talent` says with these words before it ends with 1, in one line."""
    monkeypatch.setattr(sys, "argv", ["talent", *words])
    forget()
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("what", COMMANDS)
def test_what_a_command_cannot_reach_is_named(
    what: str, own_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words, environment, sentence = COMMANDS[what]
    clients = {"TALENT_CLIENT_ID": "somebody", "TALENT_CLIENT_SECRET": "hunter2"}
    for name, value in (PASSWORDS | clients | environment).items():
        monkeypatch.setenv(name, value)
    said = said_by(words, monkeypatch, capsys)
    assert sentence in said
    assert "Traceback" not in said
    assert "hunter2" not in said


def migrated_by_command() -> str:
    """What `python -m services.quota migrate` says before it ends with 1: one line."""
    forget()
    done = CliRunner().invoke(running.commands(quota), ["migrate"])
    (line,) = done.output.splitlines()
    assert done.exit_code == 1
    return line


def test_a_service_names_what_it_cannot_begin_with(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        error = sqlite3.OperationalError("database or disk is full")
        full.setattr(embedded, "_connect", lambda path: (_ for _ in ()).throw(error))
        assert migrated_by_command().endswith("bus.db cannot be opened: database or disk is full")
    with monkeypatch.context() as no_folder:
        no_folder.setenv("TALENT_DATA_DIR", "/dev/null/x")
        assert migrated_by_command() == "quota: /dev/null/x: Not a directory; see TALENT_DATA_DIR"
    monkeypatch.setenv("TALENT_QUOTA_DATABASE_URL", AWAY)
    assert "the database is out of reach" in migrated_by_command()


def test_a_schema_newer_than_the_program_ends_migrate_and_is_left_alone(migrated: Migrated) -> None:
    chosen = migrated("quota")
    with closing(Database(chosen.database_url("quota"))) as database:
        with database.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        newer = "quota: the schema is 9999, newer than this program: install the newer version again"
        assert migrated_by_command() == newer
        assert revision_of(database.engine) == "9999"


def test_keys_whose_making_was_cut_off_by_a_full_disk_are_made_whole_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each write fails once: no run leaves a key of which the other half is missing."""
    keys = tmp_path / "keys"
    with monkeypatch.context() as full:

        def no_room(descriptor: int) -> None:
            if not left:
                raise OSError(errno.ENOSPC, "No space left on device")
            left.pop()

        full.setattr(os, "fsync", no_room)
        for written in range(5):
            left = [written] * written
            said = said_by(["keys", str(keys)], full, capsys)
            assert said == "磁盘已满，请腾出空间后再做一次 · The disk is full; make room and do it again"
            assert not list(keys.rglob("*.new"))
    generate_keys(keys, demo=False)
    settings = Settings(environment="production", keys=keys)
    for service in SPEAKING:
        (body,) = event_signer(settings, service).sign([b'{"a":1}'])
        assert trusted_keys(settings).open(body) == (b'{"a":1}', f"/{service}")


def test_half_a_list_is_none(tmp_path: Path) -> None:
    class CutOff(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b"half"
            raise httpx.ReadError("the connection was lost")

    answers = httpx.MockTransport(lambda request: httpx.Response(200, stream=CutOff()))
    with httpx.Client(transport=answers) as service, pytest.raises(httpx.ReadError):
        exporting._kept(service, tmp_path / "list.csv", service.build_request("GET", "http://registry/"))
    assert not list(tmp_path.iterdir())
