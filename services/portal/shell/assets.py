"""Style, the scripts, and the headers that keep a browser from doing what no page here needs."""

import base64
from hashlib import sha256
from pathlib import Path

from fastapi import FastAPI, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.auth import OPEN

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")
FIGURES_STYLE = (TEMPLATES / "figures.css").read_text(
    encoding="utf-8"
)  # of pages that use `charts.html`, before their own
WORK_STYLE = (TEMPLATES / "work.css").read_text(encoding="utf-8")  # lists, states and actions, before a page's own

SCRIPTS = {
    f"/assets/{path.stem}.{sha256(path.read_bytes()).hexdigest()[:16]}.js": path.read_bytes()
    for path in sorted((Path(__file__).parent / "scripts").glob("*.js"))
}  # by address: another content is another one

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
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def content_security_policy(style: str, *, scripted: bool = False) -> str:
    """Nothing comes from outside; of style only this one counts, named by its hash; of scripts only files of ours."""
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            *(("script-src 'self'", "connect-src 'self'") if scripted else ()),
            f"style-src 'sha256-{digest}'",
            "img-src data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def page_headers(style: str, *, scripted: bool = False) -> dict[str, str]:
    """The headers of a page with this style."""
    policy = content_security_policy(style, scripted=scripted)
    return SECURITY_HEADERS | {"Content-Security-Policy": policy, "Cache-Control": "no-store"}


def serve_scripts(app: FastAPI) -> None:
    """Serve the scripts; a browser keeps them, since their addresses change with them."""
    for address, content in SCRIPTS.items():
        _serve(app, address, content)


def _serve(app: FastAPI, address: str, content: bytes) -> None:
    @app.get(address, include_in_schema=False, dependencies=[OPEN])
    async def script() -> Response:
        """A script."""
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(content, media_type="text/javascript; charset=utf-8", headers=headers)


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
