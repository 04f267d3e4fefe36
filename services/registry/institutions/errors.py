from shared.problems import Refusal


class ClientRefused(Refusal):
    """客户端编号或密钥不正确 · The client id or secret is not right."""

    status, slug = 401, "invalid-client"

    def __init__(self) -> None:
        super().__init__(error="invalid_client")  # RFC 6749, section 5.2; the same for every reason


class AlreadyAdmitted(Refusal):
    """已有单位使用此统一社会信用代码 · An institution with this unified social credit code was admitted before."""

    status, slug = 409, "already-admitted"


class GrantNotSupported(Refusal):
    """仅支持 client_credentials 授权方式 · Only the client_credentials grant is supported."""

    status, slug = 400, "unsupported-grant-type"
