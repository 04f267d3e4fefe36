"""What connections refuse."""

from collections.abc import Collection

from shared.problems import Fault, Refusal, Said


class ChannelExists(Refusal):
    """该渠道代码已存在 · A channel with this code exists already."""

    status, slug = 409, "channel-exists"


class ChannelBuiltIn(Refusal):
    """此渠道为系统自带，不能更改或删除 · This channel is always there; it can be neither changed nor removed."""

    status, slug = 409, "channel-built-in"


def unknown_channel(pointer: str, known: Collection[str]) -> Fault:
    """No channel has that code; these have one."""
    said = Said(f"请从下列各项中选择：{'、'.join(known)}", f"choose one of: {', '.join(known)}")
    return Fault(pointer, "channel_unknown", said)


def secret_needed(pointer: str) -> Fault:
    """A secret that is kept is not sent to another address unless whoever changes it knows it."""
    zh = "发送地址或连接方式有变，请重新填写此项密钥"
    return Fault(pointer, "secret_needed", Said(zh, "state this secret again, because where the channel leads changes"))
