"""The words that pages of several groups have, and those of the pages that say what went wrong, in both languages."""

from services.portal.shell.figure_words import FIGURE_WORDS
from shared.problems import Said

WORDS: dict[str, Said] = {
    "skip": Said("跳到主要内容", "Skip to the main content"),
    "product": Said("人才计划登记系统", "Talent programme registry"),
    "times": Said("时间均为北京时间。", "All times are Beijing time (UTC+8)."),
    "navigation": Said("导航", "Navigation"),
    "beside": Said("同类页面", "Related pages"),
    "language": Said("语言", "Language"),
    "search": Said("查找", "Search"),
    "search_hint": Said("计划、单位、登记编号、文号", "Programme, unit, record, document"),
    "home": Said("回到首页", "Back to the first page"),
    "as_of_line": Said("数据截至 {day} 24:00", "Data as of the end of {day}"),
    "quota_down_next": Said(
        "目标服务没有应答。数据没有丢失，请稍后刷新本页。",
        "The quota service does not answer. No data is lost; please reload this page in a while.",
    ),
    "colon": Said("：", ": "),
    "comma": Said("，", ", "),
    "listed": Said("、", ", "),
    "form_errors": Said("有内容需要改正", "There is a problem"),
    "not_signed_in": Said("请先登录", "Please sign in"),
    "not_signed_in_next": Said(
        "这里的页面只供登录后查看；没有账号的，请联系人社局。系统管理员开启公开页面（TALENT_PUBLIC_PAGE=true）后，查看总览无需登录。",
        "These pages are for people who have signed in; who has no account asks the bureau. No sign-in is needed for"
        " the overview once the operator has switched on the public page (TALENT_PUBLIC_PAGE=true).",
    ),
    "sign_in": Said("登录", "Sign in"),
    "form_waits": Said(
        "登录已过期。您刚才填写的内容已经保留，尚未提交：请用同一账号登录，即可接着办理。",
        "Your sign-in has ended. What you typed is kept and was not sent: sign in as the same person to go on with it.",
    ),
    "changed_what": Said("项目", "What"),
    "changed_before": Said("现行", "In force"),
    "changed_after": Said("拟改为", "Proposed"),
    "changed_none": Said("（无）", "(none)"),
    "effects_head": Said("影响预告", "What it changes"),
    "effects_none": Said("除上述内容外，没有其他影响。", "It changes nothing else."),
    "back_to_form": Said("返回修改", "Go back and change it"),
    "look_again": Said(
        "您填写期间，其他人已经作了修改。以下“现行”是最新内容，您填写的内容仍在表中，请核对后再提交。",
        "Somebody changed this while you were filling it in. What is in force now is shown below, and what you typed is"
        " still in the form; please compare the two before you send it again.",
    ),
    "optional": Said("选填", "optional"),
    "not_chosen": Said("请选择", "Please choose"),
    "sign_out": Said("退出", "Sign out"),
    "signed_in_as": Said("您已登录：{login}", "You are signed in as {login}"),
    "own_sessions": Said("我的登录", "Where you are signed in"),
    "sign_in_login": Said("登录名", "Login"),
    "sign_in_password": Said("口令", "Password"),
    "sign_in_code": Said("动态验证码（已绑定验证器的）", "Code, where you have an authenticator"),
    "sign_in_new_password": Said("新口令", "New password"),
    "sign_in_at": Said("用{name}登录", "Sign in with {name}"),
    "or_by_password": Said("或者用口令登录", "Or sign in by a password"),
    "issuer_not_done": Said(
        "在{name}的登录没有完成，请重试；有口令的账号可以用口令登录。",
        "Signing in with {name} was not completed. Please try again; who has a password can sign in by it.",
    ),
    "set_up_factor": Said(
        "请在验证器中录入以下地址，再填写口令和它显示的验证码登录。此地址只显示一次，请勿告诉他人。",
        "Enter this address into an authenticator, then sign in with your password and the code it shows. It is shown"
        " once; tell it to nobody.",
    ),
    "tap_title": Said("签收提醒", "Sign for an alert"),
    "tap_post": Said("收件岗位：{post}；{when} 发出", "For the post {post}, raised on {when}"),
    "tap_sign": Said("签收", "Sign for it"),
    "tap_until": Said("本链接 {when} 前有效，只签一次。", "This link is good until {when}, and once."),
    "tap_signed": Said("已签收。需要反馈的，请登录门户办理。", "It is signed for. Sign in to the portal to answer it."),
    "tap_before": Said(
        "这条提醒已经签收或销号，无须再签。", "It was signed for or closed already; nothing is left to do."
    ),
    "tap_refused": Said("没有签收", "It was not signed for"),
    "tap_portal": Said("到门户查看", "See it in the portal"),
    "not_allowed": Said("您不能打开这个页面", "You may not open this page"),
    "not_allowed_next": Said(
        "您的角色没有这项权限。如果工作需要，请联系人社局。",
        "Your role does not have this right. If your work needs it, please ask the bureau.",
    ),
    "not_found": Said("没有这个页面", "There is no such page"),
    "not_found_next": Said("请检查地址，或回到首页。", "Please check the address, or go back to the first page."),
    "not_accepted": Said("内容没有被接受", "This was not accepted"),
    "not_accepted_next": Said(
        "请返回上一页，检查所填内容或地址后再试。",
        "Please go back, check what you entered or the address, and try again.",
    ),
    "form_untrusted": Said("表单没有提交", "The form was not sent"),
    "form_untrusted_next": Said(
        "页面打开太久，或不是由本站打开。请返回上一页，刷新后再提交；没有任何内容被改动。",
        "The page was open for too long, or was not opened here. Please go back, reload it and send it again;"
        " nothing was changed.",
    ),
    "too_slow": Said("内容没有及时收全", "This did not arrive in time"),
    "too_slow_next": Said(
        "网络可能较慢。请返回上一页再次提交；没有任何内容被改动。",
        "The network may be slow. Please go back and send it again; nothing was changed.",
    ),
    "too_large": Said("内容过大，没有提交", "This is too large and was not sent"),
    "too_large_next": Said(
        "请返回上一页，减少内容后分次提交；没有任何内容被改动。",
        "Please go back and send it in smaller parts; nothing was changed.",
    ),
    "down": Said("页面暂时无法显示", "The page cannot be shown at present"),
    "down_next": Said(
        "所需的服务没有应答。数据没有丢失，请稍后再试。",
        "A service that it needs does not answer. No data is lost; please try again in a while.",
    ),
    "broken": Said("页面暂时无法显示", "The page cannot be shown at present"),
    "broken_next": Said("请稍后再试。", "Please try again in a while."),
} | FIGURE_WORDS
