"""How the pages of channels speak, what each kind asks for, and the bodies that are sent."""

from collections.abc import Mapping
from typing import Any

from services.portal.shell.entries import FieldSpec, number, typed
from shared.problems import Said

KINDS = {
    "email": Said("邮件服务器", "Mail server"),
    "wecom": Said("企业微信群机器人", "WeCom robot"),
    "dingtalk": Said("钉钉群机器人", "DingTalk robot"),
    "feishu": Said("飞书群机器人", "Feishu robot"),
    "sms": Said("短信网关", "SMS gateway"),
    "webhook": Said("系统回调", "Webhook"),
}
TLS = {
    "starttls": Said("连接后加密（常用）", "STARTTLS, the usual one"),
    "tls": Said("全程加密", "TLS"),
    "none": Said("不加密（不推荐）", "none, which is not advised"),
}
COMMON = (
    FieldSpec(
        "code",
        Said("渠道代码", "Code"),
        Said("小写字母、数字和连字符，最多20个，不再更改", "Small letters, digits and hyphens, 20 at most"),
        required=True,
    ),
    FieldSpec("name", Said("名称", "Name"), required=True),
)
URL = FieldSpec(
    "settings.url",
    Said("地址", "Address"),
    Said(
        "从对方后台复制的完整地址；其中可能含密钥，保存后不再显示",
        "As the other side shows it; it may hold a key, and is not shown again",
    ),
    "secret",
    required=True,
)
SECRET = FieldSpec("settings.secret", Said("密钥", "Secret"), Said("保存后不再显示", "It is not shown again"), "secret")
FIELDS: Mapping[str, tuple[FieldSpec, ...]] = {
    "email": (
        FieldSpec("settings.host", Said("服务器", "Server"), required=True),
        FieldSpec("settings.port", Said("端口", "Port"), Said("不填为587", "587 where empty"), "number"),
        FieldSpec("settings.tls", Said("加密", "Encryption"), kind="select"),
        FieldSpec("settings.user", Said("用户名", "User")),
        FieldSpec(
            "settings.password", Said("口令", "Password"), Said("保存后不再显示", "It is not shown again"), "secret"
        ),
        FieldSpec("settings.sender", Said("发件人", "Sender")),
    ),
    "wecom": (URL,),
    "dingtalk": (URL, SECRET),
    "feishu": (URL, SECRET),
    "sms": (
        URL,
        SECRET,
        FieldSpec(
            "settings.ok_field",
            Said("成功字段", "Field of success"),
            Said("不填为默认字段", "The usual one where empty"),
        ),
        FieldSpec("settings.ok_value", Said("成功取值", "Value of success"), Said("不填为0", "0 where empty")),
    ),
    "webhook": (
        URL,
        FieldSpec(
            "settings.secret",
            Said("密钥", "Secret"),
            Said(
                "双方共有，格式见对方说明；保存后不再显示",
                "Both sides have it; it is not shown again",
            ),
            "secret",
            required=True,
        ),
    ),
}
SETTINGS = "settings."


def settings_of(form: Mapping[str, str], kind: str) -> dict[str, Any]:
    """The settings that were typed; what was left empty stays as it is kept."""
    values = {each.name.removeprefix(SETTINGS): typed(form, each.name) for each in FIELDS[kind]}
    given: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    return given | ({"port": number(given["port"])} if "port" in given else {})


def new_body(form: Mapping[str, str], kind: str) -> dict[str, Any]:
    """What is sent to connect a channel."""
    own = {each.name: typed(form, each.name) or "" for each in COMMON}
    return {**own, "kind": kind, "settings": settings_of(form, kind)}


def change_body(form: Mapping[str, str], kind: str) -> dict[str, Any]:
    """What is sent to change one; without any setting those that are kept stay."""
    settings = settings_of(form, kind)
    body: dict[str, Any] = {"name": typed(form, "name") or "", "enabled": bool(form.get("enabled"))}
    return body | ({"settings": settings} if settings else {})


WORDS: dict[str, Said] = {
    "title": Said("渠道", "Channels"),
    "note": Said(
        "提醒怎样送达：接入、试发、状况。密钥密封保存，不再显示。",
        "How alerts reach posts: connected, tried, and how each fares. Secrets are sealed and never shown again.",
    ),
    "channel": Said("渠道", "Channel"),
    "state": Said("状态", "State"),
    "fares": Said("状况", "How it fares"),
    "use_enabled": Said("使用中", "In use"),
    "use_disabled": Said("已停用", "Not in use"),
    "use_broken": Said("故障停用", "Broken"),
    "always_there": Said("系统自带", "always there"),
    "last_delivered": Said("最近送达 {when}", "last delivered on {when}"),
    "never_delivered": Said("还没有送达过", "nothing was delivered yet"),
    "failing": Said("自 {when} 起送不出（{code}）", "nothing gets through since {when} ({code})"),
    "waiting": Said("待发 {count}", "{count} waiting"),
    "held_back": Said("等待摘要或静默结束 {count}", "{count} held for a digest or the end of quiet hours"),
    "dead": Said("放弃 {count}", "{count} given up"),
    "no_health": Said("状况暂时查不到", "not known at present"),
    "connect": Said("接入渠道", "Connect a channel"),
    "connect_kind": Said("接入{kind}", "Connect: {kind}"),
    "connect_note": Said(
        "接入后请先试发，再在岗位中填写地址、在订阅中选用。",
        "Send a trial first, then give posts an address and choose it in subscriptions.",
    ),
    "back": Said("全部渠道", "All channels"),
    "change": Said("更改设置", "Change it"),
    "change_note": Said(
        "设置留空即不变。故障停用的渠道，保存后重新启用。",
        "Settings that are left empty stay. A broken channel is in use again once it is saved.",
    ),
    "enabled": Said("启用", "In use"),
    "save": Said("保存", "Save"),
    "broken_since": Said(
        "对方自 {when} 起拒收（{code}）。请核对地址和密钥后保存。",
        "The other side refuses since {when} ({code}). Check address and secret, then save.",
    ),
    "trial": Said("试发", "Send a trial"),
    "trial_note": Said("向一个岗位发送一条测试消息，不含任何数据。", "One message without any data, to a post."),
    "trial_post": Said("发往岗位", "To the post"),
    "trial_send": Said("发送测试消息", "Send a trial"),
    "trial_result": Said("测试消息发往{post}：", "The trial to {post}: "),
    "trial_pending": Said("等待发送，请稍后刷新。", "it waits to be sent; reload in a moment."),
    "trial_sending": Said("正在发送，请稍后刷新。", "it is being sent; reload in a moment."),
    "trial_delivered": Said("已送达。", "delivered."),
    "trial_failed": Said("未送达。", "failed."),
    "trial_skipped": Said("该岗位没有这个渠道的地址。", "this post has no address of this channel."),
    "trial_code": Said("对方答复：{code}", "the other side said: {code}"),
    "remove": Said("移除渠道", "Remove it"),
    "remove_title": Said("移除这个渠道？", "Remove this channel?"),
    "remove_note": Said(
        "移除后密钥一并删除，不能恢复；选用它的订阅改由其他渠道送达。",
        "Its secret is gone with it and cannot be brought back; who chose it hears by the other channels.",
    ),
}
