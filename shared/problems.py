"""Problem details (RFC 9457) in zh-CN and English; no answer ever repeats what was submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

Language = Literal["zh", "en"]

MOST_FAULTS = 100  # told in one answer


class Said(NamedTuple):
    """One sentence in both languages of the product."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """The sentence in the reader's language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field: where (a JSON pointer, RFC 6901), a code for machines and a sentence for people."""

    pointer: str
    code: str
    said: Said

    def at(self, prefix: str) -> "Fault":
        """The same fault, seen from the body that contains this one."""
        return Fault(prefix + self.pointer, self.code, self.said)


class Refusal(Exception):
    """未予办理 · Not granted."""

    status: ClassVar[int] = 409
    slug: ClassVar[str] = "refused"
    headers: Mapping[str, str] = {}
    recorded = False  # whether the audit trail has it

    def __init__(self, *faults: Fault, detail: Said | None = None, **extra: Any) -> None:
        super().__init__(self.slug)
        self.faults: Sequence[Fault] = faults
        self.detail = detail
        self.extra = extra

    @classmethod
    def title(cls) -> Said:
        """The class's docstring, which is its sentence in both languages."""
        zh, _, en = (cls.__doc__ or "").partition(" · ")
        return Said(zh.strip(), (en or zh).strip())

    def problem(self, language: Language, instance: str | None = None) -> dict[str, Any]:
        """The body of the answer: type, title, status, detail, instance, errors, and what else the refusal tells."""
        title = self.title().in_(language)
        body: dict[str, Any] = {
            "type": f"/problems/{self.slug}",
            "title": title,
            "status": self.status,
            "detail": self.detail.in_(language) if self.detail else title,
        }
        if instance:
            body["instance"] = instance
        if self.faults:
            body["errors"] = [
                {"pointer": fault.pointer, "code": fault.code, "detail": fault.said.in_(language)}
                for fault in self.faults[:MOST_FAULTS]
            ]
        return body | self.extra


class InvalidBody(Refusal):
    """提交的内容有误 · The submitted content is not valid."""

    status, slug = 422, "invalid"


class Unauthenticated(Refusal):
    """请先取得有效令牌 · A valid token is needed."""

    status, slug = 401, "unauthenticated"


class Forbidden(Refusal):
    """您的角色无权办理此事 · Your role may not do this."""

    status, slug = 403, "forbidden"


class PersonNeeded(Refusal):
    """须由本人账号的凭据办理 · This takes a client that belongs to a person."""

    status, slug = 403, "person-needed"

    def __init__(self) -> None:
        super().__init__(
            detail=Said(
                "此凭据不属于任何人员账号，只能读取；请使用所属人员的凭据",
                "This client belongs to no person and may only read; use one of a person's account",
            )
        )


class NotFound(Refusal):
    """未找到 · Not found."""

    status, slug = 404, "not-found"


class PreconditionFailed(Refusal):
    """该记录已被他人更改，请重新读取后再试 · The record has changed since it was read; read it again."""

    status, slug = 412, "precondition-failed"


class PreconditionRequired(Refusal):
    """请在 If-Match 中给出所读到的版本 · Name the version you read in If-Match."""

    status, slug = 428, "precondition-required"


class TooManyRequests(Refusal):
    """办理过于频繁，请稍后再试 · Too many requests; please try again later."""

    status, slug = 429, "too-many-requests"

    def __init__(self, limit: str, most: int, seconds: int, wait: int) -> None:
        """So many are allowed in so many seconds, the next one after `wait` (draft-ietf-httpapi-ratelimit-headers)."""
        super().__init__()
        self.headers = {
            "Retry-After": str(wait),
            "RateLimit-Policy": f'"{limit}";q={most};w={seconds}',
            "RateLimit": f'"{limit}";r=0;t={wait}',
        }


class Unavailable(Refusal):
    """暂时无法办理，请稍后再试 · Not available at this moment; please try again."""

    status, slug = 503, "unavailable"


class Unexpected(Refusal):
    """出现意外错误，未作任何改动 · Something unexpected happened; nothing was changed."""

    status, slug = 500, "unexpected"
