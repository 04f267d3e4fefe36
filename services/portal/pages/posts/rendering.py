"""How the pages of posts speak, what their forms ask for, and the bodies these send."""

from collections.abc import Mapping
from typing import Any

from services.portal.pages.posts.schemas import ShownPost
from services.portal.shell.entries import FieldSpec, typed
from shared.problems import Said

DAY_HELP = Said("例如 2019-12-31；不休假的不填", "As in 2019-12-31; empty where there is no leave")
DUTIES = {
    "leader": Said("分管领导", "Leader"),
    "bureau": Said("人社局负责人", "Head at the bureau"),
    "operator": Said("运维", "Operator"),
}
LANGUAGES = {"zh": Said("中文", "Chinese"), "en": Said("英文", "English")}

NEW = (
    FieldSpec(
        "code",
        Said("岗位代码", "Code"),
        Said("小写字母、数字和连字符，不再更改", "Small letters, digits and hyphens"),
        required=True,
    ),
    FieldSpec("post_zh", Said("岗位名称（中文）", "Name in Chinese"), required=True),
    FieldSpec("post_en", Said("岗位名称（英文）", "Name in English"), required=True),
    FieldSpec("unit", Said("填报单位", "Reporting unit"), Said("不选即为全市", "None is the whole city"), "select"),
    FieldSpec(
        "duty",
        Said("岗位职责", "Duty"),
        Said(
            "决定默认订阅，可再改：领导即时；人社局另加工作日摘要邮件；运维只收系统本身的提醒",
            "It brings a subscription to begin with: leaders at once, the bureau with a digest on working days,"
            " operators of the system alone",
        ),
        "radios",
        required=True,
    ),
)
HELD = (
    FieldSpec("login", Said("任职人登录名", "Login of its holder"), required=True),
    FieldSpec(
        "addresses",
        Said("联系地址", "Addresses"),
        Said(
            "每行一个：渠道代码、空格、地址；换人而不填的，原地址即停。变更会通知原地址，新地址一天后才带签收链接",
            "One a line: code of the channel, a space, the address. With another holder the old ones end. The former"
            " ones are told of a change, and new ones have links to sign with after a day.",
        ),
        "long",
    ),
    FieldSpec("language", Said("使用语言", "Language"), kind="radios", required=True),
    FieldSpec("deputy", Said("代理岗位", "Deputy"), Said("休假期间同时收到提醒", "Hears too during a leave"), "select"),
    FieldSpec(
        "superior",
        Said("上级岗位", "Superior"),
        Said("逾期未签收时收到提醒", "Hears of what nobody signed for"),
        "select",
    ),
    FieldSpec("leave_from", Said("休假自", "On leave from"), DAY_HELP, "date"),
    FieldSpec(
        "leave_to", Said("休假至（含）", "To"), Said("不填即至另行通知", "Until further notice where empty"), "date"
    ),
)


def lines_of(post: ShownPost) -> str:
    """The addresses of a post as the form has them."""
    return "\n".join(f"{each.channel} {each.address}" for each in post.addresses)


def addresses_of(text: str | None) -> list[dict[str, str]]:
    """Addresses as notify reads them, one a line."""
    pairs = [line.strip().partition(" ") for line in (text or "").splitlines() if line.strip()]
    return [{"channel": channel, "address": address.strip()} for channel, _, address in pairs]


def as_typed(post: ShownPost) -> dict[str, str]:
    """A post as its form has it."""
    held = {each.name: getattr(post, each.name) for each in HELD if each.name != "addresses"}
    return {name: str(value or "") for name, value in held.items()} | {"addresses": lines_of(post)}


def new_body(form: Mapping[str, str]) -> dict[str, Any]:
    """What is sent for a new post; what was left empty is left out."""
    values = {each.name: typed(form, each.name) for each in (*NEW, *HELD)}
    body: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    return body | ({"addresses": addresses_of(body["addresses"])} if "addresses" in body else {})


def changes(form: Mapping[str, str], post: ShownPost) -> dict[str, Any]:
    """What is sent to hand a post over: the fields that were changed, cleared ones as null."""
    before = as_typed(post)
    body: dict[str, Any] = {}
    for name, value in before.items():
        now = typed(form, name)
        if name == "addresses":
            if addresses_of(now) != addresses_of(value):
                body[name] = addresses_of(now)
        elif (now or "") != value:
            body[name] = now
    return body


WORDS: dict[str, Said] = {
    "title": Said("岗位", "Posts"),
    "note": Said(
        "提醒发给岗位，由任职人接收；换人、休假、代理、上级在此登记。",
        "Alerts go to posts and are read by who holds them; holders, leave, deputies and superiors stand here.",
    ),
    "none": Said("还没有岗位", "There is no post yet"),
    "none_next": Said("在下方设立第一个岗位。", "Set the first one up below."),
    "post": Said("岗位", "Post"),
    "holder": Said("任职人", "Held by"),
    "deputy": Said("代理", "Deputy"),
    "superior": Said("上级", "Superior"),
    "city": Said("全市", "the whole city"),
    "on_leave": Said("休假 {start} 至 {end}", "on leave from {start} to {end}"),
    "open_end": Said("另行通知", "further notice"),
    "no_address": Said("只在收件箱", "inbox only"),
    "add": Said("设立岗位", "Set up a post"),
    "hand_over": Said("岗位交接", "Hand over"),
    "hand_over_note": Said(
        "换人后，收件箱、订阅和未办结的提醒归新任职人；原任职人的联系地址和休假随即失效，不能恢复。",
        "The inbox, subscriptions and open alerts go to the new holder; addresses and leave of the one before end and"
        " cannot be brought back.",
    ),
    "save": Said("保存", "Save"),
    "back": Said("全部岗位", "All posts"),
    "unchanged": Said("没有改动。", "Nothing was changed."),
    "now_held": Said("现任职人 {login}；联系地址 {addresses}", "Held by {login}; addresses: {addresses}"),
}
