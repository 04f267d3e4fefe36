"""Both suites against the figures that their standards give, and side by side in one ring."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SM3, Hash
from typer.testing import CliRunner

from shared import key_rings
from shared.ciphers import NONCE, SM4GCM, Suite, keyed_hash, new_key, seal, suite_of, unseal
from shared.cli import app
from shared.config import Settings
from shared.key_rings import KeysUnfit, RingFile, read_ring, rotate, write_ring
from shared.vault import Vault, generate_keys

FEED = "feedfacedeadbeeffeedfacedeadbeefabaddad2"
SM4_KEY = "0123456789abcdeffedcba9876543210"
REPEATED = "".join(byte * 8 for byte in ("aa", "bb", "cc", "dd", "ee", "ff", "ee", "aa"))

# Key, nonce, associated data, text, ciphertext and tag.
SEALED = {
    "SM4-GCM, RFC 8998 A.1": (
        f"sm:{SM4_KEY}",
        "00001234567800000000abcd",
        FEED,
        REPEATED,
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec",
    ),
    "AES-256-GCM, the GCM specification's case 16": (
        "feffe9928665731c6d6a8f9467308308" * 2,
        "cafebabefacedbaddecaf888",
        FEED,
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
}

# Key, text and hash.
HASHED = {
    "HMAC-SM3, GM/T 0042 D.3, 1": (
        f"sm:{bytes(range(1, 33)).hex()}",
        b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2,
        "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
    ),
    "HMAC-SM3, GM/T 0042 D.3, 2": (
        f"sm:{bytes(range(1, 38)).hex()}",
        b"\xcd" * 50,
        "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae",
    ),
    "HMAC-SM3, GM/T 0042 D.3, 3": (
        f"sm:{'0b' * 32}",
        b"Hi There",
        "c0ba18c68b90c88bc07de794bfc7d2c8d19ec31ed8773bc2b390c9604e0be11e",
    ),
    "HMAC-SHA-256, RFC 4231, 1": (
        "0b" * 20,
        b"Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ),
    "HMAC-SHA-256, RFC 4231, 2": (
        b"Jefe".hex(),
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
}

# What 0.1 made with these keys and the nonce 00 01 … 0b.
BEFORE = {"sealing": b"\x01", "index": b"\x02", "secrets": b"\x03"}
SEALED_BEFORE = "036f6c64000102030405060708090a0b5d131ece8f6be1ed4cf4107336b3c6f462fa781441acec9042"
INDEXED_BEFORE = "3dc6c655c09b387028333ff17e9980b7ca2b4bcfff1de6739dd3a339ec08d923"
HASHED_BEFORE = "6257a92bd928e0c92e2c1409fda2698461b61eb60ce9521f5dd0ee8944f2cc46"


def key_of(text: str) -> str:
    """A key's text in its ring, from one that has it in hex."""
    mark, colon, raw = text.rpartition(":")
    return mark + colon + base64.b64encode(bytes.fromhex(raw)).decode()


@pytest.mark.parametrize("what", SEALED)
def test_what_the_standard_sealed_is_opened_and_sealed_alike(what: str) -> None:
    key, *others = SEALED[what]
    nonce, bound_to, text, sealed = map(bytes.fromhex, others)
    assert unseal(key_of(key), nonce + sealed, bound_to) == text
    raw = bytes.fromhex(key.removeprefix("sm:"))
    cipher = SM4GCM(raw) if key.startswith("sm:") else AESGCM(raw)
    assert cipher.encrypt(nonce, text, bound_to) == sealed


@pytest.mark.parametrize("what", HASHED)
def test_what_the_standard_hashed_is_hashed_alike(what: str) -> None:
    key, text, expected = HASHED[what]
    assert keyed_hash(key_of(key), text).hex() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_the_hash_underneath_is_that_of_gb_t_32905(text: bytes, expected: str) -> None:
    made = Hash(SM3())
    made.update(text)
    assert made.finalize().hex() == expected


@pytest.mark.parametrize("suite", Suite)
def test_whatever_is_changed_or_cut_is_not_opened(suite: Suite) -> None:
    key, bound_to = new_key(suite, sealing=True), b"person|1"
    sealed = seal(key, "测试甲".encode(), bound_to)
    assert unseal(key, sealed, bound_to).decode() == "测试甲"
    assert seal(key, "测试甲".encode(), bound_to) != sealed
    spoilt = [sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :] for place in range(len(sealed))]
    for blob in [*spoilt, *(sealed[:length] for length in range(NONCE, len(sealed)))]:
        with pytest.raises(InvalidTag):
            unseal(key, blob, bound_to)
    with pytest.raises(InvalidTag):
        unseal(key, sealed, b"person|2")


@pytest.mark.parametrize("sealing", [True, False])
def test_a_key_says_its_suite_and_programs_of_before_refuse_it(sealing: bool) -> None:
    """They read base64 leniently, and took what was read for AES or for HMAC-SHA-256."""
    for suite in Suite:
        assert suite_of(new_key(suite, sealing=sealing)) is suite
    with pytest.raises(ValueError, match=r"AESGCM key|base64"):
        AESGCM(base64.b64decode(new_key(Suite.SM, sealing=sealing)))


def test_a_key_of_a_suite_that_is_unknown_is_not_used() -> None:
    with pytest.raises(ValueError, match="base64"):
        keyed_hash("zuc:" + new_key(Suite.INTERNATIONAL, sealing=False), b"x")


def test_rings_and_values_of_before_read_as_before(tmp_path: Path, chosen: Settings) -> None:
    for duty, byte in BEFORE.items():
        ring = RingFile(demo=True, current="old", keys={"old": base64.b64encode(byte * 32).decode()})
        write_ring(tmp_path / "before" / "registry" / f"{duty}.json", ring)
    before = Vault(tmp_path / "before", "registry")
    assert before.unseal(bytes.fromhex(SEALED_BEFORE), "person|1") == "测试甲"
    assert before.blind_index("document", "x") == INDEXED_BEFORE
    assert before.secret_hash("s") == HASHED_BEFORE


def lengths(folder: Path) -> dict[str, tuple[str, int]]:
    """The suite of every random key, and its bytes."""
    rings = {f"{path.parent.name}/{path.stem}": json.loads(path.read_text()) for path in folder.glob("*/*.json")}
    rings.pop("signing/signing")
    keys = {name: ring["keys"][ring["current"]] for name, ring in rings.items()}
    return {name: (suite_of(key), len(base64.b64decode(key.rpartition(":")[2]))) for name, key in keys.items()}


def test_a_city_chooses_the_suite_when_keys_are_made(tmp_path: Path) -> None:
    """What is there stays of its suite; links are tokens by a standard that has no other."""
    folder = tmp_path / "city"
    done = CliRunner().invoke(app, ["keys", str(folder), "--suite", "sm"])
    assert done.exit_code == 0
    printed = dict(line.split("  ") for line in done.output.splitlines() if "  " in line)
    made = lengths(folder)
    assert made.pop("notify/links") == ("international", 32)
    assert made == {name: ("sm", 16 if name.endswith("sealing") else 32) for name in printed}
    assert set(printed.values()) == {"sm"}
    (folder / "registry" / "index.json").unlink()
    again = CliRunner().invoke(app, ["keys", str(folder)]).output
    assert [line for line in again.splitlines() if line.endswith("  international")] == [
        "registry/index  international"
    ]
    vault = Vault(folder, "registry")
    assert len(vault.secret_hash("x")) == len(vault.blind_index("x")) == 64


def test_a_city_goes_over_by_rotation_and_what_was_sealed_before_opens(
    tmp_path: Path, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And stays with its suite at the next one; the way back is the same."""
    monkeypatch.setattr(key_rings, "LOOKED_AGAIN", 0.0)
    vault = Vault(chosen.keys_path, "registry")
    path, sealed, suites = vault.rings["sealing"].path, [vault.seal("测试甲", "person|1")], []
    for suite in (Suite.SM, None, Suite.INTERNATIONAL, None):
        name = rotate(path, suite)
        suites.append(suite_of(read_ring(path).keys[name]).value)
        sealed.append(vault.seal("测试甲", "person|1"))
    assert suites == ["sm", "sm", "international", "international"]
    assert {vault.unseal(each, "person|1") for each in sealed} == {"测试甲"}


@pytest.mark.parametrize("ring", ["signing", "notify/links"])
def test_a_ring_that_is_of_no_suite_says_so(chosen: Settings, ring: str) -> None:
    path = chosen.keys_path / ring.partition("/")[0] / f"{ring.rpartition('/')[2]}.json"
    before = path.read_bytes()
    with pytest.raises(KeysUnfit, match="of no suite"):
        rotate(path, Suite.SM)
    assert path.read_bytes() == before


def test_the_command_rotates_into_the_suite_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_rings, "LOOKED_AGAIN", 0.0)
    generate_keys(tmp_path / "city", demo=False)
    words = ["rotate-key", str(tmp_path / "city"), "quota/sealing", "--suite", "sm"]
    assert CliRunner().invoke(app, words).exit_code == 0
    ring = read_ring(tmp_path / "city" / "quota" / "sealing.json")
    assert suite_of(ring.keys[ring.current]) is Suite.SM
