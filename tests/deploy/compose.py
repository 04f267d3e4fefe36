"""docker-compose.yml as the tests read it: services, their commands, and what their environment comes to."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
OURS = "talent-registry:"  # the image of our own processes

# ${NAME:?why} stops without NAME, ${NAME:-default} goes on with the default.
VARIABLE = re.compile(r"\$\{(?P<name>\w+):(?P<how>[?-])(?P<rest>[^}]*)\}")

Service = Mapping[str, Any]


class Drawn(dict[str, str]):
    """A .env that holds what must be in it, and nothing else."""

    def __missing__(self, key: str) -> str:
        return f"drawn-{key}"


def load(text: str) -> dict[str, Any]:
    """The file as data, its anchors resolved."""
    loaded: dict[str, Any] = yaml.load(text, yaml.CSafeLoader)
    return loaded


def ours(compose: Mapping[str, Any]) -> dict[str, Service]:
    """The containers that run our own image."""
    return {name: each for name, each in compose["services"].items() if each["image"].startswith(OURS)}


def runs_on(service: Service) -> bool:
    """Whether it is meant to run until it is stopped."""
    return bool(service.get("restart", "no") != "no")


def environment(service: Service) -> dict[str, str]:
    """What is set in the container, as written."""
    return {name: str(value) for name, value in service.get("environment", {}).items()}


def substituted(text: str, given: Mapping[str, str]) -> str:
    """A value as compose would pass it on. Raises KeyError for one that must be given and is not."""

    def found(match: re.Match[str]) -> str:
        name, how, rest = match.group("name", "how", "rest")
        return given.get(name, "") or (given[name] if how == "?" else rest)

    return VARIABLE.sub(found, text)


def variables_in(text: str) -> Iterator[tuple[str, bool]]:
    """The names of .env in a text, and whether nothing starts without them."""
    for match in VARIABLE.finditer(text):
        yield match["name"], match["how"] == "?"
