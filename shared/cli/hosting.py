"""Commands that need an operator's settings, because they work on the databases and the bus themselves."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shared.config import settings


def add_host_commands(app: typer.Typer, out: Console) -> None:
    """Add `self-check`, `bus rights` and `bus certificate`."""
    bus = typer.Typer(help="事件总线 · The bus", no_args_is_help=True)
    app.add_typer(bus, name="bus")

    @bus.command(name="rights")
    def bus_rights() -> None:
        """用户与权限 · Give each service its user on Apache Kafka and its rights, as an administrator of the broker."""
        from shared.cli.bus import give_bus_rights  # noqa: PLC0415  # nobody else here needs bus or database

        for name in give_bus_rights(settings()):
            out.print(name)

    @bus.command(name="certificate")
    def bus_certificate(
        folder: Path, hosts: Annotated[list[str], typer.Argument(help="by which services reach the broker")]
    ) -> None:
        """证书 · Make a broker a certificate that signs itself, for ten years; what is there stays as it is.

        FOLDER/server/server.pem is the broker's alone, FOLDER/public/ca.pem what clients trust.
        """
        from shared.bus.kafka.certificate import make_certificate  # noqa: PLC0415  # nobody else here needs the bus

        make_certificate(folder, hosts)
        out.print(f"{folder}")

    @app.command(name="self-check")
    def self_check() -> None:
        """自检 · Send a test from the registry to a delivery, hop by hop; it concerns no registration, count or alert.

        Exit status 0 only where it was delivered within a minute; else the hop where it stopped is named.
        """
        from shared.cli.self_check import check_the_way  # noqa: PLC0415  # nobody else here needs databases

        raise typer.Exit(0 if check_the_way(out) else 1)
