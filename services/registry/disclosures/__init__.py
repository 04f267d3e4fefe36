"""Clear values (查看明文): shown to whoever may see them, for a stated purpose, on record."""
