"""What follow-ups refuse."""

from shared.problems import Fault, Refusal, Said


class NotResponsible(Refusal):
    """该督办单不归您办理 · This is for another post to do."""

    status, slug = 403, "not-responsible"


class OwnAnswer(Refusal):
    """反馈人和责任岗位不得自行销号或退回，请由上级或人才办办理 · Nobody closes or returns their own answer."""

    status, slug = 403, "own-answer"


class FollowUpNotOpen(Refusal):
    """督办单当前状态不能这样办理 · A follow-up in this state does not take that."""

    status, slug = 409, "follow-up-state"


class LinkUnknown(Refusal):
    """签收链接无效 · The link is none of ours."""

    status, slug = 404, "link-unknown"


class LinkOver(Refusal):
    """签收链接已过期，或岗位已换人、换地址；请登录门户签收 · The link is over, or the post is elsewhere; sign in."""

    status, slug = 410, "link-over"


class LinkUsed(Refusal):
    """该提醒已经签收或销号，无须再签 · The alert was signed for or closed already; there is nothing to do."""

    status, slug = 409, "link-used"


def not_later(pointer: str) -> Fault:
    """A pause ends on a day to come."""
    return Fault(pointer, "not_later", Said("须晚于今天", "should lie after today"))


def too_late(pointer: str, days: int) -> Fault:
    """A pause is no way to drop a matter."""
    return Fault(pointer, "too_late", Said(f"暂停不得超过{days}天", f"a pause lasts at most {days} days"))


def same_owner(pointer: str) -> Fault:
    """It is that post's already."""
    return Fault(pointer, "same_owner", Said("已由该岗位办理", "It is for that post already"))
