"""What alerts refuse."""

from shared.problems import Refusal


class AlertClosed(Refusal):
    """该提醒已办结，无须签收 · The alert is closed and needs no acknowledgement."""

    status, slug = 409, "alert-closed"
