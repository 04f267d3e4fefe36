"""deploy/monitoring and docs/runbook.md against the code: what they name is measured, every alarm says what to do."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from shared.service import Context
from tests.conftest import Migrated
from tests.needs import need

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy" / "monitoring"
SERVICES = ("registry", "quota", "notify")
WORDS = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
NOT_METRICS = {"histogram_quantile", "min_over_time", "max_over_time"}
OTHERS = {"node_filesystem_avail_bytes", "node_filesystem_size_bytes"}  # of node_exporter

RULES: list[dict[str, Any]] = yaml.load((MONITORING / "alarms.yml").read_text(), yaml.CSafeLoader)["groups"][0]["rules"]


@pytest.fixture
def measured(migrated: Migrated) -> set[str]:
    """The names of everything that the three services measure, with a value each."""
    names: set[str] = set()
    for name in SERVICES:
        migrated(name)
        context = Context.of(name)
        with TestClient(import_module(f"services.{name}.main").service.app(context)) as client:
            client.get("/livez")
            names |= {
                sample.name
                for family in text_string_to_metric_families(client.get("/metrics").text)
                for sample in family.samples
            }
        context.close()
    return names


def expressions() -> Iterator[str]:
    """What rules and dashboard ask for."""
    yield from (rule["expr"] for rule in RULES)
    dashboard = json.loads((MONITORING / "grafana-overview.json").read_text())
    yield from (target["expr"] for panel in dashboard["panels"] for target in panel["targets"])


def test_everything_that_is_asked_for_is_measured(measured: set[str]) -> None:
    named = {word for each in expressions() for word in WORDS.findall(re.sub(r"\{[^}]*\}", "", each))} - NOT_METRICS
    assert named - OTHERS <= measured
    assert {"consumer_lag", "deliveries_oldest_seconds", "seats_held", "imports_under_way"} <= named


def test_every_alarm_has_its_section_in_the_runbook() -> None:
    headings = re.findall(r"^## (\w+)$", (ROOT / "docs" / "runbook.md").read_text(), re.MULTILINE)
    assert [rule["alert"] for rule in RULES] == headings
    for rule in RULES:
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert " · " in rule["annotations"]["summary"]


def test_every_alarm_is_fired_by_its_fault_and_by_nothing_else() -> None:
    tried = yaml.load((MONITORING / "alarms.test.yml").read_text(), yaml.CSafeLoader)["tests"]
    well, *faults = [each["alert_rule_test"] for each in tried]
    assert [each["alertname"] for each in well] == [each["alertname"] for (each,) in faults]
    assert [each["alertname"] for each in well] == [rule["alert"] for rule in RULES]
    promtool = shutil.which("promtool")
    need("promtool", promtool, "apt-get install prometheus")
    run = subprocess.run(
        [str(promtool), "test", "rules", "alarms.test.yml"], cwd=MONITORING, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
