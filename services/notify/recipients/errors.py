"""What recipients refuse."""

from shared.problems import Fault, Refusal, Said


class RecipientExists(Refusal):
    """该岗位代码已存在 · A recipient with this code exists already."""

    status, slug = 409, "recipient-exists"


class OwnPost(Refusal):
    """不得由本人给自己设岗、任代理或上级，请由他人办理 · Nobody gives himself a post; somebody else has to."""

    status, slug = 403, "own-post"


def no_email_address(pointer: str) -> Fault:
    """The e-mail address is not one plain address."""
    return Fault(
        pointer, "address_invalid", Said("邮箱地址格式不正确", "The e-mail address does not have the right form")
    )


def no_address(pointer: str) -> Fault:
    """The channel cannot serve that address."""
    said = Said("地址格式不符合该渠道的要求", "The address does not have the form that the channel needs")
    return Fault(pointer, "address_invalid", said)


def address_repeated(pointer: str) -> Fault:
    """The post has that address already."""
    return Fault(pointer, "address_repeated", Said("地址重复", "The address stands in the list already"))


def email_contradicts(pointer: str) -> Fault:
    """`email` and the first e-mail address of `addresses` are two ways to say the same."""
    said = Said("与地址表中的第一个邮箱不一致", "It differs from the first e-mail address of the list")
    return Fault(pointer, "email_contradicts", said)


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


def narrower(pointer: str) -> Fault:
    """A post of one reporting unit does not hear of what is another's, or the city's."""
    said = Said("该岗位的范围不包括本岗位的范围", "That post may not see all that this one sees")
    return Fault(pointer, "reach_narrower", said)


def circle(pointer: str) -> Fault:
    """Whoever goes from superior to superior comes back to where they began."""
    return Fault(pointer, "superior_circle", Said("上级关系成环", "The superiors lead back to the post itself"))


def leave_reversed(pointer: str) -> Fault:
    """A leave ends before it begins, or has an end alone."""
    said = Said("休假须有开始日期，且不晚于结束日期", "A leave has a first day, which is not after its last")
    return Fault(pointer, "leave_reversed", said)


def unknown_unit(pointer: str) -> Fault:
    """The policy in force has no such reporting unit."""
    return Fault(pointer, "unit_unknown", Said("没有该代码的填报单位", "No reporting unit has this code"))


def unknown_programme(pointer: str) -> Fault:
    """The policy in force has no such programme."""
    return Fault(pointer, "programme_unknown", Said("没有该代码的人才计划", "No programme has this code"))
