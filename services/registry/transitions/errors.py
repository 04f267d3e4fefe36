"""What the states of the workflows are called by those who work with them (状态), and what they refuse. Pure."""

from collections.abc import Mapping, Sequence

from services.registry.subjects.rules.documents import Note
from shared.actions import ACTION_NAMES
from shared.contracts.registration import RegistrationState
from shared.problems import Refusal, Said

IN_SERVICE = Note(
    "within_service",
    "info",
    Said("服务期内退出，请核查已享受的补贴", "left within the time of service; subsidies are to be reviewed"),
)


class TransitionNotAllowed(Refusal):
    """该登记当前状态不允许此操作 · The registration's state does not allow this action."""

    status, slug = 409, "transition-not-allowed"

    def __init__(self, state: str, open_actions: Sequence[str]) -> None:
        super().__init__(detail=_not_now(state, open_actions), state=state, open=open_actions)


class FourEyes(Refusal):
    """填报人不得审核自己填报的登记 · Whoever wrote a registration may not endorse it."""

    status, slug = 409, "four-eyes"


STATE_NAMES: Mapping[str, Said] = {
    RegistrationState.DRAFT: Said("草稿", "draft"),
    RegistrationState.SUBMITTED: Said("已提交", "submitted"),
    RegistrationState.ENDORSED: Said("单位审核通过", "endorsed by the employer"),
    RegistrationState.DISTRICT_PASSED: Said("县区初审通过", "passed by the district"),
    RegistrationState.CITY_PASSED: Said("市级复核通过", "passed by the city"),
    RegistrationState.PROPOSED: Said("拟认定", "proposed"),
    RegistrationState.ON_NOTICE: Said("公示中", "on public notice"),
    RegistrationState.OBJECTED: Said("异议核查", "under objection"),
    RegistrationState.RECOGNISED: Said("已认定", "recognised"),
    RegistrationState.SUSPENDED: Said("暂停", "suspended"),
    RegistrationState.RETURNED: Said("退回修改", "returned for correction"),
    RegistrationState.NOT_ACCEPTED: Said("不予受理", "not accepted"),
    RegistrationState.REJECTED: Said("不予认定", "rejected"),
    RegistrationState.WITHDRAWN: Said("撤回", "withdrawn"),
    RegistrationState.EXITED: Said("退出", "left"),
    RegistrationState.CANCELLED: Said("注销", "deregistered"),
    RegistrationState.EXPIRED: Said("期满", "expired"),
    RegistrationState.REVOKED: Said("撤销", "revoked"),
}


def _not_now(state: str, actions: Sequence[str]) -> Said:
    """Which state a registration is in, and what the caller may do with it instead."""
    here, names = STATE_NAMES[state], [ACTION_NAMES[action] for action in actions]
    return Said(
        f"该登记现为“{here.zh}”，" + (f"您可办理：{'、'.join(n.zh for n in names)}" if names else "您无可办理事项"),
        f"The registration is {here.en}; "
        + (f"you may: {', '.join(name.en for name in names)}" if names else "there is nothing for you to do"),
    )


class NotInStock(Refusal):
    """该登记不在库，无须考核核查 · The registration is not in stock; there is nothing to assess or to check."""

    status, slug = 409, "not-in-stock"
