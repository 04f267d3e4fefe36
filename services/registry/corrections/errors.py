from shared.problems import Refusal


class AlreadyDecided(Refusal):
    """该疑似重复已有结论，如需改判请先撤销结论 · This case is decided; undo the decision first."""

    status, slug = 409, "already-decided"


class NotDecided(Refusal):
    """该疑似重复尚无结论 · This case is not decided yet."""

    status, slug = 409, "not-decided"


class Contradicts(Refusal):
    """与另一结论矛盾，请先撤销那一结论 · This contradicts another decision; undo that one first."""

    status, slug = 409, "contradicts-a-decision"


class HasEnded(Refusal):
    """该单位已因合并或分立注销 · This organisation has ended by a merger or a split already."""

    status, slug = 409, "organisation-ended"


class AlreadyUndone(Refusal):
    """该合并或分立记录已撤销 · This reorganisation was taken back already."""

    status, slug = 409, "already-undone"


class ActedOnSince(Refusal):
    """此后承继单位又已注销，或有关登记已变动 · Since then the heir ended or a title changed; undo that first."""

    status, slug = 409, "acted-on-since"


class AlreadyErased(Refusal):
    """该人员的个人信息已删除 · This person's data was erased."""

    status, slug = 409, "already-erased"


class AlreadyAnswered(Refusal):
    """该请求已有答复 · This request was answered already."""

    status, slug = 409, "already-answered"


class NotGranted(Refusal):
    """该请求不是已同意的查阅或复制请求 · This is no request for access or a copy that was granted."""

    status, slug = 409, "not-granted"


class MatterOpen(Refusal):
    """该人员尚有事项未办结，不能删除；可先限制处理 · Something of this person is still open: restrict it instead."""

    status, slug = 409, "matter-open"
