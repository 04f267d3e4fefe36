"""Tables that processes of an earlier release still write to while those of this one begin, and what stops them."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Engine, MetaData

Tables = Mapping[str, Mapping[str, bool]]  # by table and column: whether who adds a row must give it


def tables(engine: Engine) -> Tables:
    """Those of a database."""
    there = MetaData()
    there.reflect(engine)
    return {
        name: {each.name: not each.nullable and each.server_default is None for each in table.columns}
        for name, table in sorted(there.tables.items())
    }


def table_breaks(service: str, before: Tables, now: Tables) -> Iterator[str]:
    """What was taken away or must be given since, which processes that know only the earlier tables do not."""
    for name, columns in before.items():
        if name not in now:
            yield f"{service} {name}: gone"
            continue
        for column in columns.keys() - now[name].keys():
            yield f"{service} {name}.{column}: gone"
        for column, must_be_given in now[name].items():
            if must_be_given and not columns.get(column):
                yield f"{service} {name}.{column}: must be given"
