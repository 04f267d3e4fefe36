from sqlmodel import SQLModel

from shared.db import own_tables


class QuotaTable(SQLModel, registry=own_tables()):
    """The base of quota's tables."""
