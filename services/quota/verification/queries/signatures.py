"""Whether the registry told just this: what it signed of a page of facts is read by the keys of its tokens."""

from collections.abc import Mapping
from typing import Any

import jwt

from services.quota.verification.schemas.rebuilding import NewFacts
from shared.auth import LEEWAY, KeyFor
from shared.contracts.facts import SIGNED_FACTS, digest_of
from shared.problems import Fault, Said
from shared.vault import ALGORITHM

NOT_SIGNED = Fault(
    "/signature",
    "not_signed",
    Said(
        "不是登记服务在一小时内给出的原样内容，请重新取数",
        "is not what the registry told just so within the last hour; ask it anew",
    ),
)


async def is_signed(page: NewFacts, key_for: KeyFor, issuer: str) -> bool:
    """Whether the registry signed these facts as they are, an hour ago at most; its other tokens say nothing."""
    said = await _signed_by(page.signature, key_for, issuer)
    return said.get("sha256") == digest_of([each.model_dump(mode="json") for each in page.facts])


async def _signed_by(signature: str, key_for: KeyFor, issuer: str) -> Mapping[str, Any]:
    """What the registry says by a signature of facts; nothing by what is none."""
    try:
        header = jwt.get_unverified_header(signature)
        key = await key_for(str(header.get("kid", "")))
        if key is None or header.get("typ") != SIGNED_FACTS:
            return {}
        required: dict[str, Any] = {"options": {"require": ["exp", "iat", "iss", "aud"]}, "leeway": LEEWAY}
        return dict(jwt.decode(signature, key, [ALGORITHM], audience=SIGNED_FACTS, issuer=issuer, **required))
    except jwt.PyJWTError:
        return {}
