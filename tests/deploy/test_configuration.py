"""docs/configuration.md against the code: every setting stands in it once, with its default and in both languages."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from services.notify.channels.email import MailSettings
from services.notify.follow_ups.rules.terms import TermSettings
from shared.config import Settings, settings

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(TALENT_\w+)` \| (?:`(.*)` )?\| (.+) \|$", re.MULTILINE)
KINDS: list[type[BaseSettings]] = [Settings, MailSettings, TermSettings]


def shown(default: object) -> str:
    """A default as the table has it."""
    plain = default.get_secret_value() if isinstance(default, SecretStr) else default
    return "" if plain is None else str(plain)


def test_every_setting_stands_in_the_table_once_with_its_default() -> None:
    fields = [
        (f"TALENT_{name.upper()}", shown(field.default)) for kind in KINDS for name, field in kind.model_fields.items()
    ]
    rows = ROW.findall((ROOT / "docs" / "configuration.md").read_text())
    assert sorted((name, default) for name, default, _ in rows) == sorted(fields)
    for name, _, said in rows:
        assert re.search(r"[a-z]", said) or "、" in said, name


def test_nothing_else_reads_settings() -> None:
    """A class of settings that this test does not know would be missing in the table."""
    sources = [*(ROOT / "services").rglob("*.py"), *(ROOT / "shared").rglob("*.py")]
    found = {name for path in sources for name in re.findall(r"^class (\w+)\(BaseSettings\)", path.read_text(), re.M)}
    assert found == {kind.__name__ for kind in KINDS}


def test_a_wrong_setting_is_named_in_one_line_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENT_LOG_FORMAT", "hunter2")
    monkeypatch.setenv("TALENT_PORT_BASE", "hunter2")
    settings.cache_clear()
    with pytest.raises(SystemExit) as ended:
        settings()
    said = str(ended.value)
    assert "TALENT_LOG_FORMAT: Input should be 'auto', 'json' or 'text'" in said
    assert "TALENT_PORT_BASE" in said
    assert "hunter2" not in said
    assert "\n" not in said
