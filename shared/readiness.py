"""Whether a service can do its work: database and bus answer, and a policy pack (政策包) is in force."""

import logging
from collections.abc import Callable, Sequence

from anyio.to_thread import run_sync
from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse
from sqlmodel import Session

from shared.auth import OPEN
from shared.bodies import Router
from shared.bus import Away, Bus
from shared.db import Database
from shared.db_clock import ClocksApart, refuse_apart, seconds_ahead
from shared.db_errors import describe
from shared.faults import problem_response
from shared.logs import log_once
from shared.problems import Refusal

log = logging.getLogger(__name__)

DocumentNumbers = Callable[[Session], Sequence[str]]  # of the policy documents that were applied


class NotReady(Refusal):
    """尚未就绪 · Not ready."""

    status, slug = 503, "not-ready"


class PolicyMissing(Refusal):
    """尚未应用政策包，请先执行 talent policy apply · No policy pack is in force yet: run talent policy apply first."""

    status, slug = 503, "policy-missing"


class PolicyPresence:
    """Whether a policy pack is in force here. Asks the database until one is: none is ever taken back."""

    def __init__(self, database: Database, document_numbers: DocumentNumbers) -> None:
        self._database = database
        self._document_numbers = document_numbers
        self.is_known = False

    def check(self) -> None:
        """Raises PolicyMissing while there is none."""
        if not self.is_known:
            with self._database.reading() as session:
                self.is_known = bool(self._document_numbers(session))
        if not self.is_known:
            raise PolicyMissing


async def _policy_in_force(request: Request) -> None:
    presence: PolicyPresence = request.app.state.policy
    if not presence.is_known:
        await run_sync(presence.check)


NEEDS_POLICY = Depends(_policy_in_force)  # of a route that can say nothing sensible before the first pack


def health_router(
    is_starting: Callable[[], bool], database: Database, bus: Bus, self_check: Callable[[Session], str | None]
) -> Router:
    """`/livez` and `/readyz`; the latter says which it is, `not-ready`, `clocks-apart` or `policy-missing`.

    It also says how the daily self-check gets on, and is ready whatever that says.
    """
    router = Router(tags=["health"])

    @router.get("/livez", dependencies=[OPEN])
    async def live() -> dict[str, str]:
        """Whether the process runs."""
        return {"status": "ok"}

    @router.get("/readyz", responses={503: {"description": "Not ready"}}, dependencies=[OPEN])
    def ready(request: Request) -> Response:
        """Whether it can do its work: database and clock are as they must be, a pack is in force, the bus answers."""
        try:
            database.answers()
            with database.reading() as session:
                refuse_apart(seconds_ahead(session))
                if is_starting():
                    return problem_response(request, NotReady())
                said = self_check(session)
            bus.answers()
            request.app.state.policy.check()
        except PolicyMissing as missing:
            return problem_response(request, missing)
        except ClocksApart as apart:
            log_once(log, str(apart))
            return problem_response(request, apart)
        except Exception as error:
            if not is_starting():  # else the start says so
                log_once(log, str(error) if isinstance(error, Away) else f"not ready: {describe(error)}")
            return problem_response(request, NotReady())
        return JSONResponse({"status": "ok"} | ({"self_check": said} if said else {}))

    return router
