from shared.problems import Refusal


class ClientRefused(Refusal):
    """客户端编号或密钥不正确 · The client id or secret is not right."""

    status, slug = 401, "invalid-client"


class GrantNotSupported(Refusal):
    """仅支持 client_credentials 授权方式 · Only the client_credentials grant is supported."""

    status, slug = 400, "unsupported-grant-type"
