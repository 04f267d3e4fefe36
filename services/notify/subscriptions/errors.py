"""What subscriptions refuse."""

from shared.problems import Fault, Said


def not_null(pointer: str) -> Fault:
    """This field has no meaning without a value."""
    return Fault(pointer, "null_not_allowed", Said("不能为空", "may not be null"))
