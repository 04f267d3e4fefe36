"""What the terminal shows: tables of findings, a bar while something takes its time, and what went wrong."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from shared.backups import NotDone
from shared.cli.client import Refused
from shared.key_rings import KeysUnfit
from shared.policy import BrokenPack

SHOWN = 20  # rows of detail; --json has all
FULL = (errno.ENOSPC, errno.EDQUOT)
NUMBER = 9  # characters, so that a narrow window shows every number whole

FIGURES = {"gross": "累计 gross", "net": "净累计 net", "in_stock": "在库 in stock"}


def loading(out: Console) -> Progress:
    """A progress bar with counts and time."""
    return Progress(
        TextColumn("[bold]{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=out
    )


@contextmanager
def sentences_for_errors(out: Console) -> Iterator[None]:
    """What goes wrong in here is shown in a sentence, and ends the process with status 1."""
    try:
        yield
    except BrokenPack as broken:
        for line, fault in broken.lines:
            out.print(f"[red]第 {line} 行 · line {line}[/] {fault.pointer}  {fault.said.zh} · {fault.said.en}")
    except (Refused, NotDone, KeysUnfit) as refused:
        out.print(f"[red]{refused}[/]")
    except OSError as error:
        out.print(f"[red]{_of_a_file(error)}[/]")
    except httpx.TransportError as error:
        out.print(
            f"[red]服务没有应答，请先运行 make run · The service does not answer; start it with make run[/] ({error})"
        )
    else:
        return
    raise SystemExit(1)


def _of_a_file(error: OSError) -> str:
    """Which file, what is wrong with it, and what to do where the disk is full."""
    if error.errno in FULL:
        return "磁盘已满，请腾出空间后再做一次 · The disk is full; make room and do it again"
    return f"{error.filename or ''} 无法读写 · cannot be read or written: {error.strerror or type(error).__name__}"


def plain_table(title: str, *columns: str) -> Table:
    """A plain table; a star before a heading sets its column to the right."""
    table = Table(title=title, box=None, header_style="bold", title_justify="left")
    for column in columns:
        if column.startswith("*"):
            table.add_column(column[1:], justify="right", no_wrap=True, min_width=NUMBER)
        else:
            table.add_column(column, overflow="fold")
    return table


def marked(number: int) -> str:
    """A number that should be nothing, in red where it is not."""
    return f"[red]{number:,}[/]" if number else "0"


def limited(table: Table, count: int) -> Table:
    """A table of the first rows, which says how many there are."""
    if count > SHOWN:
        table.caption = (
            f"前 {SHOWN} 条，共 {count:,} 条；--json 给出全部 · the first {SHOWN} of {count:,}; --json has all"
        )
    return table
