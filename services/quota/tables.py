from sqlmodel import SQLModel

from shared.db import own_tables


class Table(SQLModel, registry=own_tables()):
    """The base of quota's tables."""
