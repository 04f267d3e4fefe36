"""Tables of posts, their addresses, and the names their alerts are written with."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from services.notify.recipients.rules import PostDuty
from services.notify.tables import NotifyTable, one_of
from shared.columns import classes
from shared.db import Instant


class AlertRecipient(NotifyTable, table=True):
    """A post (岗位); whoever holds it reads its inbox through `login`, the client id in their token.

    Once it was handed over, a policy pack no longer says who holds it. Its holder is on leave (休假) from `leave_from`
    to `leave_to`, both included, null for no end yet. With `institution_id` it is that institution's own (单位收件箱):
    nobody holds it, and its clerks and reviewers read it.
    """

    __tablename__ = "recipients"
    __table_args__ = (
        CheckConstraint("language IN ('zh', 'en')", "language"),
        one_of("duty", PostDuty),
        CheckConstraint("deputy <> code AND superior <> code", "others"),
        CheckConstraint("leave_to >= leave_from", "leave"),
    )

    __classes__ = classes(
        personal="code login deputy superior leave_from leave_to",
        internal="post_zh post_en unit duty institution_id language version handed_over_at created_at",
    )

    code: str = Field(primary_key=True, max_length=60)
    post_zh: str = Field(max_length=100)
    post_en: str = Field(max_length=100)
    login: str = Field(max_length=100, index=True)
    unit: str | None = Field(default=None, max_length=60)
    duty: str = Field(  # a version before writes posts without it
        default=PostDuty.LEADER, max_length=20, sa_column_kwargs={"server_default": PostDuty.LEADER}
    )
    institution_id: UUID | None = Field(default=None, unique=True)
    language: str = Field(default="zh", max_length=2)
    deputy: str | None = Field(default=None, max_length=60, foreign_key="recipients.code")
    superior: str | None = Field(default=None, max_length=60, foreign_key="recipients.code")
    leave_from: date | None = None
    leave_to: date | None = None
    version: int = 1
    handed_over_at: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)


class RecipientAddress(NotifyTable, table=True):
    """Where a post is reached by a channel (联系地址); `number` counts its addresses of that channel from 1 on.

    A delivery goes to the number-th address, whatever it is by the time it goes. `since` is when one person alone named
    it for who holds the post; null where it was so from the first policy pack on, or before that was kept.
    """

    __tablename__ = "addresses"

    __classes__ = classes(
        personal="recipient address",
        internal="channel number since",
    )

    recipient: str = Field(primary_key=True, max_length=60, foreign_key="recipients.code")
    channel: str = Field(primary_key=True, max_length=20)
    number: int = Field(primary_key=True)
    address: str = Field(max_length=500)
    since: datetime | None = Field(default=None, sa_type=Instant)


class Name(NotifyTable, table=True):
    """What a programme, a reporting unit or a quota's measure is called, from the policy pack."""

    __tablename__ = "names"

    __classes__ = classes(
        public="kind code zh en",
    )

    kind: str = Field(primary_key=True, max_length=20)
    code: str = Field(primary_key=True, max_length=60)
    zh: str = Field(max_length=200)
    en: str = Field(max_length=200)
