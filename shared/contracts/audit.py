"""The audit trail (审计记录) as it is read and checked: entries in a chain of hashes, and signed points of it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

BEGINNING = "0" * 64  # what the first entry follows


class AuditEntry(BaseModel):
    """One act: who, in which role, did what to which object, and what came of it. Nothing personal, no submitted text
    but the stated purpose of reading clear values.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    sequence: int = Field(description="1, 2, 3 … without a gap")
    at: datetime
    by: str = Field(description="who acted: the login of a person, or the client of an institution")
    role: str
    institution_id: UUID | None
    action: str
    object: str | None = Field(description="the id of the registration, institution, client … acted on")
    version: int | None = Field(description="the object's version after the act; its history has the rest")
    outcome: str = Field(description="done, awaiting (a second officer), replayed, or the slug of the refusal")
    purpose: str | None = Field(description="of clear values; of a change of rules the digests and what was changed")
    request: UUID | None = Field(description="X-Request-Id of the answer")
    hash: str = Field(description="SHA-256 over the hash before and this entry")

    def digest(self, before: str) -> str:
        """The hash this entry should have after another; the encoding is fixed for ever."""
        return digest_of(before, self.sequence, self.at, content_of(vars(self)))


CONTENT = ("by", "role", "institution_id", "action", "object", "version", "outcome", "purpose", "request")


def content_of(entry: Mapping[str, Any]) -> str:
    """What of an entry is the same wherever it stands, as it is hashed: made before anybody has to wait for the end."""
    values = (entry[name] for name in CONTENT)
    content = [str(each) if isinstance(each, UUID) else each for each in values]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))[1:]


def digest_of(before: str, sequence: int, at: datetime, content: str) -> str:
    """The hash of an entry after another, at its place."""
    instant = at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(f'{before}\n[{sequence},"{instant}",{content}'.encode()).hexdigest()


class Checkpoint(BaseModel):
    """Where the trail stood: the entry of that number had that hash. Signed (RFC 7515), so that nobody can alter it."""

    model_config = ConfigDict(frozen=True)

    sequence: int
    hash: str
    at: datetime
    signed: str = Field(description="a JWS by the key in /.well-known/jwks.json; it repeats the three above")


class Flaw(NamedTuple):
    """One thing wrong with a trail, at an entry: altered, missing, or another than a checkpoint saw."""

    sequence: int
    kind: str


def flaws(
    entries: Iterable[AuditEntry], points: Sequence[tuple[int, str]], after: tuple[int, str] = (0, BEGINNING)
) -> Iterator[Flaw]:
    """What is wrong with a trail, read from its first entry on; `points` are (sequence, hash) of true checkpoints.

    An altered entry is named once: those behind it are checked against the hash it carries. A stretch of the trail is
    read `after` the number and hash of the entry before it.
    """
    last, before = after
    wanted = dict(points)
    for entry in entries:
        if entry.sequence != last + 1:
            yield Flaw(last + 1, "missing")
        elif entry.hash != entry.digest(before):
            yield Flaw(entry.sequence, "altered")
        if wanted.get(entry.sequence, entry.hash) != entry.hash:
            yield Flaw(entry.sequence, "not_as_signed")
        before, last = entry.hash, entry.sequence
    beyond = max(wanted, default=0)
    if beyond > last:
        yield Flaw(last + 1, "cut")
