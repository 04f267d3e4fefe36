"""Commands that need an operator's settings, because they work on the databases and the bus themselves."""

import typer
from rich.console import Console

from shared.config import settings


def add_host_commands(app: typer.Typer, out: Console) -> None:
    """Add `self-check`, and `bus rights`."""
    bus = typer.Typer(help="事件总线 · The bus", no_args_is_help=True)
    app.add_typer(bus, name="bus")

    @bus.command(name="rights")
    def bus_rights() -> None:
        """用户与权限 · Give each service its user on Apache Kafka and its rights, as an administrator of the broker."""
        from shared.cli.bus import give_bus_rights  # noqa: PLC0415  # nobody else here needs bus or database

        for name in give_bus_rights(settings()):
            out.print(name)

    @app.command(name="self-check")
    def self_check() -> None:
        """自检 · Send a test from the registry to a delivery, hop by hop; it concerns no registration, count or alert.

        Exit status 0 only where it was delivered within a minute; else the hop where it stopped is named.
        """
        from shared.cli.self_check import check_the_way  # noqa: PLC0415  # nobody else here needs databases

        raise typer.Exit(0 if check_the_way(out) else 1)
