"""Links by which one tap signs for an alert (签收链接): JSON Web Tokens (RFC 7519) of an alert, a post and its holder.

HS256 under a key ring of its own (`links`), named in the header, so that a rotation spoils none that was sent. Nothing
of anybody can be read in one. That it is good once is the alert's to say: what was signed for is not open any more.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import jwt

ALGORITHM = "HS256"
LASTS = timedelta(days=7)  # from when the message goes out
LONGEST = 600  # characters

KeyOf = Callable[[str], str]  # raises KeyError for a name that no key has


class SignLink(NamedTuple):
    """What a link says; `holder` marks who held the post when it was sent, and where they were reached."""

    alert_id: UUID
    recipient: str
    holder: str
    expires_at: datetime


def mark_of(login: str, address: str, alert_id: UUID) -> str:
    """What marks the holder of a post and the address of a message in the link of an alert; it says neither."""
    return sha256(f"{alert_id} {login} {address}".encode()).hexdigest()[:16]


def is_holders(link: SignLink, login: str, addresses: Iterable[str]) -> bool:
    """Whether the post is still held by whoever the link was sent to, and still reached where it went."""
    return link.holder in {mark_of(login, address, link.alert_id) for address in addresses}


def written_link(link: SignLink, key_name: str, key: str) -> str:
    """A link as a token, under the current key."""
    claims = {"alert": str(link.alert_id), "post": link.recipient, "by": link.holder}
    return jwt.encode(claims | {"exp": int(link.expires_at.timestamp())}, key, ALGORITHM, headers={"kid": key_name})


def read_link(token: str, key_of: KeyOf) -> SignLink | None:
    """What a token says, whether it has expired or not; None for one that is not wholly ours."""
    if len(token) > LONGEST:
        return None
    try:
        key = key_of(str(jwt.get_unverified_header(token).get("kid", "")))
        options = jwt.types.Options(verify_exp=False, require=["exp"])
        claims = jwt.decode(token, key, algorithms=[ALGORITHM], options=options)
        expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
        return SignLink(UUID(claims["alert"]), str(claims["post"]), str(claims["by"]), expires_at)
    except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError, OverflowError):
        return None
