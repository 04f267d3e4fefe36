"""What deliveries refuse."""

from shared.problems import Fault, Refusal, Said


class UnderWay(Refusal):
    """正在投递，请稍后再试 · The delivery is under way; please try again later."""

    status, slug = 409, "delivery-under-way"


class NothingToSend(Refusal):
    """收件箱即时送达，无须重发 · The inbox holds the alert already; there is nothing to send."""

    status, slug = 409, "nothing-to-send"


def too_many_events(pointer: str, most: int) -> Fault:
    """More happened than one request sends again."""
    said = Said(
        f"该时段的事件超过{most}件，请缩短时段分次补发", f"more than {most} events in that time; send them in parts"
    )
    return Fault(pointer, "too_many_events", said)


def without_address(pointer: str) -> Fault:
    """The post cannot be reached by that channel."""
    return Fault(
        pointer, "address_missing", Said("该岗位未登记此渠道的地址", "The recipient has no address for this channel")
    )
