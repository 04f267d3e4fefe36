"""Run the portal: `python -m services.portal serve`."""

import typer
import uvicorn

from services.portal.main import TITLE, portal
from shared.config import settings
from shared.logs import configure_logging
from shared.running import end_with_supervisor

cli = typer.Typer(help=f"{TITLE.zh} · {TITLE.en}", no_args_is_help=True, add_completion=False)


@cli.callback()
def main() -> None:
    """The pages people look at."""


@cli.command()
def serve() -> None:
    """Serve the pages."""
    configure_logging("portal")
    config = uvicorn.Config(
        portal(settings()),
        host=settings().host,
        port=settings().port("portal"),
        log_level="warning",
        access_log=False,  # addresses may hold what a reader searched for
        timeout_graceful_shutdown=5,
    )
    end_with_supervisor()
    uvicorn.Server(config).run()


if __name__ == "__main__":
    cli()
