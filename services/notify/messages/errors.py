"""What looking back refuses."""

from shared.problems import Fault, Said


def too_much(pointer: str, most: int) -> Fault:
    """So much has happened since that it is not looked back at in one request."""
    return Fault(
        pointer,
        "too_much",
        Said(f"此日以来的事项超过{most:,}项，请选较晚的日期", f"more than {most:,} events since; choose a later day"),
    )


def unknown_subscription(pointer: str) -> Fault:
    """No subscription has that id."""
    return Fault(pointer, "subscription_unknown", Said("没有该编号的订阅", "No subscription has this id"))
