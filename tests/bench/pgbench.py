"""pgbench as it is fastest: statements prepared, over as many connections as the product is asked over."""

import re
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.bench.load import CONNECTIONS


def libpq(url: str) -> str:
    """The URL of a database as PostgreSQL's own programs read it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def rows_of(url: str, table: str) -> int:
    """How many rows a table has by now."""
    with psycopg.connect(libpq(url)) as connection:
        counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert counted
    return int(counted[0])


def unpublished(url: str) -> int:
    """How many events the relay has not carried yet."""
    with psycopg.connect(libpq(url)) as connection:
        counted = connection.execute("SELECT count(*) FROM outbox WHERE published_at IS NULL").fetchone()
    assert counted
    return int(counted[0])


def rate(url: str, script: Path, transactions: int, **variables: int) -> float:
    """Transactions a second; so many of them, or as many more as make it the same for each connection."""
    words = ["pgbench", "--no-vacuum", "-M", "prepared", "-f", str(script)]
    words += ["-c", str(CONNECTIONS), "-j", "2", "-t", str(of_each(transactions))]
    words += [word for name, value in variables.items() for word in ("-D", f"{name}={value}")]
    done = subprocess.run([*words, libpq(url)], check=True, capture_output=True, text=True)
    found = re.search(r"tps = ([0-9.]+) \(without", done.stdout)
    assert found, done.stdout
    return float(found[1])


def of_each(transactions: int) -> int:
    """How many of these each connection does."""
    return -(-transactions // CONNECTIONS)
