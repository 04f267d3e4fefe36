"""Processes that die, stand still, or live in another hour."""

import os
import signal
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from shared.service_tables import relay_lease
from tests.faults.scene import Scene
from tests.faults.town import Town, eventually, stopped

LONGER_THAN_THE_LEASE = 17.0  # seconds; shared.relay holds its lease for 15, a reader its partitions for 6
AN_HOUR = 3600

# Everything that makes something final, by the thread in which it happens. A kill right before it loses the work and
# nothing else; a kill right after it leaves what follows undone: the answer, the mark, the position.
BOUNDARIES = [
    ("registry", "writer", "database"),
    ("registry", "relay", "publish"),
    ("registry", "relay", "database"),
    ("quota", "consume", "database"),
    ("quota", "consume", "position"),
    ("quota", "relay", "publish"),
    ("quota", "relay", "database"),
    ("notify", "consume", "database"),
    ("notify", "consume", "position"),
    ("notify", "send", "database"),
    ("notify", "relay", "publish"),
]
OFTEN = {("registry", "writer"), ("registry", "relay"), ("quota", "consume")}  # the others wait for milestones


def kill(scene: Scene) -> None:
    """kill -9 of any process: a crash, or the kernel taking back memory."""
    restart(scene.town, scene.lots.choice(scene.town.processes))


def mines(scene: Scene) -> None:
    """Some processes will die right before, and some right after, a commit to the database or the bus."""
    for number, (service, thread, boundary) in enumerate(scene.lots.sample(BOUNDARIES, 6)):
        order = f"mine {service} {thread} {boundary} {('before', 'after')[number % 2]}"
        most = 3 if (service, thread) in OFTEN else 1
        (scene.town.orders / order).write_text(str(scene.lots.randint(1, most)))
        scene.mines.append(order)


def pause(scene: Scene) -> None:
    """Whoever holds the relays' lease stands still for longer than that, and goes on as if nothing had happened.

    So does a reader of the bus, for longer than its session. Others take over where there are others.
    """
    town = scene.town
    reader = scene.lots.choice(town.running("quota", "consume"))
    before = 0

    def chosen() -> set[int]:
        nonlocal before
        holder, before = eventually(lambda: lease(town), lambda held: held[0] in pids(town))
        return {holder, town.pid(reader)}

    with stopped(chosen):
        time.sleep(LONGER_THAN_THE_LEASE)
    assert eventually(lambda: lease(town)[1], lambda fence: fence > before) > before


def wrong_clock(scene: Scene) -> None:
    """A machine comes up with its clock an hour ahead or behind, and is put right some seconds later."""
    name = scene.lots.choice([each for each in scene.town.processes if not each.endswith("2")])
    offset = scene.lots.choice([AN_HOUR, -AN_HOUR])
    order, answered = (scene.town.orders / f"{kind} {name}" for kind in ("clock", "told"))
    order.write_text(f"{faketime()}\n{offset:+d}s")
    restart(scene.town, name)
    thought = float(eventually(lambda: answered.read_text() if answered.exists() else "", bool))
    assert abs(thought - time.time() - offset) < 60
    time.sleep(3)
    order.unlink()
    answered.unlink()
    restart(scene.town, name)


def restart(town: Town, name: str) -> None:
    """End a process at once, and wait for the one that takes its place."""
    before = town.pid(name)
    assert before, f"{name} does not run"
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: town.pid(name), lambda pid: pid not in (0, before)) not in (0, before)


def lease(town: Town) -> tuple[int, int]:
    """Which process holds the lease of the registry's relays, and under which fencing number."""
    with closing(town.database("registry")) as database, database.reading() as session:
        holder, fence = session.execute(select(relay_lease.c.holder, relay_lease.c.fence)).one()
    return int(holder.split("-")[-6]), fence  # HOST-PID-UUID, and a UUID has five parts


def pids(town: Town) -> set[int]:
    """Every process there is."""
    return {town.pid(name) for name in town.processes}


def faketime() -> Path | None:
    """The library that gives a process another clock."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
