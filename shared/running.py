"""How a service runs: `serve` with its relay and consumer as threads (one machine), or each as a process of its own."""

import gc
import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_not_exception_type,
    stop_when_event_set,
    wait_random_exponential,
)

from shared.bus import Away, Broken
from shared.bus.reaching import BadBusUrl
from shared.config import settings
from shared.consumer import Consumer
from shared.contracts.published import PUBLISHED
from shared.db_clock import ClocksApart
from shared.db_engines import BadDatabaseUrl
from shared.db_errors import describe, is_transient
from shared.event_keys import event_signer, trusted_keys
from shared.key_rings import KeysUnfit
from shared.logs import log_once
from shared.memory import tune_allocator
from shared.migrations import NewerSchema, migrate
from shared.ports import is_taken
from shared.preparing import Behind, Preparing
from shared.private_files import keep_private
from shared.relay import Relay, hourly, prune
from shared.resealing import reseal
from shared.service import Context, Service, Work
from shared.serving import end_with_supervisor, serve_http
from shared.telemetry import configure_telemetry
from shared.together import check_together, serve_together
from shared.wakeups import WakeUpCarrier

log = logging.getLogger(__name__)

IDLE = 1.0  # seconds between two looks when nothing woke us
MOST_PROCESSES = 16  # of one service on one machine; each may hold a score of connections to the database

Alone = Annotated[bool, typer.Option(help="HTTP only: relay and consumer run as processes of their own")]
Beside = Annotated[bool, typer.Option(help="a process that serves this port already and is then stopped; once ready")]

WAKE_UPS = "wake-ups"  # runs wherever a service is spread over several processes
ALONE = {
    "relay": {"relay", "prune"},
    "consume": {"consume", "replay"},
}  # what the process of a loop does beside it


def run_loop(name: str, work: Work, stop: threading.Event, wake: threading.Event | None = None) -> None:
    """Do a step again and again until told to stop; an error is logged and tried again with growing pauses.

    A client that is broken takes the whole process with it: nothing is lost by that, and a new process is sound.
    """

    def log_error(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Away | Behind | ClocksApart):
            log_once(log, str(error))
        elif error and is_transient(error):
            log_once(log, describe(error))
        else:
            log_once(log, f"{name} does not get on, tries again: {type(error).__name__}")

    def pause(seconds: float) -> None:
        stop.wait(seconds)

    while not stop.is_set():
        attempts = Retrying(
            sleep=pause,
            stop=stop_when_event_set(stop),
            wait=wait_random_exponential(multiplier=0.1, max=30),
            retry=retry_if_not_exception_type(Broken),
            before_sleep=log_error,
            retry_error_callback=lambda state: 0,
        )
        try:
            done = attempts(work)
        except Broken as broken:
            log.critical("%s ends this process: %s", name, broken)
            os._exit(os.EX_SOFTWARE)
        if done == 0:
            if wake is None:
                continue  # the step itself waits for something to do
            wake.wait(IDLE)
            wake.clear()


def _beating(work: Work, pulse: Path) -> Work:
    """The step, which tells a health check that it was done."""

    def work_and_beat() -> int:
        done = work()
        pulse.touch()
        return done

    return work_and_beat


def _consumer(service: Service, context: Context) -> Consumer:
    subscription = context.bus.subscribe(service.name, service.topics)
    trusted, wake = trusted_keys(context.settings), context.committed.send
    return Consumer(service.name, context.database, subscription, service.handlers, PUBLISHED, trusted, wake)


class Background:
    """Loops in threads: relay, consumer, pruning and the service's own workers, or those of them that are asked for."""

    def __init__(self, service: Service, context: Context, only: str | None = None) -> None:
        self._stop = threading.Event()
        self._relay: Relay | None = None
        self._consumer: Consumer | None = None
        self._carrier: WakeUpCarrier | None = None
        loops: dict[str, list[tuple[Work, threading.Event | None]]] = {}
        if only in (None, "relay"):  # no other process is given the key that events are signed with
            loops["prune"] = [(hourly(context.database, [prune, *service.hourly], self._stop), None)]
            self._relay = Relay(context.database, context.bus, event_signer(context.settings, service.name))
            loops["relay"] = [(self._relay.run_once, context.committed.event())]
        if service.handlers and only in (None, "consume"):
            self._consumer = _consumer(service, context)
            loops["consume"] = [(self._consumer.run_once, None)]
            known = service.dead_letters(context).replay_known
            loops["replay"] = [(hourly(context.database, [known], self._stop), None)]
        for name, make in service.workers.items():
            if only in (None, name):  # no other process need have the keys that it has
                wake = context.committed.event if name in service.prompt else threading.Event
                made = make(context)
                loops[name] = [(work, wake()) for work in (made if isinstance(made, Sequence) else [made])]
        if only and not context.database.is_sqlite:
            self._carrier = WakeUpCarrier(context.database, context.committed)
            loops[WAKE_UPS] = [(self._carrier.run_once, None)]
        if only in loops and (pulse := context.settings.pulse_file):
            loops[only] = [(_beating(work, pulse), wake) for work, wake in loops[only]]
        running = {WAKE_UPS, *ALONE.get(only, {only})} & loops.keys() if only else loops.keys()
        chosen = [(name, *each) for name in running for each in loops[name]]
        self._wakes = [wake for _, _, wake in chosen if wake]
        self._threads = [
            threading.Thread(target=run_loop, args=(name, work, self._stop, wake), name=name, daemon=True)
            for name, work, wake in chosen
        ]

    def start(self) -> None:
        """Start every thread."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop every thread and give the lease back."""
        self._stop.set()
        for wake in self._wakes:
            wake.set()
        if self._carrier:
            self._carrier.wake()
        for thread in self._threads:
            if thread.ident:  # none has, where the database stayed away
                thread.join(timeout=10)
        if self._carrier:
            self._carrier.close()
        if self._consumer:
            self._consumer.close()
        try:
            if self._relay:
                self._relay.release()
        except SQLAlchemyError as error:  # then the lease ends by itself
            log.error("%s", describe(error))


def _open(service: Service, part: str) -> Context:
    configure_telemetry(service.name, part)
    try:
        keep_private(settings().data_dir)
        return Context.of(service.name)
    except (KeysUnfit, BadBusUrl, Broken, Away) as unfit:
        raise SystemExit(f"{service.name}: {unfit}") from None
    except OSError as error:
        raise SystemExit(f"{service.name}: {error.filename}: {error.strerror}; see TALENT_DATA_DIR") from None
    except BadDatabaseUrl as bad:
        raise SystemExit(f"{service.name}: TALENT_{service.name.upper()}_DATABASE_URL {bad}") from None


def commands(service: Service) -> typer.Typer:
    """`python -m services.<name>`: serve, relay, consume, migrate, and one command per worker."""
    cli = typer.Typer(help=f"{service.title.zh} · {service.title.en}", no_args_is_help=True, add_completion=False)

    @cli.command()
    def serve(
        alone: Alone = False,
        processes: Annotated[
            int, typer.Option(min=1, max=MOST_PROCESSES, help="that serve one port; with --alone, on PostgreSQL")
        ] = 1,
        beside: Beside = False,
    ) -> None:
        """Serve HTTP, with relay and consumer beside it."""
        context = _open(service, "serve")
        if processes == 1:
            _serve(service, context, alone=alone, beside=beside)
            return
        check_together(alone=alone, on_sqlite=context.database.is_sqlite)
        context.close()
        serve_together(service.name, processes, beside=beside)

    @cli.command(name="migrate")
    def migrate_() -> None:
        """Bring the database to the newest schema."""
        context = _open(service, "migrate")
        try:
            migrate(service.name, context.database.engine)
        except NewerSchema as newer:
            raise SystemExit(f"{service.name}: {newer}") from None
        except SQLAlchemyError as error:
            raise SystemExit(f"{service.name}: {describe(error)}") from None
        finally:
            context.close()

    cli.command(name="reseal")(_resealing(service))

    for loop in ("relay", *(["consume"] if service.handlers else []), *service.workers):
        cli.command(name=loop, help=f"Run the {loop} loop alone, until told to stop.")(_alone(service, loop))
    return cli


def _serve(service: Service, context: Context, *, alone: bool, beside: bool) -> None:
    background = Background(service, context, only=WAKE_UPS if alone else None)
    preparing = Preparing(service, context, background.start)
    start = threading.Thread(target=run_loop, args=("start", preparing.run_once, preparing.done), daemon=True)
    start.start()
    end_with_supervisor()
    if beside and is_taken(context.settings.host, context.settings.port(service.name)):
        preparing.done.wait()  # who serves there is fit: nobody is to get another answer from us
    try:
        serve_http(service.name, service.app(context), context.stopping, beside=beside)
    finally:
        preparing.done.set()
        start.join(timeout=10)
        background.close()
        context.close()


def _resealing(service: Service) -> Callable[[], None]:
    def reseal_() -> None:
        """Seal with the current key what older keys sealed (重新加密), while the service goes on."""
        context = _open(service, "reseal")
        try:
            for column, count in reseal(context.database, context.vault, service.sealed):
                typer.echo(f"{column}  {count}")
        except SQLAlchemyError as error:
            raise SystemExit(f"{service.name}: {describe(error)}") from None
        finally:
            context.close()

    return reseal_


def _alone(service: Service, loop: str) -> Callable[[], None]:
    def run_loop() -> None:
        context = _open(service, loop)
        if loop in service.sealing:
            context.vault.check()
        background = Background(service, context, only=loop)
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        background.start()
        while not stopping.wait(IDLE):  # a signal that comes just before a wait is heard after it
            continue
        background.close()
        context.close()

    return run_loop


def run(service: Service, **own: Callable[..., None]) -> None:
    """Hand the command line to a service, with commands of its own by their names."""
    gc.freeze()  # what is imported stays: nobody need look through it for garbage
    tune_allocator()
    cli = commands(service)
    for name, command in own.items():
        cli.command(name=name)(command)
    try:
        cli()
    except KeysUnfit as unfit:
        raise SystemExit(f"{service.name}: {unfit}") from None
