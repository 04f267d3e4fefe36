"""What a message is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.problems import Language


class Purpose(StrEnum):
    """Why a message is written (用途)."""

    ALERT = "alert"
    DIGEST = "digest"
    FOLLOW_UP = "follow_up"
    TEST = "test"
    SECURITY_NOTICE = "security_notice"


@dataclass(frozen=True)
class NewMessage:
    """A message that is to be written: to one recipient, of these alerts in their order.

    It goes at once, or not before an instant; in its recipient's language, or in another.
    """

    recipient: str
    purpose: Purpose
    alerts: Sequence[UUID] = ()
    not_before: datetime | None = None
    language: Language | None = None
