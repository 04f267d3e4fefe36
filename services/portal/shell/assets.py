"""Style, and the headers that keep a browser from doing what no page here needs."""

import base64
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")
FIGURES_STYLE = (TEMPLATES / "figures.css").read_text(
    encoding="utf-8"
)  # of pages that use `charts.html`, before their own

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# The page of routes starts itself with a script of its own; it shows nothing that a visitor typed.
DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)


def content_security_policy(style: str) -> str:
    """Nothing runs and nothing comes from outside; of style only this one counts, named by its hash."""
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{digest}'",
            "img-src data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def page_headers(style: str) -> dict[str, str]:
    """The headers of a page with this style."""
    return SECURITY_HEADERS | {"Content-Security-Policy": content_security_policy(style), "Cache-Control": "no-store"}


class SecurityHeaders:
    """ASGI middleware: every answer carries these headers, whoever made it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in page_headers(STYLE).items():
                    headers.setdefault(name, value)  # a bulletin brings the policy of its own style
                if scope["path"] == "/docs":
                    headers["Content-Security-Policy"] = DOCS_POLICY
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)
