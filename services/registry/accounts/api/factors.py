from uuid import UUID

from fastapi import Request, Response

from services.registry.accounts.commands import factors as commands
from services.registry.accounts.schemas import FactorRead, WantedCode
from shared.auth import Reach
from shared.bodies import Router
from shared.web import WriteDep, may

router = Router(tags=["accounts"])


@router.post(
    "/v1/accounts/{account_id}/second-factor",
    response_model=FactorRead,
    dependencies=[may(commands.set_factor, reach=Reach.OWN)],
)
async def set_factor(account_id: UUID, wanted: WantedCode, request: WriteDep) -> Response:
    """Set up one's own second factor: without a code a new secret, shown once; with one it is confirmed (绑定)."""
    item = commands.WantedFactor(account_id, wanted.code)
    return await request.run(commands.set_factor, item, _shown, again=lambda factor: _shown(factor._replace(uri=None)))


@router.post(
    "/v1/accounts/{account_id}/second-factor/reset",
    response_model=FactorRead,
    responses={202: {"model": FactorRead}},
    dependencies=[may(commands.reset_factor)],
)
async def reset_factor(account_id: UUID, request: WriteDep, http: Request) -> Response:
    """Let somebody set up another second factor: 202 to the first who asks, done by the second (重置验证器)."""

    def status(factor: commands.Factor) -> int:
        return 202 if factor.awaiting else 200

    answer = await request.run(commands.reset_factor, account_id, _shown, status)
    http.app.state.tokens.forget()
    return answer


def _shown(factor: commands.Factor) -> FactorRead:
    awaiting = "second_officer" if factor.awaiting else None
    return FactorRead(confirmed=factor.account.factor_confirmed, otpauth_uri=factor.uri, awaiting=awaiting)
