"""Forms are taken only from our own pages (防跨站请求伪造).

A form carries a token made from the session of the browser it was shown to. Another site can neither read the token nor
make it, since it cannot read the cookie. The token does not lead back to the session: a page that leaks gives nothing
away.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256

from fastapi import Request

from services.portal.shell.session import Session
from shared.bodies import LARGEST_BODY, receive_body
from shared.problems import Refusal

FIELD = "csrf_token"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class FormUntrusted(Refusal):
    """表单没有被接受，它不是由本页发出的 · The form was not accepted: it does not come from this page."""

    status, slug = 403, "form-untrusted"


def form_token(session: Session) -> str:
    """What a form of this session carries."""
    return hmac.new(session.need().encode(), b"form", sha256).hexdigest()


async def trusted_form(request: Request, session: Session) -> Mapping[str, str]:
    """The fields of the form that was sent, files apart; nothing where a request only reads.

    Raises FormUntrusted, and TooLarge or TooSlow as every body does.
    """
    if request.method in SAFE_METHODS:
        return {}
    refuse_other_sites(request)
    await receive_body(request, LARGEST_BODY)
    sent = await request.form()
    form = {name: value for name, value in sent.items() if isinstance(value, str)}
    refuse_untrusted(form, session)
    return form


def refuse_other_sites(request: Request) -> None:
    """Raise FormUntrusted for what the browser itself says another site sends."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise FormUntrusted


def refuse_untrusted(form: Mapping[str, str], session: Session) -> None:
    """Raise FormUntrusted for fields without the token of this session."""
    if not hmac.compare_digest(form.get(FIELD, "").encode(), form_token(session).encode()):
        raise FormUntrusted
