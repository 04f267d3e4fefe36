"""`talent export FILE`: what the service gives, in a file that its owner alone may read."""

from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from typer.testing import CliRunner

from shared.cli import app
from shared.cli.client import ApiClient
from tests.registry.conftest import Registry

WORDS = ["--purpose", "review", "--explanation", "核对年度登记名单与台账"]


@pytest.fixture
def officer(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The command line speaks to the registry of the test as an officer does."""

    def answered(request: httpx.Request) -> httpx.Response:
        headers = {"Authorization": f"Bearer {registry.token('bureau')}", "Content-Type": "application/json"}
        got = registry.http.request(request.method, str(request.url), content=request.content, headers=headers)
        return httpx.Response(got.status_code, content=got.content, headers={"X-Copy-Number": "1"} | dict(got.headers))

    def client(self: ApiClient, service: str) -> Any:
        return httpx.Client(base_url="http://testserver", transport=httpx.MockTransport(answered))

    monkeypatch.setattr(ApiClient, "chosen", classmethod(lambda cls, name: cls("", "")))
    monkeypatch.setattr(ApiClient, "client", client)
    return registry


def test_an_export_is_its_owners_alone_and_writes_over_nothing(officer: Registry, tmp_path: Path) -> None:
    assert officer.register().status_code == 201
    file = tmp_path / "list.xlsx"
    done = CliRunner().invoke(app, ["export", str(file), *WORDS, "--programme", "youth-intake", "--personal"])
    assert done.exit_code == 0, done.output
    assert file.stat().st_mode & 0o777 == 0o600
    sheet = openpyxl.load_workbook(file).active
    assert "360101199001010011" in [cell.value for cell in sheet[3]]
    assert sheet["A1"].value.split("副本编号：")[1].split("；")[0] in done.output
    assert CliRunner().invoke(app, ["export", str(file), *WORDS]).exit_code != 0


def test_an_export_that_is_refused_leaves_no_file(officer: Registry, tmp_path: Path) -> None:
    for name, words in (("a.csv", ["--purpose", "x"]), ("a.pdf", WORDS)):
        refused = CliRunner().invoke(app, ["export", str(tmp_path / name), *words])
        assert refused.exit_code != 0
    assert list(tmp_path.glob("a.*")) == []
