import os
import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from shared.config import Settings, settings
from shared.event_keys import KeysUnfit
from shared.vault import Vault, generate_keys


def test_what_is_sealed_can_be_read_in_its_own_row_only(vault: Vault) -> None:
    sealed = vault.seal("测试甲", "person|1")
    assert "测试甲".encode() not in sealed
    assert vault.unseal(sealed, "person|1") == "测试甲"
    with pytest.raises(InvalidTag):
        vault.unseal(sealed, "person|2")


def test_a_changed_byte_is_noticed(vault: Vault) -> None:
    sealed = bytearray(vault.seal("测试甲", "person|1"))
    sealed[-1] ^= 1
    with pytest.raises(InvalidTag):
        vault.unseal(bytes(sealed), "person|1")


def test_the_same_value_is_sealed_differently_each_time(vault: Vault) -> None:
    assert vault.seal("测试甲", "person|1") != vault.seal("测试甲", "person|1")


def test_a_blind_index_is_equal_for_equal_values_under_one_key(vault: Vault, tmp_path: Path) -> None:
    generate_keys(tmp_path / "other.json", demo=True)
    other = Vault.load(tmp_path / "other.json")
    assert vault.blind_index("document", "1") == vault.blind_index("document", "1")
    assert vault.blind_index("document", "1") != vault.blind_index("document", "2")
    assert vault.blind_index("document", "1") != other.blind_index("document", "1")
    assert vault.blind_index("a", "bc") != vault.blind_index("ab", "c")


def test_keys_are_for_the_owner_alone_and_never_replaced(chosen: Settings) -> None:
    before = chosen.keys_path.read_bytes()
    generate_keys(chosen.keys_path, demo=True)
    assert chosen.keys_path.read_bytes() == before
    assert stat.S_IMODE(os.stat(chosen.keys_path).st_mode) == 0o600


def test_production_refuses_the_keys_of_a_demo(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENT_ENVIRONMENT", "production")
    settings.cache_clear()
    with pytest.raises(KeysUnfit, match="demo"):
        Vault.load(chosen.keys_path)


@pytest.mark.parametrize(("mode", "refused"), [(0o604, True), (0o602, True), (0o640, False), (0o400, False)])
def test_production_refuses_keys_that_everybody_may_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, refused: bool
) -> None:
    path = tmp_path / "keys.json"
    generate_keys(path, demo=False)
    path.chmod(mode)
    monkeypatch.setenv("TALENT_ENVIRONMENT", "production")
    settings.cache_clear()
    if refused:
        with pytest.raises(KeysUnfit, match="chmod o="):
            Vault.load(path)
    else:
        assert not Vault.load(path).demo
    settings.cache_clear()


@pytest.mark.parametrize("content", ["", "{}", "[1]"])
def test_a_damaged_keys_file_is_named(chosen: Settings, tmp_path: Path, content: str) -> None:
    path = tmp_path / "damaged.json"
    path.write_text(content)
    with pytest.raises(KeysUnfit, match=r"damaged\.json"):
        Vault.load(path)


def test_a_missing_keys_file_says_how_to_make_one(chosen: Settings, tmp_path: Path) -> None:
    with pytest.raises(KeysUnfit, match="talent keys"):
        Vault.load(tmp_path / "none.json")
