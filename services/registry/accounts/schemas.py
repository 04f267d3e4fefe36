from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.registry.accounts.models import Account, Client, SignInSession
from shared.auth import Role
from shared.fields import AsTyped, Code, Flag, IfGiven, Name, Word


class NewClient(BaseModel):
    """A credential for somebody of the institution: one who writes or one who endorses."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    role: Literal["institution_clerk", "institution_reviewer"]


class NewClientOfPerson(BaseModel):
    """A credential for a system that acts as its person, in their role."""

    model_config = ConfigDict(extra="forbid")

    name: Name


class Rotation(BaseModel):
    """How a secret is changed: `immediate` where the old one is known to others, and has to end at once."""

    model_config = ConfigDict(extra="forbid")

    immediate: Flag = False


class ClientRead(BaseModel):
    """A credential; `client_secret` is shown once, when it is made. Until `approved_at` it gets no token."""

    client_id: str
    name: str
    role: str
    institution_id: UUID | None
    reporting_unit: str | None
    account_id: UUID | None
    created_at: datetime
    approved_at: datetime | None
    revoked_at: datetime | None
    client_secret: str | None = None
    secret_shown_before: bool = Field(False, description="the request was repeated: rotate it, if the secret was lost")

    @classmethod
    def of(cls, client: Client, secret: str | None = None, *, again: bool = False) -> Self:
        """As shown, with the secret only to whoever made it just now, and not to whoever asks `again`."""
        fields = {name: getattr(client, name) for name in cls.model_fields if hasattr(client, name)}
        return cls(**fields, client_secret=None if again else secret, secret_shown_before=again)


class TokenRead(BaseModel):
    """An access token (RFC 6749, section 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # the scheme, no secret
    expires_in: int
    scope: str


IssuerSubject = Annotated[
    AsTyped,
    Field(min_length=1, max_length=255, description="`sub` of the issuer at which they sign in, and by no password"),
]


class NewAccount(BaseModel):
    """A person who is to sign in; clerks and reviewers are of an institution, district officers of a unit."""

    model_config = ConfigDict(extra="forbid")

    login: Code
    name: Name
    role: Role
    institution_id: UUID | None = None
    reporting_unit: Word | None = None
    issuer_subject: IssuerSubject | None = None


class AccountChange(BaseModel):
    """What may change of an account; what is left out stays. All but the name has to be approved anew."""

    model_config = ConfigDict(extra="forbid")

    name: IfGiven[Name] = None
    role: IfGiven[Role] = None
    institution_id: UUID | None = None
    reporting_unit: Word | None = None
    issuer_subject: IssuerSubject | None = None


class AccountRead(BaseModel):
    """A person as shown to whoever administers accounts; `password` once, to whoever issued or reset it."""

    id: UUID
    login: str
    name: str | None = Field(description="null to an auditor, and of an account that was a client before")
    role: str
    institution_id: UUID | None
    reporting_unit: str | None
    state: Literal["issued", "approved", "suspended"]
    issued_by: str = Field(description="who issued, changed or suspended it last")
    approved_by: str | None
    factor_confirmed: bool = Field(description="whether a second factor is set up")
    issuer: str | None = Field(description="where they sign in instead of by a password")
    issuer_subject: str | None = Field(description="by what it knows them; null to an auditor")
    has_password: bool
    version: int
    created_at: datetime
    password: str | None = Field(None, description="for one sign-in, which sets another")
    password_shown_before: bool = Field(False, description="the request was repeated: reset it, if it was lost")
    awaiting: Literal["second_officer"] | None = None

    @classmethod
    def of(cls, account: Account, name: str | None, subject: str | None) -> Self:
        """As shown."""
        fields = {each: getattr(account, each) for each in cls.model_fields if hasattr(account, each)}
        return cls(**fields, name=name, issuer_subject=subject, has_password=account.password_hash is not None)


Password = Annotated[AsTyped, Field(min_length=1, max_length=500)]


class NewSession(BaseModel):
    """Who signs in; `new_password` takes the place of the one that is given."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    login: Word
    password: Password
    code: Word | None = Field(None, description="of the second factor, where one is set up")
    new_password: Password | None = None


class WantedCode(BaseModel):
    """A code of the second factor that was set up just now; without one it is set up anew."""

    model_config = ConfigDict(extra="forbid")

    code: Word | None = None


class FactorRead(BaseModel):
    """How a second factor stands; what an authenticator reads is shown once."""

    confirmed: bool
    otpauth_uri: str | None = None
    awaiting: Literal["second_officer"] | None = None


class ShownRefresh(BaseModel):
    """What refreshes a session, once."""

    model_config = ConfigDict(extra="forbid")

    refresh_token: Annotated[Word, Field(max_length=100)]


class SessionRead(TokenRead):
    """A person is signed in: a short token, and what the next one is had for (RFC 6749, 5.1)."""

    login: str
    refresh_token: str
    session_ends_at: datetime


class IssuerVisitRead(BaseModel):
    """Where a browser goes to sign in, and what it keeps until it comes back; nobody but the registry can read that."""

    authorization_url: str
    visit: str
    expires_in: int


class ReturnedVisit(BaseModel):
    """What a browser brought back from the issuer (RFC 6749, 4.1.2; `iss` of RFC 9207), with what it had kept."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    visit: Annotated[AsTyped, Field(min_length=1, max_length=2000)]
    state: Annotated[AsTyped, Field(min_length=1, max_length=200)]
    code: Annotated[AsTyped, Field(min_length=1, max_length=4000)]
    iss: Annotated[AsTyped, Field(max_length=500)] | None = None


class OwnSessionRead(BaseModel):
    """A session of one's own that goes on (我的登录); `seen_at` is when it was refreshed last."""

    id: UUID
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    current: bool = Field(description="whether it is the one by which this was asked")

    @classmethod
    def of(cls, row: SignInSession, ends_at: datetime, *, current: bool) -> Self:
        """As shown."""
        return cls(id=row.id, began_at=row.began_at, seen_at=row.seen_at, ends_at=ends_at, current=current)


class SessionsToEnd(BaseModel):
    """Which of one's own sessions is to end; without `session_id` all but the one by which this is asked.

    `password` or `code` shows once more who asks; within five minutes of signing in neither is needed.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    session_id: UUID | None = None
    password: Password | None = None
    code: Word | None = Field(None, description="of the second factor, where one is set up")


class EndedRead(BaseModel):
    """How many sessions have ended."""

    ended: int
