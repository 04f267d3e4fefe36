"""What recipients refuse."""

from shared.problems import Fault, Refusal, Said


class RecipientExists(Refusal):
    """该岗位代码已存在 · A recipient with this code exists already."""

    status, slug = 409, "recipient-exists"


def no_address(pointer: str) -> Fault:
    """The e-mail address is not one plain address."""
    return Fault(
        pointer, "address_invalid", Said("邮箱地址格式不正确", "The e-mail address does not have the right form")
    )


def needed(pointer: str) -> Fault:
    """A post has one, always."""
    return Fault(pointer, "needed", Said("不能为空", "cannot be empty"))


def unknown_recipient(pointer: str) -> Fault:
    """No post has that code."""
    return Fault(pointer, "recipient_unknown", Said("没有该代码的岗位", "No recipient has this code"))


def own_substitute(pointer: str) -> Fault:
    """A post stands in for, or above, itself."""
    said = Said("岗位不能以自己为代理人或上级", "A post is neither its own deputy nor its own superior")
    return Fault(pointer, "own_substitute", said)


def unknown_unit(pointer: str) -> Fault:
    """The policy in force has no such reporting unit."""
    return Fault(pointer, "unit_unknown", Said("没有该代码的填报单位", "No reporting unit has this code"))
