"""`talent self-check` (自检), which needs an operator's settings: it works on databases, as a backup does."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from uuid import UUID

from rich.console import Console
from sqlalchemy import select

from shared.cli.stores import stores_in_reach
from shared.config import settings
from shared.db import Database
from shared.ids import new_id
from shared.self_checks import begin
from shared.service_tables import outbox, self_check

WITHIN = 60.0  # seconds; the whole way takes less than one
LOOK_AGAIN = 0.1  # seconds

Hop = tuple[str, str]  # what it is, and what to look at where it is missing
HOPS: tuple[Hop, ...] = (
    ("登记 · begun by the registry", "registry"),
    ("上总线 · carried to the bus", "registry-relay"),
    ("目标收到 · taken in by quota", "quota-consume"),
    ("目标转出 · carried on", "quota-relay"),
    ("提醒收到 · taken in by notify", "notify-consume"),
    ("送达 · delivered", "notify-send"),
)


@stores_in_reach()
def check_the_way(out: Console, within: float = WITHIN) -> bool:
    """Begin a self-check and follow it hop by hop; whether it was delivered. Says where it stopped, if it did."""
    with ExitStack() as held:
        databases = [
            held.enter_context(closing(Database(settings().database_url(name))))
            for name in ("registry", "quota", "notify")
        ]
        check_id = new_id()
        with databases[0].writing() as session:
            begin(session, check_id)
        until, shown = time.monotonic() + within, 0
        started_at: datetime | None = None
        while shown < len(HOPS):
            passed = list(_passed(databases, check_id))
            started_at = started_at or passed[0]
            for (name, _), at in zip(HOPS[shown:], passed[shown:], strict=False):
                out.print(f"✓ {name}  {(at - started_at).total_seconds():.2f} s")
            shown = len(passed)
            if time.monotonic() > until:
                break
            time.sleep(LOOK_AGAIN)
    if shown < len(HOPS):
        name, part = HOPS[shown]
        out.print(f"✗ {name}：{within:.0f}秒内没有到达，查看 · did not happen within so many seconds, look at: {part}")
    return shown == len(HOPS)


def _passed(databases: list[Database], check_id: UUID) -> Iterator[datetime]:
    """The instants at which it passed the hops so far, in order."""
    for database in databases:
        with database.reading() as session:
            kept = session.execute(select(self_check).where(self_check.c.check_id == check_id)).first()
            carried = select(outbox.c.published_at).where(outbox.c.key == str(check_id))
            published_at = session.execute(carried).scalar()
        if kept is None:
            return
        yield kept.arrived_at
        last = kept.delivered_at if database is databases[-1] else published_at
        if last is None:
            return
        yield last
