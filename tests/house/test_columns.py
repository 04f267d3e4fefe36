"""Every column of every table has a class of data (数据分级), and what is sealed or lets somebody in is sensitive."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import cast

import pytest
from sqlalchemy import LargeBinary, Table

from shared.columns import DataClass, classes
from shared.service_tables import SERVICE_TABLES

SERVICES = ("registry", "quota", "notify")
LETS_IN = {"channels.settings", "webhook_endpoints.settings"}  # keys of robots, gateways and systems, nobody's data
KEPT_IN_CLEAR = {"outbox.body", "dead_letter.body"}  # events, which hold nothing of a person but opaque ids


def tables() -> Iterator[tuple[str, Table, Mapping[str, DataClass]]]:
    for service in SERVICES:
        import_module(f"services.{service}.main")
        base = getattr(import_module(f"services.{service}.tables"), f"{service.capitalize()}Table")
        for mapper in base._sa_registry.mappers:
            yield service, mapper.local_table, getattr(mapper.class_, "__classes__", {})
    for table in SERVICE_TABLES.sorted_tables:
        declared = {name: said for name, said in table.info.items() if name != "only_added_to"}
        yield "shared", table, cast("dict[str, DataClass]", declared)


def test_every_column_has_one_class() -> None:
    found = list(tables())
    unlike = {
        f"{service}.{table.name}": sorted({each.name for each in table.columns} ^ {*declared})
        for service, table, declared in found
        if {each.name for each in table.columns} != {*declared}
    }
    assert (unlike, len(found) > 60) == ({}, True)


def test_what_is_sealed_is_sensitive_and_only_the_registry_has_any_of_people() -> None:
    for service, table, declared in tables():
        for column in table.columns:
            place = f"{table.name}.{column.name}"
            if isinstance(column.type, LargeBinary) and place not in KEPT_IN_CLEAR:
                assert declared[column.name] == "sensitive", place
            if declared[column.name] == "sensitive":
                assert service in ("registry", "shared") or place in LETS_IN, place


def test_a_column_has_no_two_classes() -> None:
    with pytest.raises(ValueError, match="name"):
        classes(personal="name", public="code name")
