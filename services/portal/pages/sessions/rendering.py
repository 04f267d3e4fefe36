"""Every word of the page of one's own sessions, in both languages."""

from shared.problems import Said

LABELS: dict[str, Said] = {
    "password": Said("口令", "Password"),
    "code": Said("动态验证码", "Code of the authenticator"),
}

WORDS: dict[str, Said] = {
    **{f"label_{name}": said for name, said in LABELS.items()},
    "title": Said("我的登录", "Where you are signed in"),
    "note": Said(
        "您的账号目前的各次登录。不是您本人的，请立即结束，并更改口令。",
        "The sessions of your account that go on. End what is not yours at once, and change your password.",
    ),
    "began": Said("登录时间", "Signed in"),
    "seen": Said("最近使用", "Used last"),
    "ends": Said("最迟结束", "Ends by"),
    "current": Said("本次登录", "this one"),
    "none": Said("没有登录记录", "There is no session"),
    "alone": Said("没有其他登录。", "There is no other session."),
    "end": Said("结束登录", "End sessions"),
    "which": Said("结束哪一次", "Which of them"),
    "others": Said("其他全部", "All others"),
    "began_at": Said("{when} 的登录", "that of {when}"),
    "again": Said(
        "请再填写一次口令或动态验证码；刚刚登录的，五分钟内可以不填。",
        "Show your password or a code once more; within five minutes of signing in neither is needed.",
    ),
}
