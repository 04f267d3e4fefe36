"""What alerts refuse."""

from shared.problems import Fault, Refusal, Said


class AlertIsClosed(Refusal):
    """该提醒已办结，无须签收 · The alert is closed and needs no acknowledgement."""

    status, slug = 409, "alert-closed"


def unknown_alert(pointer: str) -> Fault:
    """No alert has that id."""
    return Fault(pointer, "alert_unknown", Said("没有该编号的提醒", "No alert has this id"))
