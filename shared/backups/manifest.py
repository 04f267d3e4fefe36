"""What a backup holds and needs, written last: a folder without its manifest is no backup."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from pydantic import BaseModel, ValidationError

from shared.backups import NotDone
from shared.key_rings import KeysUnfit, read_ring
from shared.private_files import write_private

MANIFEST = "manifest.json"
FORM = 1  # of this file


class BackupPart(BaseModel):
    """One database: its file in the folder, how long it is (bytes) and its SHA-256 (hex), and its schema's revision."""

    file: str
    size: int
    sha256: str
    revision: str | None = None


class Manifest(BaseModel):
    """When (UTC) and by which version a backup was made, its parts, and the names of the keys that open it, by ring."""

    form: int = FORM
    made_at: datetime
    version: str
    parts: dict[str, BackupPart]
    keys: dict[str, list[str]]


def part_of(path: Path, revision: str | None) -> BackupPart:
    """What is kept of a file that was just written."""
    return BackupPart(file=path.name, size=path.stat().st_size, sha256=_digest(path), revision=revision)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it whole, readable by its owner alone."""
    write_private(folder / MANIFEST, manifest.model_dump(mode="json"))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup whose files are all as they were written. Raises NotDone."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        raise NotDone(f"{folder} 不是完整的备份 · is no whole backup: {MANIFEST}") from None
    if manifest.form != FORM:
        raise NotDone(f"{folder} 由更新的版本生成 · was made by a newer version: {manifest.version}")
    for part in manifest.parts.values():
        path = folder / part.file
        if not path.is_file() or path.stat().st_size != part.size or _digest(path) != part.sha256:
            raise NotDone(f"{path} 缺失或损坏，请用另一份备份 · is missing or damaged: take another backup")
    return manifest


def key_names(keys: Path) -> dict[str, list[str]]:
    """The names of the keys in every ring of a folder, by the ring's file."""
    found = {str(path.relative_to(keys)): path for path in sorted(keys.glob("*/*.json"))}
    return {name: sorted(read_ring(path).keys) for name, path in found.items() if not name.startswith("events/")}


def refuse_missing_keys(wanted: Mapping[str, list[str]], keys: Path) -> None:
    """Raises NotDone where a ring lacks a key that the backup needs."""
    for ring, names in wanted.items():
        try:
            held = read_ring(keys / ring).keys
        except (OSError, KeysUnfit):
            held = {}
        if missing := [name for name in names if name not in held]:
            raise NotDone(
                f"{keys / ring} 缺少该备份所需的密钥 · lacks keys that this backup needs: {', '.join(missing)}。"
                f"请先放回当时的密钥 · put the keys of that time back first"
            )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
