"""docs/configuration.md against the code: every setting stands in it once, with its default and in both languages."""

import re
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from services.notify.channels.email import MailSettings
from services.notify.follow_ups.rules.terms import TermSettings
from shared.config import Settings

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
