"""Cookies (浏览器小票): what a browser keeps for this host alone, and no script reads.

Over TLS their names say so, `__Host-` (RFC 6265bis, 4.1.3.2): a browser takes such a cookie from this very host, by TLS
and for all of it, so that nobody on a neighbouring host of the same domain slips one in. Without TLS, as in a demo, it
would take none of that name.
"""

from fastapi import Request, Response


def kept(request: Request, name: str) -> str:
    """What the browser keeps under a name; empty where that is nothing."""
    return request.cookies.get(_called(request, name), "")


def keep(request: Request, response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Have the browser keep a value, for so many seconds or until it is closed."""
    response.set_cookie(
        _called(request, name), value, seconds, httponly=True, samesite="lax", secure=_over_tls(request)
    )


def drop(request: Request, response: Response, name: str) -> None:
    """Have the browser keep it no longer."""
    response.delete_cookie(_called(request, name), httponly=True, samesite="lax", secure=_over_tls(request))


def _called(request: Request, name: str) -> str:
    return f"__Host-{name}" if _over_tls(request) else name


def _over_tls(request: Request) -> bool:
    return request.url.scheme == "https"
