"""Accounts at the command line: the first of an installation, and whoever nobody else can let in again."""

from typing import Any

import pytest
import typer
from sqlmodel import select

from services.registry.accounts.commands.first_accounts import account_commands
from services.registry.accounts.models import Account
from shared.auth import Role
from shared.trail import record
from tests.registry.accounts.test_sign_in import NEW, reads, sign_in
from tests.registry.conftest import Registry

COMMANDS = account_commands(record)


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    return dict(line.split() for line in capsys.readouterr().out.splitlines())


def entries(registry: Registry, action: str) -> list[dict[str, Any]]:
    items = registry.get("auditor", "/v1/audit?limit=200").json()["items"]
    return [each for each in items if each["action"] == action]


def test_the_first_account_signs_in_with_the_password_that_was_printed(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    COMMANDS["account"](login="zhang", role=Role.BUREAU_OFFICER, name="测试张工")
    said = printed(capsys)
    assert said["login"] == "zhang"
    assert sign_in(registry, "zhang", said["password"]).status_code == 403  # it is good once, with one of one's own
    assert sign_in(registry, "zhang", said["password"], new_password=NEW).status_code == 200
    (kept,) = entries(registry, "issue_first_account")
    assert (kept["by"], kept["object"], kept["outcome"]) == ("command-line", "zhang", "done")
    with pytest.raises(typer.BadParameter):
        COMMANDS["account"](login="zhang", role=Role.LEADER, name="测试李工")
    with pytest.raises(typer.BadParameter):
        COMMANDS["account"](login="Zhang", role=Role.LEADER, name="测试李工")


def test_who_lost_everything_is_let_in_again_and_it_is_on_record(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    session = sign_in(registry, "leader").json()
    with registry.context.database.writing() as database:
        database.exec(select(Account).where(Account.login == "leader")).one().factor_confirmed = True
    COMMANDS["recover"](login="leader")
    registry.http.app.state.tokens.forget()  # type: ignore[attr-defined]  # in another process it takes seconds
    assert reads(registry, session) == 401
    assert sign_in(registry, "leader").status_code == 401
    assert sign_in(registry, "leader", printed(capsys)["password"], new_password=NEW).status_code == 200
    (kept,) = entries(registry, "recover_account")
    assert (kept["by"], kept["object"]) == ("command-line", "leader")
    with pytest.raises(typer.BadParameter):
        COMMANDS["recover"](login="nobody")
