"""Run the portal: `python -m services.portal serve`."""

from typing import Annotated

import typer

from services.portal.client.cities import BadCities
from services.portal.main import TITLE, portal
from shared.config import settings
from shared.serving import end_with_supervisor, serve_http
from shared.telemetry import configure_telemetry

cli = typer.Typer(help=f"{TITLE.zh} · {TITLE.en}", no_args_is_help=True, add_completion=False)


@cli.callback()
def main() -> None:
    """The pages people look at."""


@cli.command()
def serve(
    beside: Annotated[
        bool, typer.Option(help="a process that serves this port already and is stopped afterwards")
    ] = False,
) -> None:
    """Serve the pages."""
    configure_telemetry("portal", "serve")
    end_with_supervisor()
    try:
        app = portal(settings())
    except BadCities as unfit:
        raise SystemExit(str(unfit)) from None
    serve_http("portal", app, app.state.stopping, beside=beside)


if __name__ == "__main__":
    cli()
