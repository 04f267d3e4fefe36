"""Versions of a record, as If-Match names them (RFC 9110, 13.1.1)."""

import re
from dataclasses import dataclass

MOST_DIGITS = 18  # of a version; a longer number would not fit the database
TAG = re.compile(r'\s*(?:(W/)?"([^"]*)"|([0-9]+))\s*(?:,|$)')


@dataclass(frozen=True)
class Versions:
    """The versions that a caller will have changed: those it names, or whichever there is (`*`, named is None)."""

    named: frozenset[int] | None

    @classmethod
    def of(cls, header: str) -> "Versions":
        """What the header says. A weak tag, or one that is no version of ours, matches nothing."""
        if header.strip() == "*":
            return cls(None)
        tags = (bare or ("" if weak else quoted) for weak, quoted, bare in TAG.findall(header))
        return cls(frozenset(int(tag) for tag in tags if tag.isascii() and tag.isdigit() and len(tag) <= MOST_DIGITS))

    def __contains__(self, version: int) -> bool:
        """Whether a record of this version may be changed; version 0 is of one that is not there yet."""
        return version > 0 if self.named is None else version in self.named
