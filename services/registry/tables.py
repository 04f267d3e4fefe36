from sqlmodel import SQLModel

from shared.db import own_tables


class RegistryTable(SQLModel, registry=own_tables()):
    """The base of the registry's tables."""
