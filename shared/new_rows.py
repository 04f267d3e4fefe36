"""Rows on their way in: objects of tables made and stored without the unit of work, which costs ten times as much."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import cache, partial
from typing import Any, TypeVar, cast

from sqlalchemy import Table
from sqlalchemy.orm import class_mapper
from sqlmodel import SQLModel

from shared.db import table_of

Row = TypeVar("Row", bound=SQLModel)


def new_row(model: type[Row], **values: Any) -> Row:
    """An object of a table as it is to be stored, with the defaults of the fields that are not given.

    As if it had been read: nothing is validated, and no session watches it. See `stored`.
    """
    row: Row = class_mapper(model).class_manager.new_instance()
    constants, made = _defaults(model)
    row.__dict__.update(constants, **values)
    for name, make in made:
        if name not in values:
            row.__dict__[name] = make()
    return row


def stored(model: type[SQLModel], objects: Sequence[SQLModel]) -> tuple[Table, list[dict[str, Any]]]:
    """Objects of a table as its rows, as `insert_together` takes them."""
    names = _columns(model)
    return table_of(model), [{column: each.__dict__[name] for name, column in names} for each in objects]


@cache
def _columns(model: type[SQLModel]) -> list[tuple[str, str]]:
    """The fields of a model, each with the column that keeps it."""
    return [(each.key, each.columns[0].name) for each in class_mapper(model).column_attrs]


@cache
def _defaults(model: type[SQLModel]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """The defaults of a model's fields: what is the same for every object, and what is made for each."""
    constants: dict[str, Any] = {}
    made: list[tuple[str, Callable[[], Any]]] = []
    for name, field in model.model_fields.items():
        if field.default_factory:
            made.append((name, cast(Callable[[], Any], field.default_factory)))  # none of ours looks at other fields
        elif isinstance(field.default, list | dict):
            made.append((name, partial(deepcopy, field.default)))
        elif not field.is_required():
            constants[name] = field.default
    return constants, made
