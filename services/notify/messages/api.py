"""Looking back at what a subscription would have sent, over HTTP."""

from functools import partial

from fastapi import Response

from services.notify.messages import commands, rendering
from services.notify.messages.schemas import BacktestRead, BacktestWanted
from shared.auth import Role
from shared.bodies import Router
from shared.config import settings
from shared.web import WriteDep, may

router = Router(tags=["subscriptions"])


@router.post("/v1/subscriptions/backtest", response_model=BacktestRead, dependencies=[may(commands.backtest)])
async def backtest(wanted: BacktestWanted, request: WriteDep) -> Response:
    """What a subscription would have sent since a day, to whom and how, with samples (回测); sends nothing."""
    portal = settings().url("portal")
    shown = partial(rendering.backtest_read, portal=portal, readable=request.caller.role is not Role.OPERATOR)
    return await request.run(commands.backtest, wanted, shown)
