"""Refusals (RFC 9457), as an exception."""

from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field: a JSON pointer (RFC 6901), a code for programs, a sentence for people."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """The registry said no. `type` is for programs, the text for people; no submitted value is in it."""

    def __init__(self, status: int, body: dict[str, Any], retry_after: float | None = None) -> None:
        self.status = status
        self.retry_after = retry_after  # seconds
        self.type = str(body.get("type", "about:blank"))
        self.title = str(body.get("title", f"HTTP {status}"))
        self.faults = [FieldFault(each["pointer"], each["code"], each["detail"]) for each in body.get("errors", [])]
        self.body = body
        lines = [str(body.get("detail", self.title)), *(f"{each.pointer}  {each.detail}" for each in self.faults)]
        super().__init__("\n".join(lines))


def checked(answer: httpx.Response) -> httpx.Response:
    """The answer, where it is a success. Raises Problem."""
    if answer.is_success:
        return answer
    try:
        body = answer.json()
    except ValueError:
        body = {}
    after = answer.headers.get("Retry-After", "")
    raise Problem(
        answer.status_code, body if isinstance(body, dict) else {}, float(after) if after.isdecimal() else None
    )
