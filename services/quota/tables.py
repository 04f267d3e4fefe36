"""The base of every table of quota."""

from typing import TYPE_CHECKING

from sqlmodel import SQLModel

from shared.db import table_base

if TYPE_CHECKING:
    Table = SQLModel  # a type checker cannot follow a base that is made at run time
else:
    Table = table_base()
