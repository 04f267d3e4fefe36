"""What endpoints of institutions refuse."""

from shared.problems import Fault, Refusal, Said


class TooManyEndpoints(Refusal):
    """回调地址已达上限，请先删除不用的 · There are as many endpoints as may be; remove one first."""

    status, slug = 409, "too-many-endpoints"


class EndpointOff(Refusal):
    """该回调地址已停用，请先启用 · The endpoint is off; switch it on first."""

    status, slug = 409, "endpoint-off"


class InstitutionInactive(Refusal):
    """本单位已停用，不再推送；请联系人社局 · Your institution is inactive, and is sent nothing; ask the bureau."""

    status, slug = 409, "institution-inactive"


def plain_http(pointer: str) -> Fault:
    """It would go over the network in clear."""
    return Fault(pointer, "https_needed", Said("须为 https 网址", "should begin with https"))
