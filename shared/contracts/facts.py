"""What a registration counts as, as the registry told it last and as quota has it: the two must be equal."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.registration import ClassChange, RegistrationEvent, RegistrationState, Spell, SubjectKind

MOST_FACTS = 200  # registrations asked for by id at once
SIGNED_FACTS = "facts+jwt"  # the type (typ) of what the registry signs of a page
SIGNED_FOR = timedelta(hours=1)  # in which a page is handed over


class Fact(BaseModel):
    """The counting state of one registration (计数状态) at its newest told version; nothing personal."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    registration_id: UUID
    version: int = Field(description="the version that was told last; acts that count nowhere are not told")
    programme: str
    subject_ref: UUID
    subject_kind: SubjectKind
    institution_id: UUID
    reporting_unit: str
    state: RegistrationState
    counted_on: date | None
    ended_on: date | None
    classes: dict[str, str | None]
    class_changes: tuple[ClassChange, ...] = ()
    spells: tuple[Spell, ...] = ()
    yields: bool = False

    @classmethod
    def of(cls, event: RegistrationEvent) -> Self:
        """What an event tells of its registration."""
        return cls.model_validate(event)

    def counts_as(self, other: "Fact") -> bool:
        """Whether both count alike. Before it is recognised nothing counts, and its details may still be amended."""
        if self.counted_on is None and other.counted_on is None:
            return self.state == other.state
        return self._stated() == other._stated()

    def _stated(self) -> "Fact":
        """Without the classes that say nothing."""
        return self.model_copy(update={"classes": {name: value for name, value in self.classes.items() if value}})


def digest_of(facts: Sequence[Mapping[str, Any]]) -> str:
    """What is signed of a page of facts as JSON: SHA-256 (64 hex digits), of names in order."""
    written = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return sha256(written.encode()).hexdigest()


class Verdict(StrEnum):
    """How what is counted differs from what was told: 缺失, 较旧, 不同 (at the same version), 较新, 多出."""

    MISSING = "missing"
    OLDER = "older"
    DIFFERENT = "different"
    NEWER = "newer"
    SURPLUS = "surplus"


def verdict(announced: Fact | None, counted: Fact | None) -> Verdict | None:
    """How what is counted differs from what was told; None where it does not."""
    if announced is None or counted is None:
        return Verdict.SURPLUS if announced is None else Verdict.MISSING
    if announced.version != counted.version:
        return Verdict.OLDER if counted.version < announced.version else Verdict.NEWER
    return None if announced.counts_as(counted) else Verdict.DIFFERENT
