from shared.problems import Refusal


class HasEnded(Refusal):
    """该单位已因合并或分立注销 · This organisation has ended by a merger or a split already."""

    status, slug = 409, "organisation-ended"


class AlreadyUndone(Refusal):
    """该合并或分立记录已撤销 · This reorganisation was taken back already."""

    status, slug = 409, "already-undone"


class ActedOnSince(Refusal):
    """此后承继单位又已注销，或有关登记已变动 · Since then the heir ended or a title changed; undo that first."""

    status, slug = 409, "acted-on-since"
