from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column
from sqlmodel import Field

from services.registry.tables import RegistryTable
from shared.columns import classes
from shared.db import Instant
from shared.ids import new_id

# Institutions' roles act for one of them, a district's for its unit, all others for neither.
_INSTITUTION = "(role LIKE 'institution%') = (institution_id IS NOT NULL)"
_UNIT = "(role = 'district_officer') = (reporting_unit IS NOT NULL)"


class AccountState(StrEnum):
    """How an account stands: issued by one person, approved by another, suspended."""

    ISSUED = "issued"
    APPROVED = "approved"
    SUSPENDED = "suspended"


class Account(RegistryTable, table=True):
    """A person (人员账号). The name is sealed; an account made of a client that was there before has none.

    A password that is new was given by others, and is good for one sign-in, which sets another. `reset_by` is who asked
    for a new one, until a second officer does. The secret of a second factor is sealed, and no factor before a code of
    it was shown; `factor_used_at` is the half minute of the last one, which is good no more.

    Whoever signs in at an `issuer` (统一身份认证) is known to it by a subject, which is never another's; it is sealed,
    and found by a blind index of both, in `subject_index` or `subject_index_b` as a document is by its number.
    """

    __table_args__ = (
        CheckConstraint(_INSTITUTION, name="institution_of_role"),
        CheckConstraint(_UNIT, name="unit_of_role"),
    )

    __classes__ = classes(
        sensitive="sealed_name password_hash sealed_factor subject_index subject_index_b sealed_subject",
        personal=(
            "id login role institution_id reporting_unit state issued_by approved_by password_is_new reset_by "
            "factor_confirmed factor_used_at factor_reset_by created_at"
        ),
        internal="demo version issuer",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    login: str = Field(max_length=60, unique=True)
    sealed_name: bytes | None = None
    role: str = Field(max_length=30)
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id", index=True)
    reporting_unit: str | None = Field(default=None, max_length=60)
    state: str = Field(max_length=20)
    issued_by: str = Field(max_length=60)
    approved_by: str | None = Field(default=None, max_length=60)
    demo: bool = False
    password_hash: str | None = Field(default=None, max_length=200)
    password_is_new: bool = False
    reset_by: str | None = Field(default=None, max_length=60)
    sealed_factor: bytes | None = None
    factor_confirmed: bool = False
    factor_used_at: int | None = None
    factor_reset_by: str | None = Field(default=None, max_length=60)
    issuer: str | None = Field(default=None, max_length=500)
    subject_index: str | None = Field(default=None, max_length=64, index=True, unique=True)
    subject_index_b: str | None = Field(default=None, max_length=64, index=True, unique=True)
    sealed_subject: bytes | None = None
    version: int = 1
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Client(RegistryTable, table=True):
    """A credential: one system that asks for tokens, an institution's or a person's.

    Only keyed hashes of its secrets are stored. Until `approved_at` it gets no token.
    """

    __table_args__ = (
        CheckConstraint(_INSTITUTION, name="institution_of_role"),
        CheckConstraint(_UNIT, name="unit_of_role"),
    )

    __classes__ = classes(
        sensitive="secret_hash previous_hash",
        personal="account_id",
        internal=(
            "client_id name role institution_id reporting_unit previous_until demo created_at approved_at revoked_at"
        ),
    )

    client_id: str = Field(primary_key=True, max_length=60)
    name: str = Field(max_length=200)
    role: str = Field(max_length=30)
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id", index=True)
    reporting_unit: str | None = Field(default=None, max_length=60)
    account_id: UUID | None = Field(default=None, foreign_key="account.id", index=True)
    secret_hash: str = Field(max_length=64)
    previous_hash: str | None = Field(default=None, max_length=64)
    previous_until: datetime | None = Field(default=None, sa_column=Column(Instant))
    demo: bool = False
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    approved_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class CredentialHand(RegistryTable, table=True):
    """Somebody had a hand in a credential (经手): issued it, approved it, or gave it a new secret.

    `credential` is the word by which records name whoever writes with it: a login, or the id of a machine's client.
    """

    __tablename__ = "credential_hand"

    __classes__ = classes(
        personal="credential by act at",
    )

    credential: str = Field(primary_key=True, max_length=60)
    by: str = Field(primary_key=True, max_length=60, index=True)
    act: str = Field(primary_key=True, max_length=20)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SignInSession(RegistryTable, table=True):
    """A person is signed in (登录会话), from one sign-in to its end; `seen_at` is its last refresh."""

    __tablename__ = "session"

    __classes__ = classes(
        personal="id account_id began_at seen_at ended_at",
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    began_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    seen_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class RefreshToken(RegistryTable, table=True):
    """What refreshes a session, once (刷新令牌); only a keyed hash of it. One that comes again ends the session."""

    __tablename__ = "refresh_token"

    __classes__ = classes(
        sensitive="token_hash",
        personal="session_id used_at",
    )

    token_hash: str = Field(primary_key=True, max_length=64)
    session_id: UUID = Field(foreign_key="session.id", index=True)
    used_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class RefusedSignIn(RegistryTable, table=True):
    """How often sign-ins were refused (登录失败): by login and address, by login, by address, each as a blind index."""

    __tablename__ = "refused_sign_in"

    __classes__ = classes(
        personal="key",
        internal="failures last_at",
    )

    key: str = Field(primary_key=True, max_length=64)
    failures: int
    last_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
