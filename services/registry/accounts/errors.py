from shared.problems import Refusal, Said


class ClientRefused(Refusal):
    """客户端编号或密钥不正确 · The client id or secret is not right."""

    status, slug = 401, "invalid-client"

    def __init__(self) -> None:
        super().__init__(error="invalid_client")  # RFC 6749, section 5.2; the same for every reason


class ClientExists(Refusal):
    """已有此编号的客户端 · There is such a client already."""

    status, slug = 409, "client-exists"


class GrantNotSupported(Refusal):
    """仅支持 client_credentials 授权方式 · Only the client_credentials grant is supported."""

    status, slug = 400, "unsupported-grant-type"


class AnotherApproves(Refusal):
    """须由另一人核准 · Another person has to approve this."""

    status, slug = 409, "another-approves"

    def __init__(self) -> None:
        said = Said(
            "发放、更换密钥的人以及凭据本人均不得核准，须由另一名人才办人员核准",
            "Who issued it, changed its secret or is to use it cannot approve it; another bureau officer does",
        )
        super().__init__(detail=said)


class AlreadyApproved(Refusal):
    """已经核准 · It was approved before."""

    status, slug = 409, "already-approved"


class HadAHand(Refusal):
    """经手过该登记所用的凭据，不得办理 · You had a hand in the credential this registration was written with."""

    status, slug = 409, "had-a-hand"

    def __init__(self) -> None:
        said = Said(
            "该登记由您发放、核准或更换过密钥的凭据写入，须由另一名人员办理",
            "It was written with a credential that you issued, approved or gave a new secret; another officer decides",
        )
        super().__init__(detail=said)


class LoginExists(Refusal):
    """已有此登录名 · There is such a login already."""

    status, slug = 409, "login-exists"


class SignInRefused(Refusal):
    """登录名、口令或验证码不正确 · The login, the password or the code is not right."""

    status, slug = 401, "sign-in-refused"  # the same for every reason


class TooManyTries(Refusal):
    """尝试过于频繁，请稍后再试 · Too many attempts; try again later."""

    status, slug = 429, "too-many-tries"

    def __init__(self, most: int, seconds: int) -> None:
        super().__init__()
        wait = max(1, seconds)
        self.headers = {
            "Retry-After": str(wait),
            "RateLimit-Policy": f'"sign-in";q={most}',
            "RateLimit": f'"sign-in";r=0;t={wait}',
        }


class SignInBusy(Refusal):
    """登录人数过多，请稍后再试 · Too many are signing in at this moment; try again."""

    status, slug = 503, "sign-in-busy"
    headers = {"Retry-After": "5"}


class IssuerAway(Refusal):
    """统一身份认证暂时没有应答 · The issuer at which one signs in does not answer."""

    status, slug = 503, "issuer-away"

    def __init__(self) -> None:
        said = Said(
            "请稍后再试；有口令的账号可以在登录页用口令登录",
            "Try again later; who has a password can sign in by it",
        )
        super().__init__(detail=said)


class IssuerRefused(Refusal):
    """统一身份认证没有确认您的身份，请重新登录 · The issuer does not vouch for you; sign in once more."""

    status, slug = 401, "issuer-refused"  # the same for every reason


class NoAccountOfSubject(Refusal):
    """您在统一身份认证的身份没有可用的账号 · No account that may come is bound to who you are at the issuer."""

    status, slug = 401, "no-account-of-subject"

    def __init__(self) -> None:
        said = Said(
            "请联系人社局：账号须由一人绑定、另一人核准后才能登录",
            "Ask the bureau: one officer binds an account to you, another approves it",
        )
        super().__init__(detail=said)


class IssuerFactorNeeded(Refusal):
    """须在统一身份认证用两种方式验证身份 · Sign in at the issuer with a second factor."""

    status, slug = 403, "issuer-factor-needed"


class NewPasswordNeeded(Refusal):
    """首次登录须改用自己的口令 · A first sign-in sets a password of one's own."""

    status, slug = 403, "new-password-needed"

    def __init__(self) -> None:
        said = Said(
            "这是一次性口令：请在登录时一并填写新口令",
            "This password is good once: sign in with it and a new password beside it",
        )
        super().__init__(detail=said)


class CodeNeeded(Refusal):
    """请输入动态验证码 · The code of the second factor is needed."""

    status, slug = 403, "code-needed"


class SecondFactorNeeded(Refusal):
    """须先绑定验证器 · A second factor has to be set up first."""

    status, slug = 403, "second-factor-needed"

    def __init__(self, otpauth_uri: str) -> None:
        said = Said(
            "请用验证器扫描或录入所附地址，再连同验证码登录一次",
            "Have an authenticator read the address given here, and sign in again with a code of it",
        )
        super().__init__(detail=said, otpauth_uri=otpauth_uri)


class SessionEnded(Refusal):
    """登录已失效，请重新登录 · The session has ended; sign in again."""

    status, slug = 401, "session-ended"


class RefreshReused(SessionEnded):
    """登录已失效，请重新登录 · The session has ended; sign in again."""

    slug = "refresh-reused"
