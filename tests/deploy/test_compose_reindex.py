"""Another index key for an installation in containers: a one-off process that alone may change the registry's ring."""

from typing import Any

import pytest
from compose_spec import PyCompose

from shared.config import Settings
from tests.deploy.compose import FILE, ROOT, environment, load, substituted, variables_in
from tests.deploy.deployable import faults
from tests.deploy.test_compose import as_given

BESIDE = ROOT / "deploy" / "compose" / "reindex.yml"
NAME = "registry-reindex"


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    """The one that is beside the others."""
    found: dict[str, Any] = load(BESIDE.read_text())["services"][NAME]
    return found


def test_nothing_is_left_open_but_the_ring_that_it_changes(service: dict[str, Any]) -> None:
    whole = load(FILE.read_text())
    whole["services"][NAME] = service
    found = [
        each for each in faults(whole) if "is no command" not in each and "runs [" not in each
    ]  # it is the one more
    assert found == [f"{NAME}: may change the keys"]
    assert PyCompose.from_json(as_given(BESIDE.read_text())).service_names()


def test_it_is_started_by_hand_and_reaches_the_registry_as_who_serves(service: dict[str, Any]) -> None:
    assert service["profiles"]
    assert service["command"] == ["python", "-m", "services.registry", "reindex"]
    given = {each: "drawn" for each, _ in variables_in(BESIDE.read_text())}
    set_here = {key: substituted(value, given) for key, value in environment(service).items()}
    settings = Settings.model_validate({key.removeprefix("TALENT_").lower(): value for key, value in set_here.items()})
    assert settings.database_url("registry").startswith("postgresql://talent_registry_app:drawn@postgres")
    assert service["volumes"] == [f"registry-keys:{settings.keys_path}/registry"]
