"""Whether a text is in the language it is for: no Chinese in English, no English in Chinese."""

import re

CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")
ENGLISH = re.compile(r"[A-Za-z_]{2,}")
# Codes, marks and proper names: placeholders, a document's number, a standard, a hash, an address, a setting.
NO_WORDS = re.compile(
    r"[\u4e00-\u9fff]*〔[0-9]{4}〕[0-9]+号|\b(?:GB|ISO)\b|SHA-256(?: [0-9a-f]{16,64})?|(?:GET|PUT) /v1/\S+"
    r"|[A-Z_]{6,}=true|\{\w*\}|R&D|PCT|GDP|API"
)


def foreign(text: str, language: str) -> list[str]:
    """The pieces of a text that are in the other language."""
    return (ENGLISH if language == "zh" else CHINESE).findall(NO_WORDS.sub(" ", text))
