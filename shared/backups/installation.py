"""Making a backup of an installation, and putting one back (备份与恢复)."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage, rmtree

from shared.backups import BUS, SERVICES, NotDone, Store
from shared.backups.manifest import (
    MANIFEST,
    Manifest,
    key_names,
    part_of,
    read_manifest,
    refuse_missing_keys,
    write_manifest,
)
from shared.backups.postgres_dumps import PostgresDatabase, dump
from shared.backups.sqlite_files import SQLiteFile, copy_files
from shared.bus.opening import embedded_path
from shared.clock import now
from shared.config import Settings
from shared.db import Database
from shared.db_engines import parsed_url
from shared.migrations import knows, revision_of, upgrade


def back_up(settings: Settings, folder: Path) -> Path:
    """Write a backup into a new folder below `folder`, named by the instant in UTC; the new folder.

    Services go on serving: writers wait for the moment in which the snapshots are taken. Raises NotDone, and KeysUnfit
    for keys that cannot be read; what was begun is then removed.
    """
    at = now()
    made = folder / f"{at:%Y%m%dT%H%M%SZ}"
    try:
        made.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise NotDone(f"{made} 已经存在 · exists already") from None
    try:
        _write(settings, made, at)
    except BaseException:
        rmtree(made)
        raise
    return made


def _write(settings: Settings, made: Path, at: datetime) -> None:
    stores = stores_of(settings)
    targets = {name: made / f"{name}{store.suffix}" for name, store in stores.items()}
    dump({store.url: targets[name] for name, store in stores.items() if isinstance(store, PostgresDatabase)})
    copy_files({store.path: targets[name] for name, store in stores.items() if isinstance(store, SQLiteFile)})
    revisions = {name: _revision(settings, name) for name in SERVICES}
    parts = {name: part_of(target, revisions.get(name)) for name, target in targets.items()}
    keys = key_names(settings.keys_path)
    write_manifest(made, Manifest(made_at=at, version=version("talent-registry"), parts=parts, keys=keys))


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all whole backups below `folder` but the newest; those removed, oldest first."""
    whole = sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    removed = whole[:-keep]
    for each in removed:
        rmtree(each)
    return removed


def restore(settings: Settings, folder: Path, *, replace: bool, on_part: Callable[[str], None]) -> Manifest:
    """Put a backup in the place of what the settings name; its manifest. `on_part` hears of each part that is done.

    Looks at everything first: whether the backup is whole, the code knows its schema, the keys are there, the stores
    are of the same kind, nothing uses them, they are empty unless they may be replaced, and files find room. Raises
    NotDone before anything was changed. Each database is then replaced in one step; a restore that was cut off is run
    again.
    """
    manifest = read_manifest(folder)
    stores = stores_of(settings)
    _refuse_unfit(manifest, stores, settings.keys_path)
    for name, store in stores.items():
        store.refuse_use()
        if not (replace or store.is_empty()):
            raise NotDone(f"{name} 已有数据，确要替换请加 --replace · holds data; --replace replaces it")
    _refuse_without_room(manifest, stores)
    for name, store in stores.items():
        store.restore(folder / manifest.parts[name].file)
        if name in SERVICES:
            _bring_up(settings, name)
        on_part(name)
    return manifest


def _refuse_unfit(manifest: Manifest, stores: Mapping[str, Store], keys: Path) -> None:
    if manifest.parts.keys() != stores.keys() or any(
        Path(part.file).suffix != stores[name].suffix for name, part in manifest.parts.items()
    ):
        held = "、".join(part.file for part in manifest.parts.values())
        raise NotDone(f"备份与当前设置的数据库或总线类型不同 · the settings name other kinds of stores: {held}")
    for name, part in manifest.parts.items():
        if part.revision and not knows(name, part.revision):
            raise NotDone(
                f"{name} 的表结构 {part.revision} 由更新的版本生成，请安装 {manifest.version} · "
                f"its schema is of a newer version: install {manifest.version}"
            )
    refuse_missing_keys(manifest.keys, keys)


def _refuse_without_room(manifest: Manifest, stores: Mapping[str, Store]) -> None:
    """Files stay beside those that take their place, so that all of them must find room; a server knows its own."""
    needed: Counter[Path] = Counter()
    for name, store in stores.items():
        if isinstance(store, SQLiteFile):
            needed[store.path.parent] += manifest.parts[name].size
    for folder, size in needed.items():
        there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
        if disk_usage(there).free < size:
            raise NotDone(
                f"{folder} 余量不足，请腾出空间：{size:,} 字节 · lacks room, make it: so many bytes are needed"
            )


def _bring_up(settings: Settings, name: str) -> None:
    with closing(Database(settings.database_url(name))) as database:
        upgrade(name, database.engine)


def stores_of(settings: Settings) -> dict[str, Store]:
    """Every store of an installation by its name: the services' databases, and the bus where it is embedded."""
    stores: dict[str, Store] = {name: _store_of(settings.database_url(name)) for name in SERVICES}
    path = embedded_path(settings)
    return stores | ({BUS: SQLiteFile(path)} if path else {})


def _store_of(url: str) -> Store:
    parsed = parsed_url(url)
    return SQLiteFile(Path(str(parsed.database))) if parsed.get_backend_name() == "sqlite" else PostgresDatabase(url)


def _revision(settings: Settings, name: str) -> str | None:
    with closing(Database(settings.database_url(name))) as database:
        return revision_of(database.engine)
