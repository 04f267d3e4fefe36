"""Cursors: a place in a list, sealed to that list and its filters, so that none can be made by hand or carried over."""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from shared.problems import Fault, InvalidBody, Said
from shared.vault import Vault

SEAL = 16  # hex digits of the keyed fingerprint before the place; a guess finds one of 2**64
NOT_FILTERS = ("cursor", "limit")


@dataclass(frozen=True)
class ListCursors:
    """Writes and reads the cursors of one list: its path, and the filters it was narrowed by."""

    vault: Vault
    listed: str

    @classmethod
    def of(cls, request: Request) -> "ListCursors":
        """Those of the list that a request is for; the order of its parameters does not matter."""
        filters = sorted(each for each in request.query_params.multi_items() if each[0] not in NOT_FILTERS)
        return cls(request.app.state.context.vault, f"{request.url.path}?{urlencode(filters)}")

    def write(self, place: list[Any]) -> str:
        """An opaque cursor for a place in this list."""
        text = json.dumps(place, default=str)
        return base64.urlsafe_b64encode((self._seal(text) + text).encode()).decode().rstrip("=")

    def read(self, cursor: str) -> list[Any]:
        """The place that a cursor of this list holds. Raises InvalidBody for any other."""
        try:
            held = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
            if not hmac.compare_digest(held[:SEAL].encode(), self._seal(held[SEAL:]).encode()):
                raise ValueError
        except (ValueError, binascii.Error):
            raise cursor_unknown() from None
        place: list[Any] = json.loads(held[SEAL:])
        return place

    def _seal(self, text: str) -> str:
        return self.vault.fingerprint("cursor", self.listed, text)[:SEAL]


def cursor_unknown() -> InvalidBody:
    """The refusal of a cursor that no page of this list gave."""
    said = Said(
        "请使用上一页答复中的 next，筛选条件保持不变", "Use `next` from the page before, with the same filters as there"
    )
    return InvalidBody(Fault("/cursor", "cursor_unknown", said))
