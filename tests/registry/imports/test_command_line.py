"""`talent import FILE`: tried, shown, entered; the exit status says whether a row was rejected."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shared.cli import app
from shared.cli.client import ApiClient
from tests.registry.conftest import Registry
from tests.registry.imports.files import csv_of, number, row, run
from tests.registry.imports.test_lists import HEADER, listed


class _StaysOpen:
    """A clerk's client of the registry of a test, whose worker gets on before anything is looked at."""

    def __init__(self, registry: Registry, name: str) -> None:
        self._registry = registry
        self._headers = {"Authorization": f"Bearer {registry.token(name)}"}

    def __enter__(self) -> "_StaysOpen":
        return self

    def __exit__(self, *of: object) -> None:
        """The test goes on with it."""

    def get(self, path: str) -> Any:
        run(self._registry)
        return self._registry.http.get(path, headers=self._headers)

    def post(self, path: str, timeout: float = 0, **sent: Any) -> Any:
        return self._registry.http.post(path, headers=self._headers, **sent)


@pytest.fixture
def clerk(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The command line speaks to the registry of the test as a clerk does."""
    monkeypatch.setattr(ApiClient, "chosen", classmethod(lambda cls, name: cls(name, "")))
    monkeypatch.setattr(ApiClient, "client", lambda self, service: _StaysOpen(registry, self._credentials[0]))
    monkeypatch.setattr("shared.cli.importing.LOOK_EVERY", 0)
    return registry


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a clerk keeps files of their own, which may hold anything."""
    return tmp_path_factory.mktemp("own")


def test_a_file_is_tried_shown_and_entered_on_a_yes(clerk: Registry, own: Path) -> None:
    file = own / "花名册.csv"
    file.write_bytes(csv_of([row(1), row(2)]))
    words = ["import", str(file), "--programme", "youth-intake"]
    tried = CliRunner().invoke(app, [*words, "--dry-run"])
    assert (tried.exit_code, clerk.events()) == (0, []), tried.output
    assert "+2 youth-intake" in tried.output
    assert "no milestone" in tried.output
    refused = CliRunner().invoke(app, words, input="n\n")
    assert (refused.exit_code, clerk.events()) == (0, [])
    entered = CliRunner().invoke(app, words, input="y\n")
    assert (entered.exit_code, len(clerk.events())) == (0, 2), entered.output
    assert "2 already there" in CliRunner().invoke(app, [*words, "--yes"]).output


def test_a_row_that_is_rejected_is_shown_with_its_cell(clerk: Registry, own: Path) -> None:
    file = own / "a.csv"
    file.write_bytes(csv_of([row(1, 填报单位="火星区")]))
    result = CliRunner().invoke(app, ["import", str(file), "--programme", "youth-intake", "--yes"])
    assert result.exit_code == 1
    assert "C" in result.output
    assert "1 rejected" in result.output


def test_a_list_of_decisions_is_brought_by_an_officer(clerk: Registry, own: Path) -> None:
    clerk.register(id_number=number(1))
    file = own / "清单.csv"
    file.write_bytes(csv_of([listed(1, "撤销")], HEADER))
    result = CliRunner().invoke(app, ["import", str(file), "--kind", "transitions", "--yes"])
    assert result.exit_code == 0, result.output
    assert "1 wait for a second officer" in result.output
