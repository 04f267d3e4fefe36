from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.registry.accounts.models import Client
from shared.fields import Name


class NewClient(BaseModel):
    """A credential for somebody of the institution: one who writes or one who endorses."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    role: Literal["institution_clerk", "institution_reviewer"]


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

    @classmethod
    def of(cls, client: Client, secret: str | None = None) -> Self:
        """As shown, with the secret only to whoever made it just now."""
        fields = {name: getattr(client, name) for name in cls.model_fields if name != "client_secret"}
        return cls(**fields, client_secret=secret)


class TokenRead(BaseModel):
    """An access token (RFC 6749, section 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # the scheme, no secret
    expires_in: int
    scope: str
