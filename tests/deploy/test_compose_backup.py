"""Backups of an installation in containers: one-off processes beside docker-compose.yml, without a key."""

from typing import Any

import pytest
from compose_spec import PyCompose

from shared.config import Settings
from tests.deploy.compose import FILE, ROOT, environment, load, substituted, variables_in
from tests.deploy.deployable import faults
from tests.deploy.test_compose import as_given

BESIDE = ROOT / "deploy" / "compose" / "backup.yml"
DOCKERFILE = ROOT / "deploy" / "compose" / "backup.Dockerfile"


@pytest.fixture(scope="module")
def both() -> dict[str, Any]:
    """Both files together, as compose reads them."""
    whole, beside = load(FILE.read_text()), load(BESIDE.read_text())
    whole["services"] |= beside["services"]
    whole["volumes"]["${BACKUP_FOLDER"] = {}  # a folder of the host
    return whole


def test_nothing_is_left_open_and_the_file_is_valid(both: dict[str, Any]) -> None:
    assert list(faults(both)) == []
    assert PyCompose.from_json(as_given(BESIDE.read_text())).service_names()


def test_it_has_the_server_s_own_programs_and_is_started_by_hand_alone(both: dict[str, Any]) -> None:
    assert f"\nFROM {both['services']['postgres']['image']}\n" in DOCKERFILE.read_text()
    for image in (DOCKERFILE, ROOT / "deploy" / "Dockerfile"):  # built from a checkout that others may not read, too
        _, copied, after = image.read_text().partition("\nCOPY deploy deploy\n")
        assert copied
        assert after.startswith("RUN chmod -R a+rX /app ")
    assert all(load(BESIDE.read_text())["services"][name]["profiles"] for name in ("backup", "restore"))


@pytest.mark.parametrize(("name", "role"), [("backup", "app"), ("restore", "owner")])
def test_each_reaches_what_it_needs_and_no_key(both: dict[str, Any], name: str, role: str) -> None:
    """Reading takes the roles that serve, restoring those that own: tests/deploy/test_roles.py."""
    service = both["services"][name]
    given = {each: "drawn" for each, _ in variables_in(BESIDE.read_text())}
    set_here = {key: substituted(value, given) for key, value in environment(service).items()}
    settings = Settings.model_validate({key.removeprefix("TALENT_").lower(): value for key, value in set_here.items()})
    for each in ("registry", "quota", "notify"):
        assert settings.database_url(each).startswith(f"postgresql://talent_{each}_{role}:drawn@postgres")
    assert [volume.rpartition(":")[2] for volume in service["volumes"]] == ["/backups"]
