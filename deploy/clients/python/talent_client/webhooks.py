"""Webhooks of the registry (系统回调), signed by Standard Webhooks."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

__all__ = ["WebhookVerificationError", "verified"]


def verified(body: bytes, headers: Mapping[str, str], secrets: Iterable[str]) -> dict[str, Any]:
    """The content of a webhook whose signature fits one of the secrets; give both while one replaces the other.

    Names of headers in any case. A webhook comes at least once: keep `webhook-id`, and drop what came before. Raises
    WebhookVerificationError for a signature that fits none, or a time more than five minutes off.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    refused = WebhookVerificationError("no secret was given")
    for secret in secrets:
        try:
            Webhook(secret).verify(body, lower)
        except WebhookVerificationError as error:
            refused = error
        else:
            found: dict[str, Any] = json.loads(body)
            return found
    raise refused
