"""deploy/kubernetes against docker-compose.yml: the same processes with the same keys and limits, and nothing open."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.config import Settings
from tests.deploy.compose import FILE, load, ours, runs_on

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
SERVICES = ("registry", "quota", "notify", "portal")
KUSTOMIZATION: dict[str, Any] = yaml.load((FOLDER / "kustomization.yaml").read_text(), yaml.CSafeLoader)
COMPOSE = ours(load(FILE.read_text()))


def documents() -> Iterator[dict[str, Any]]:
    """Everything that is applied."""
    for name in KUSTOMIZATION["resources"]:
        yield from yaml.load_all((FOLDER / name).read_text(), yaml.CSafeLoader)


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pod by the name of what makes it."""
    for each in documents():
        if each["kind"] in ("Deployment", "Job"):
            yield each["metadata"]["name"], each["spec"]["template"]["spec"]


PODS = dict(pods())
CONTAINERS = [(name, each) for name, pod in PODS.items() for each in pod["containers"]]


def keys_of(mounts: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Which rings are mounted where."""
    return {(each["name"], each["mountPath"]) for each in mounts if each["mountPath"].startswith("/keys")}


def test_every_process_of_compose_runs_with_the_same_keys_and_limits() -> None:
    wanted = {
        tuple(each["command"]): (
            {tuple(volume.split(":")[:2]) for volume in each.get("volumes", []) if ":/keys" in volume},
            each["deploy"]["resources"]["limits"]["memory"].replace("m", "Mi"),
        )
        for each in COMPOSE.values()
        if runs_on(each) or each["command"][-1] == "migrate"
    }
    found = {
        tuple(each["command"]): (keys_of(each["volumeMounts"]), each["resources"]["limits"]["memory"])
        for _, each in CONTAINERS
    }
    assert found == wanted
    assert len(CONTAINERS) == len(wanted)


def test_every_file_of_the_folder_is_applied() -> None:
    assert {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"} == set(KUSTOMIZATION["resources"])


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_nobody_special_and_may_change_nothing(name: str) -> None:
    pod = PODS[name]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    volumes = {each["name"]: each for each in pod["volumes"]}
    for each in pod["containers"]:
        assert each["image"] == "talent-registry"  # whose tag the kustomization sets
        assert each["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {mount["name"] for mount in each["volumeMounts"]} <= volumes.keys()
        assert all(mount["readOnly"] for mount in each["volumeMounts"] if mount["mountPath"].startswith("/keys"))


def test_what_runs_on_is_looked_after() -> None:
    for name, each in CONTAINERS:
        if not name.endswith("-migrate"):
            assert "livenessProbe" in each, (name, each["name"])
            assert ("readinessProbe" in each) == (each["name"] == "serve")


def test_every_service_is_found_where_the_settings_say_and_may_be_taken_down_one_by_one() -> None:
    by_kind: dict[str, set[str]] = {}
    for each in documents():
        by_kind.setdefault(each["kind"], set()).add(each["metadata"]["name"])
    assert by_kind["Service"] == by_kind["PodDisruptionBudget"] == set(SERVICES)
    (settings,) = KUSTOMIZATION["configMapGenerator"]
    given = dict(line.split("=", 1) for line in settings["literals"])
    assert {name.removeprefix("TALENT_").lower() for name in given} <= Settings.model_fields.keys()
    assert [given[f"TALENT_{name.upper()}_URL"] for name in SERVICES[:3]] == [
        "http://registry:8001",
        "http://quota:8002",
        "http://notify:8003",
    ]
    assert not any("PASSWORD" in name or "SECRET" in name or "DATABASE" in name for name in given)


def test_nobody_connects_unless_it_is_said() -> None:
    policies = {each["metadata"]["name"]: each["spec"] for each in documents() if each["kind"] == "NetworkPolicy"}
    assert policies["nobody-unless-said"] == {"podSelector": {}, "policyTypes": ["Ingress"]}
    (outside,) = policies["from-outside"]["podSelector"]["matchExpressions"]
    assert outside["values"] == ["portal", "registry"]
