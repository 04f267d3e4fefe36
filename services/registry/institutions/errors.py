from shared.problems import Refusal


class ClientRefused(Refusal):
    """客户端编号或密钥不正确 · The client id or secret is not right."""

    status, slug = 401, "invalid-client"


class GrantNotSupported(Refusal):
    """仅支持 client_credentials 授权方式 · Only the client_credentials grant is supported."""

    status, slug = 400, "unsupported-grant-type"


class AlreadyAdmitted(Refusal):
    """该统一社会信用代码的单位已经接入 · An institution with this credit code is admitted already."""

    status, slug = 409, "already-admitted"
