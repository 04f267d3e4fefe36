from datetime import date

from shared.days import written_day
from shared.problems import Refusal, Said


class ClientRefused(Refusal):
    """客户端编号或密钥不正确 · The client id or secret is not right."""

    status, slug = 401, "invalid-client"

    def __init__(self) -> None:
        super().__init__(error="invalid_client")  # RFC 6749, section 5.2; the same for every reason


class AlreadyAdmitted(Refusal):
    """已有单位使用此统一社会信用代码 · An institution with this unified social credit code was admitted before."""

    status, slug = 409, "already-admitted"


class ClientExists(Refusal):
    """已有此编号的客户端 · There is such a client already."""

    status, slug = 409, "client-exists"


class GrantNotSupported(Refusal):
    """仅支持 client_credentials 授权方式 · Only the client_credentials grant is supported."""

    status, slug = 400, "unsupported-grant-type"


class InstitutionBarred(Refusal):
    """该单位被暂停申报资格 · The institution may not submit for now."""

    status, slug = 409, "institution-barred"

    def __init__(self, until: date) -> None:
        said = Said(
            f"该单位被暂停申报资格至{written_day(until)}（含当日），其后方可提交；草稿可以保存",
            f"The institution may not submit until the end of {until}; drafts can be kept",
        )
        super().__init__(detail=said, barred_until=until.isoformat())


class AlreadyLifted(Refusal):
    """该暂停已经解除 · This bar was lifted before."""

    status, slug = 409, "already-lifted"
