"""Which acts there are: by noun, its routes, and for each verb what it is given and what it is called.

Of a field `name!` must be given, `?name` goes into the query; `name:int`, `:bool`, `:flag`, `:list` (several times) and
`:json` say what it is, anything else is text. Of `@FILE` the text is the file's. A verb with `If-Match` is refused when
the object has changed since the version that was seen (RFC 9110), and asks for `--version`.
"""

from shared.cli.acts.shapes import ANY, BUREAU, CLERK, NOTIFY, OPERATOR, QUOTA, REGISTRY, Act, Noun, Verb, credentials
from shared.problems import Said

OF_A_POST = "email deputy superior leave_from leave_to language addresses:json"
WANTED = "programmes:list units:list kinds:list min_severity channels:list digest quiet_hours:json"
OF_A_QUOTA = (
    "programme! unit kind comparison amount!:int amount_max:int tolerance_percent measure period!:json milestones:json "
    "wording_zh wording_en clause pace:json ?dry_run:flag"
)
ONE = "/{endpoint_id}"
OF_AN_ACCOUNT = "institution_id reporting_unit issuer_subject"

NOUNS: tuple[Noun, ...] = (
    Noun(
        "institution",
        Said("合作单位", "Institutions"),
        REGISTRY,
        "/v1/institutions",
        BUREAU,
        (
            Verb("list", "GET", "", Said("列出", "List them")),
            Verb("add", "POST", "name! uscc reporting_unit!", Said("新增", "Add one")),
            Verb(
                "change",
                "PATCH /{institution_id} If-Match",
                "name reporting_unit active:bool",
                Said("变更", "Change one"),
            ),
            Verb("bars", "GET /{institution_id}/bars", "", Said("列出暂停申报", "List what keeps it out")),
            Verb(
                "bar",
                "POST /{institution_id}/bars",
                "since until! reason! document_no!",
                Said("暂停申报", "Keep one from submitting"),
            ),
            Verb("lift", "POST /{institution_id}/bars/{bar_id}/lift", "reason!", Said("解除暂停", "Lift that")),
        ),
    ),
    Noun(
        "client",
        Said("合作单位的程序凭据", "Credentials of institutions' programs"),
        REGISTRY,
        "/v1/institutions/{institution_id}/clients",
        BUREAU,
        credentials("name! role!"),
    ),
    Noun(
        "account",
        Said("人员账号", "Accounts of people"),
        REGISTRY,
        "/v1/accounts",
        BUREAU,
        (
            Verb("list", "GET", "", Said("列出", "List them")),
            Verb("add", "POST", f"login! name! role! {OF_AN_ACCOUNT}", Said("新增", "Add one")),
            Verb("change", "PATCH /{account_id} If-Match", f"name role {OF_AN_ACCOUNT}", Said("变更", "Change one")),
            Verb("approve", "POST /{account_id}/approve", "", Said("核准", "Approve one")),
            Verb("suspend", "POST /{account_id}/suspend", "", Said("停用", "Suspend one")),
            Verb("reset-password", "POST /{account_id}/reset-password", "", Said("重置口令", "Give it a new password")),
            Verb(
                "reset-second-factor",
                "POST /{account_id}/second-factor/reset",
                "",
                Said("重置第二因素", "Let it set up its second factor anew"),
            ),
        ),
    ),
    Noun(
        "account-client",
        Said("人员名下的程序凭据", "Credentials of programs that belong to an account"),
        REGISTRY,
        "/v1/accounts/{account_id}/clients",
        BUREAU,
        credentials("name!"),
    ),
    Noun(
        "quota",
        Said("目标任务", "Quotas"),
        QUOTA,
        "/v1/quotas",
        BUREAU,
        (
            Verb("list", "GET", "programme unit", Said("列出", "List them")),
            Verb("show", "GET /{quota_id}", "", Said("查看", "Show one")),
            Verb("add", "POST", OF_A_QUOTA, Said("设定", "Lay one down")),
            Verb(
                "revise",
                "POST /{quota_id}/revisions",
                "amount!:int effective_on! document_no! ?dry_run:flag",
                Said("调整，两人办理", "Revise one, by two officers"),
            ),
            Verb(
                "withdraw-revision",
                "DELETE /{quota_id}/revisions/awaited",
                "",
                Said("撤回待确认的调整", "Withdraw a revision that waits"),
            ),
            Verb(
                "pace",
                "PUT /{quota_id}/pace If-Match",
                "curve expected:json green_to:int yellow_to:int smooth_below:int",
                Said("序时曲线", "Choose its pace"),
            ),
            Verb(
                "split",
                "POST /{quota_id}/allocation",
                "shares!:json effective_on document_no confirmed:flag ?dry_run:flag",
                Said("分解", "Split one among units"),
            ),
        ),
    ),
    Noun(
        "indicator",
        Said("其他指标", "Other indicators"),
        QUOTA,
        "/v1/indicators",
        BUREAU,
        (
            Verb("list", "GET", "as_of", Said("列出", "List them")),
            Verb(
                "report",
                "POST /{indicator_id}/values",
                "value! as_of! source! document_no! reported_on!",
                Said("填报数值", "Report a value"),
            ),
        ),
    ),
    Noun(
        "seat",
        Said("名额", "Places of a cap"),
        QUOTA,
        "/v1",
        BUREAU,
        (
            Verb("list", "GET /quotas/{quota_id}/seats", "", Said("列出", "List them")),
            Verb("release", "DELETE /seats/{seat_id}", "", Said("释放", "Give one back")),
        ),
    ),
    Noun(
        "calendar",
        Said("工作日历", "The calendar of working days"),
        REGISTRY,
        "/v1/calendar/{year}",
        BUREAU,
        (
            Verb("show", "GET", "", Said("查看一年", "Show a year")),
            Verb(
                "set",
                "PUT If-Match",
                "document_no! days_off!:list days_worked!:list ?dry_run:flag",
                Said("按文件设定", "Set it as decreed"),
            ),
        ),
    ),
    Noun(
        "privacy-notice",
        Said("个人信息处理告知书", "Privacy notices"),
        REGISTRY,
        "/v1/privacy-notices",
        BUREAU,
        (
            Verb("list", "GET", "", Said("列出", "List them")),
            Verb("publish", "POST", "zh! en!", Said("发布新版，须两名经办人", "Publish another, by two officers")),
        ),
    ),
    Noun(
        "post",
        Said("岗位", "Posts that receive alerts"),
        NOTIFY,
        "/v1/recipients",
        BUREAU,
        (
            Verb("list", "GET", "", Said("列出", "List them")),
            Verb("add", "POST", f"code! post_zh! post_en! login! unit duty {OF_A_POST}", Said("新增", "Add one")),
            Verb(
                "change",
                "PATCH /{code} If-Match",
                f"login {OF_A_POST}",
                Said("变更、交接", "Change one, or hand it over"),
            ),
        ),
    ),
    Noun(
        "subscription",
        Said("订阅", "Subscriptions"),
        NOTIFY,
        "/v1/subscriptions",
        BUREAU,
        (
            Verb("list", "GET", "recipient", Said("列出", "List them")),
            Verb("add", "POST", f"recipient! {WANTED}", Said("新增", "Add one")),
            Verb("change", "PATCH /{subscription_id} If-Match", WANTED, Said("变更", "Change one")),
            Verb("remove", "DELETE /{subscription_id} If-Match", "", Said("取消", "Remove one")),
            Verb("backtest", "POST /backtest", "subscription!:json since!", Said("回测", "What it would have sent")),
        ),
    ),
    Noun(
        "channel",
        Said("渠道", "Channels"),
        NOTIFY,
        "/v1/channels",
        BUREAU,
        (
            Verb("list", "GET", "", Said("列出", "List them")),
            Verb("health", "GET /{code}/health", "", Said("状况", "How one does")),
            Verb("add", "POST", "code! kind! name! settings!:json enabled:bool", Said("接入", "Connect one")),
            Verb("change", "PATCH /{code} If-Match", "name settings:json enabled:bool", Said("变更", "Change one")),
            Verb("remove", "DELETE /{code} If-Match", "", Said("移除", "Remove one")),
            Verb("test", "POST /{code}/test", "recipient!", Said("试发", "Send a test")),
        ),
    ),
    Noun(
        "endpoint",
        Said("系统回调地址", "Webhook endpoints of an institution"),
        NOTIFY,
        "/v1/webhook-endpoints",
        CLERK,
        (
            Verb("list", "GET", "", Said("列出", "List them")),
            Verb("add", "POST", "url! events:list description", Said("新增，密钥只显示一次", "Add one")),
            Verb("change", f"PATCH {ONE} If-Match", "url events:list description enabled:bool", Said("变更", "Change")),
            Verb("rotate", f"POST {ONE}/rotate", "", Said("更换密钥", "Renew its secret")),
            Verb("test", f"POST {ONE}/test", "", Said("试发", "Send a test")),
            Verb("deliveries", f"GET {ONE}/deliveries", "state", Said("投递情况", "What was sent to it")),
            Verb("replay", f"POST {ONE}/replay", "since! until", Said("补发一段时间", "Send again what was of a time")),
            Verb("remove", f"DELETE {ONE} If-Match", "", Said("移除", "Remove one")),
        ),
    ),
    Noun(
        "delivery",
        Said("投递", "Deliveries"),
        NOTIFY,
        "/v1/deliveries",
        BUREAU,
        (
            Verb("list", "GET", "alert_id recipient channel state", Said("列出", "List them")),
            Verb("resend", "POST /{delivery_id}/resend", "", Said("重发一条", "Send one again")),
            Verb(
                "resend-all",
                "POST /resend",
                "channel! state since!",
                Said("按渠道批量重发", "Send again all of a channel"),
            ),
        ),
    ),
    Noun(
        "imports",
        Said("导入任务", "Imports"),
        REGISTRY,
        "/v1/imports",
        BUREAU,
        (
            Verb("list", "GET", "", Said("列出", "List them")),
            Verb("approve", "POST /{import_id}/approve", "", Said("第二人确认", "Confirm as the second")),
            Verb("cancel", "POST /{import_id}/cancel", "", Said("取消", "Cancel one")),
            Verb("undo", "POST /{import_id}/undo", "", Said("整批撤回", "Undo one")),
        ),
    ),
    Noun(
        "letter",
        Said("滞留事件", "Dead letters"),
        ANY,
        "/v1/dead-letters",
        OPERATOR,
        (
            Verb("list", "GET", "resolved:flag", Said("列出", "List them")),
            Verb(
                "replay",
                "POST /replay",
                "id fingerprint dry_run:flag",
                Said("重放", "Replay one, or all of one reason"),
            ),
            Verb(
                "drop",
                "POST /drop",
                "id fingerprint reason!",
                Said("说明理由后放弃", "Give up one, or all of one reason"),
            ),
        ),
    ),
)
ACTS = tuple(Act(noun, verb) for noun in NOUNS for verb in noun.verbs)
