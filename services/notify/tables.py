"""The base of notify's tables."""

from sqlmodel import SQLModel

from shared.db import own_tables


class Table(SQLModel, registry=own_tables()):
    """Every table of this service, and of no other."""
