"""What comes of a request to a service that does not give what was wanted; each becomes a page with a next step."""

from services.portal.client.schemas import ProblemAnswer
from shared.problems import Refusal


class ServiceError(Refusal):
    """服务没有给出所需的内容 · A service did not give what was wanted."""


class ServiceDown(ServiceError):
    """服务暂时没有应答 · A service does not answer at present."""

    status, slug = 503, "unavailable"


class TokenRefused(ServiceError):
    """登录已失效 · The sign-in no longer holds."""

    status, slug = 401, "unauthenticated"


class AccessDenied(ServiceError):
    """您的角色无权办理此事 · Your role may not do this."""

    status, slug = 403, "forbidden"


class ResourceMissing(ServiceError):
    """未找到 · Not found."""

    status, slug = 404, "not-found"


class RequestRefused(ServiceError):
    """提交的内容没有被接受 · What was submitted was not accepted."""

    status, slug = 422, "invalid"

    def __init__(self, answer: ProblemAnswer) -> None:
        super().__init__()
        self.answer = answer
