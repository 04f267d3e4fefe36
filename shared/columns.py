"""What class of data a column holds (数据分级): every table says it of each of its columns, where the column is.

*sensitive* 敏感: identifies a person by itself, or lets somebody in; sealed, or a keyed fingerprint. *personal* 个人:
says something of one person, or names one by an id or a login. *internal* 内部: how the work is done. *public* 公开:
what is published anyway. A column that no table classifies fails a test.
"""

from typing import Literal

DataClass = Literal["sensitive", "personal", "internal", "public"]


def classes(*, sensitive: str = "", personal: str = "", internal: str = "", public: str = "") -> dict[str, DataClass]:
    """The class of each column of a table, named with blanks between them; none twice (ValueError)."""
    found: dict[str, DataClass] = {}
    named: tuple[tuple[DataClass, str], ...] = (
        ("sensitive", sensitive),
        ("personal", personal),
        ("internal", internal),
        ("public", public),
    )
    for data_class, names in named:
        for name in names.split():
            if name in found:
                raise ValueError(f"{name} has two classes")
            found[name] = data_class
    return found
