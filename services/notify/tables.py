"""The base of every table of notify."""

from shared.db import table_base

Table = table_base()
