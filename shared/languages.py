"""In which language somebody is answered (Accept-Language)."""

from fastapi import Request

from shared.problems import Language


def language_of(request: Request) -> Language:
    """zh unless the reader prefers English (Accept-Language, RFC 9110)."""
    weights: dict[str, float] = {}
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, q = part.strip().partition(";q=")
        try:
            weights[tag.strip()[:2].lower()] = float(q or 1)
        except ValueError:
            continue
    return "en" if weights.get("en", 0) > weights.get("zh", 0) else "zh"
