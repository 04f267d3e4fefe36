import base64
import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from shared import key_rings
from shared.config import Settings, settings
from shared.key_rings import SIGNING, KeysUnfit, Slot, drop_older, go_on_with_newest, new_key, rotate
from shared.vault import Vault, generate_keys


def test_what_is_sealed_can_be_read_in_its_own_row_only(vault: Vault) -> None:
    sealed = vault.seal("赵植树", "person|1")
    assert "赵植树".encode() not in sealed
    assert vault.unseal(sealed, "person|1") == "赵植树"
    with pytest.raises(InvalidTag):
        vault.unseal(sealed, "person|2")


def test_a_changed_byte_is_noticed(vault: Vault) -> None:
    sealed = bytearray(vault.seal("赵植树", "person|1"))
    sealed[-1] ^= 1
    with pytest.raises(InvalidTag):
        vault.unseal(bytes(sealed), "person|1")


def test_the_same_value_is_sealed_differently_each_time(vault: Vault) -> None:
    assert vault.seal("赵植树", "person|1") != vault.seal("赵植树", "person|1")


def test_a_blind_index_is_equal_for_equal_values_under_one_key(vault: Vault, tmp_path: Path) -> None:
    generate_keys(tmp_path / "other", demo=True)
    other = Vault(tmp_path / "other", "registry")
    assert vault.blind_index("document", "1") == vault.blind_index("document", "1")
    assert vault.blind_index("document", "1") != vault.blind_index("document", "2")
    assert vault.blind_index("document", "1") != other.blind_index("document", "1")
    assert vault.blind_index("a", "bc") != vault.blind_index("ab", "c")


def test_what_one_service_seals_no_other_opens(chosen: Settings) -> None:
    sealed = Vault(chosen.keys_path, "registry").seal("赵植树", "person|1")
    with pytest.raises(KeyError):
        Vault(chosen.keys_path, "quota").unseal(sealed, "person|1")


def test_keys_are_for_the_owner_alone_and_never_replaced(chosen: Settings) -> None:
    before = {path: path.read_bytes() for path in chosen.keys_path.rglob("*.json")}
    assert len(before) == 13
    generate_keys(chosen.keys_path, demo=True)
    assert {path: path.read_bytes() for path in before} == before
    assert {stat.S_IMODE(path.stat().st_mode) for path in before} == {0o600}


def test_every_key_is_as_long_as_the_table_says(chosen: Settings) -> None:
    """SECURITY.md: AES-256, HMAC with as many bits, P-256, Ed25519."""
    rings = [json.loads(path.read_text()) for path in chosen.keys_path.glob("*/*.json") if path.parent.name != SIGNING]
    keys = [base64.b64decode(key, validate=True) for ring in rings for key in ring["keys"].values()]
    assert (len(keys), {len(key) for key in keys}) == (8, {32})
    signing = load_pem_private_key(Vault(chosen.keys_path, "registry").signing.current[1].encode(), None)
    assert isinstance(signing, EllipticCurvePrivateKey)
    assert signing.curve.name == "secp256r1"
    of_events = [json.loads(path.read_text()) for path in (chosen.keys_path / "events").glob("*/key.json")]
    assert [each["crv"] for each in of_events] == ["Ed25519"] * 3


def test_the_one_file_of_before_is_where_the_rings_begin(chosen: Settings, tmp_path: Path) -> None:
    old = {name: base64.b64encode(name[:1].encode() * 32).decode() for name in ("data", "index", "secrets")}
    pem = new_key(SIGNING)
    held = {"data": {"current": "d1", "keys": {"d1": old["data"]}}, "signing": {"kid": "k", "pem": pem}}
    file = tmp_path / "one.json"
    file.write_text(json.dumps({"demo": True, "index": old["index"], "secrets": old["secrets"], **held}))
    generate_keys(tmp_path / "rings", demo=True, earlier=file)
    registry, quota = Vault(tmp_path / "rings", "registry"), Vault(tmp_path / "rings", "quota")
    assert quota.unseal(registry.seal("答复", "x"), "x") == "答复"  # what all sealed with one key, each can open
    assert registry.signing.current == ("k", pem)
    assert [registry.rings[duty].current[1] for duty in ("index", "secrets")] == [old["index"], old["secrets"]]


@pytest.mark.parametrize("duty", ["sealing", "index", "secrets"])
def test_production_refuses_the_keys_of_a_demo(chosen: Settings, monkeypatch: pytest.MonkeyPatch, duty: str) -> None:
    monkeypatch.setenv("TALENT_ENVIRONMENT", "production")
    settings.cache_clear()
    with pytest.raises(KeysUnfit, match=f"{duty}.json holds the keys of a demo"):
        _ = Vault(chosen.keys_path, "registry").rings[duty].held


@pytest.mark.parametrize(("mode", "refused"), [(0o604, True), (0o602, True), (0o640, False), (0o400, False)])
def test_production_refuses_keys_that_everybody_may_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, refused: bool
) -> None:
    generate_keys(tmp_path / "rings", demo=False)
    path = tmp_path / "rings" / "quota" / "sealing.json"
    path.chmod(mode)
    monkeypatch.setenv("TALENT_ENVIRONMENT", "production")
    settings.cache_clear()
    vault = Vault(tmp_path / "rings", "quota")
    if refused:
        with pytest.raises(KeysUnfit, match="chmod o="):
            vault.check()
    else:
        vault.check()
    settings.cache_clear()


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"demo": false, "current": "a", "keys": {"b": "x"}}'])
def test_a_damaged_ring_is_named(chosen: Settings, content: str) -> None:
    path = chosen.keys_path / "quota" / "sealing.json"
    path.write_text(content)
    with pytest.raises(KeysUnfit, match=r"sealing\.json is no keys file"):
        Vault(chosen.keys_path, "quota").check()


def test_a_missing_ring_says_how_to_make_one(chosen: Settings, tmp_path: Path) -> None:
    with pytest.raises(KeysUnfit, match="talent keys"):
        Vault(tmp_path / "none", "registry").check()


def test_a_rotated_ring_is_read_anew_and_opens_what_was_sealed_before(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a process that serves, and by one that meets the new key before it looked."""
    monkeypatch.setattr(key_rings, "LOOKED_AGAIN", 0.0)
    old = vault.seal("赵植树", "person|1")
    other = Vault(settings().keys_path, "registry")
    other.check()
    name = rotate(vault.rings["sealing"].path)
    new = vault.seal("钱植树", "person|2")
    assert (old[1:].startswith(name.encode()), new[1:].startswith(name.encode())) == (False, True)
    monkeypatch.setattr(key_rings, "LOOKED_AGAIN", 1000.0)
    assert [vault.unseal(old, "person|1"), other.unseal(new, "person|2")] == ["赵植树", "钱植树"]


def test_a_ring_that_is_spoilt_while_it_is_in_use_stays_in_use(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(key_rings, "LOOKED_AGAIN", 0.0)
    sealed = vault.seal("赵植树", "person|1")
    vault.rings["sealing"].path.write_text("{")
    assert vault.unseal(sealed, "person|1") == "赵植树"
    assert "is no keys file" in caplog.text


def test_a_ring_stays_its_owners_whoever_rotates_it(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator who is root leaves a ring that its service can read."""
    given: list[tuple[int, int]] = []
    owner = vault.rings["index"].path.stat()
    monkeypatch.setattr(os, "geteuid", lambda: owner.st_uid + 1)
    monkeypatch.setattr(os, "fchown", lambda _, *to: given.append(to))
    rotate(vault.rings["index"].path)
    assert given == [(owner.st_uid, owner.st_gid)]


def test_a_key_that_is_added_to_an_index_ring_is_used_beside_the_current_one(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rings, "LOOKED_AGAIN", 0.0)
    columns: dict[Slot, str] = {"a": "first", "b": "second"}
    ring = vault.rings["index"]
    ring._look_at = 0.0
    before = vault.blind_indexes(columns, "document", "1")
    assert (before["first"], before["second"]) == (vault.blind_index("document", "1"), None)
    name = rotate(ring.path)
    both = vault.blind_indexes(columns, "document", "1")
    assert (both["first"], len(set(both.values())), ring.held.in_b) == (before["first"], 2, name)
    assert vault.blind_index("document", "1") == before["first"]
    go_on_with_newest(ring.path)
    after = vault.blind_indexes(columns, "document", "1")
    assert after == {"first": None, "second": both["second"]}
    assert {*vault.marks("document", "1").values()} == {*both.values()}
    drop_older(ring.path)
    assert vault.marks("document", "1") == {name: both["second"]}
