"""Pages to print: they show what they hold and load nothing (打印页)."""

import base64
from hashlib import sha256


def content_security_policy(style: str) -> str:
    """What such a page may load: its own style, by its hash, and nothing else (W3C Content Security Policy Level 3)."""
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    rest = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return f"default-src 'none'; style-src 'sha256-{digest}'; {rest}"
