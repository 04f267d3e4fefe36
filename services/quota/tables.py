"""The base of every table of quota."""

from shared.db import table_base

Table = table_base()
