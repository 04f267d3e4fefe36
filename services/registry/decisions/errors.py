from collections.abc import Sequence

from services.registry.decisions.words import not_now
from services.registry.people.documents import Note
from shared.problems import Refusal, Said

IN_SERVICE = Note(
    "within_service",
    "info",
    Said("服务期内退出，请核查已享受的补贴", "left within the time of service; subsidies are to be reviewed"),
)


class TransitionNotAllowed(Refusal):
    """该登记当前状态不允许此操作 · The registration's state does not allow this action."""

    status, slug = 409, "transition-not-allowed"

    def __init__(self, state: str, open_moves: Sequence[str]) -> None:
        super().__init__(detail=not_now(state, open_moves), state=state, open=open_moves)


class FourEyes(Refusal):
    """填报人不得审核自己填报的登记 · Whoever wrote a registration may not endorse it."""

    status, slug = 409, "four-eyes"
