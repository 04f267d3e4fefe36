"""What Prometheus would know of services in this process: their own `/metrics`, before and while a fault lasts."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.needs import need

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
FILE_SYSTEMS = Path(__file__).with_name("filesystems")
RULES: list[dict[str, Any]] = yaml.load((MONITORING / "alarms.yml").read_text(), yaml.CSafeLoader)["groups"][0]["rules"]
MEASURED = set(re.findall(r"[a-z]+(?:_[a-z]+)+", " ".join(rule["expr"] for rule in RULES)))
APART, TIMES = 2, 75  # minutes between two scrapes, and how many: longer than any alarm waits and looks back
FIRING = 'count by (alertname) (ALERTS{alertstate="firing"})'

Series = dict[str, float]  # the value of each series that an alarm asks for, under the labels it has in Prometheus


def scraped(http: Any, instance: str) -> Series:
    """One scrape of a service, and `up` as Prometheus adds it."""
    about = {"job": "talent", "instance": instance}
    try:
        text = http.get("/metrics").raise_for_status().text
    except httpx.HTTPError:
        return {_series("up", about): 0.0}
    return {_series("up", about): 1.0} | _measured(text, about)


def of_machine(name: str) -> Series:
    """One scrape of node_exporter, as it was written down: `room`, or `full` once a file system was filled up."""
    return _measured((FILE_SYSTEMS / f"{name}.prom").read_text(), {"job": "node", "instance": "machine"})


def _measured(text: str, about: Mapping[str, str]) -> Series:
    samples = [each for family in text_string_to_metric_families(text) for each in family.samples]
    return {_series(each.name, {**each.labels, **about}): each.value for each in samples if each.name in MEASURED}


def _series(name: str, labels: Mapping[str, str]) -> str:
    return name + "{" + ",".join(f'{key}="{value}"' for key, value in sorted(labels.items())) + "}"


def fired(folder: Path, cases: Mapping[str, tuple[Series, Series, dict[str, int]]]) -> str:
    """What promtool says against these: two scrapes, and the alarms that fire while things stay as between them."""
    need("promtool", shutil.which("promtool"), "apt-get install prometheus")
    tests = [
        {
            "name": name,
            "interval": f"{APART}m",
            "input_series": list(_held(before, now)),
            "promql_expr_test": [{"expr": FIRING, "eval_time": f"{APART * TIMES}m", "exp_samples": _samples(alarms)}],
        }
        for name, (before, now, alarms) in cases.items()
    ]
    file = folder / "fired.yml"
    rules = {"rule_files": [str(MONITORING / "alarms.yml")], "evaluation_interval": f"{APART}m", "tests": tests}
    file.write_text(yaml.safe_dump(rules))
    run = subprocess.run(["promtool", "test", "rules", str(file)], capture_output=True, text=True, check=False)
    return "" if run.returncode == 0 else run.stdout + run.stderr


def _held(before: Series, now: Series) -> Iterator[dict[str, str]]:
    """A gauge stays as it is; what is counted goes on as it did from the one scrape to the other, or is left out."""
    for series, value in now.items():
        counted = series.partition("{")[0].endswith(("_total", "_bucket"))
        growth = value - before.get(series, 0.0) if counted else 0.0
        if growth or not counted:
            yield {"series": series, "values": f"{value}+{growth}x{TIMES}"}


def _samples(alarms: Mapping[str, int]) -> list[dict[str, object]]:
    return [{"labels": f'{{alertname="{each}"}}', "value": often} for each, often in sorted(alarms.items())]
