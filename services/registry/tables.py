"""The base of the registry's tables."""

from shared.db import table_base

Table = table_base()
