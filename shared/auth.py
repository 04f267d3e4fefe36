"""Who asks: JSON Web Tokens (RFC 7519, profile RFC 8725) signed by the registry, or by the issuer an operator names."""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

import httpx
import jwt
from cachetools import TTLCache
from fastapi import Depends, Request

from shared.config import Settings
from shared.http_client import http_client
from shared.logs import log_once
from shared.problems import Forbidden, PersonNeeded, Unauthenticated
from shared.vault import ALGORITHM

log = logging.getLogger(__name__)

FETCH_AGAIN = 10.0  # seconds between two questions for keys that were not known
LEEWAY = 30  # seconds that two clocks may differ
REMEMBERED_FOR = 5.0  # seconds until a token is read anew
MOST_TOKENS = 10_000  # remembered at once
LOGIN = re.compile("[a-z][a-z0-9-]{0,59}")  # what a person signs in by, and records name


class Role(StrEnum):
    """What a client may do; see the table of roles in the contract."""

    INSTITUTION_CLERK = "institution_clerk"
    INSTITUTION_REVIEWER = "institution_reviewer"
    DISTRICT_OFFICER = "district_officer"
    BUREAU_OFFICER = "bureau_officer"
    LEADER = "leader"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class Itself(StrEnum):
    """A service that acts by itself (系统办理); only a token that the registry makes for itself speaks for it."""

    SYSTEM = "system"


OF_AN_INSTITUTION = (Role.INSTITUTION_CLERK, Role.INSTITUTION_REVIEWER)
OF_A_PERSON = frozenset(Role) - frozenset(OF_AN_INSTITUTION)  # whoever acts in one of these is answerable by name


@dataclass(frozen=True)
class Caller:
    """Who is behind a request: the client that asks, its role, and the institution or reporting unit it is bound to.

    `person` is the login of the account it belongs to, None for a machine of an institution or a service; `session`
    where that person signed in by themselves, and no client asks for them. `secret` marks the one that a client showed.
    `one_with` are the people, by their logins, with whom this one is no two officers: one knew a secret of the other.
    """

    sub: str
    role: Role | Itself
    institution_id: UUID | None = None
    reporting_unit: str | None = None
    person: str | None = None
    session: UUID | None = None
    secret: str | None = None
    one_with: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def actor(self) -> str:
        """Who acts, as records name it: the person whose client this is, or else the client itself (经办人).

        Two officers (双人) are two of these: two clients of one person are one officer.
        """
        return self.person or self.sub

    def is_one_with(self, first: str) -> bool:
        """Whether what somebody else did, by name, may have been done by this one, with a secret that both knew."""
        return first != self.actor and first in self.one_with

    @property
    def lacks_person(self) -> bool:
        """Whether it would act for the bureau, a district, a leader, an audit or the operators, and is nobody's."""
        return self.person is None and self.role in OF_A_PERSON


KeyFor = Callable[[str], Awaitable[Any | None]]
Stands = Callable[[Caller], Awaitable[Caller | None]]  # the caller behind a token as they are now, if they may come


class OutOfTime(Unauthenticated):
    """令牌不在有效期内 · The token is not valid at this time."""


class PublishedKeys:
    """The issuer's published keys (JWKS, RFC 7517): fetched when needed, kept while the issuer is away."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str, Any] = {}
        self._fetched_at = float("-inf")

    async def key_for(self, kid: str) -> Any | None:
        """The public key of that name, asking the issuer at most every ten seconds."""
        if kid not in self._keys and time.monotonic() - self._fetched_at > FETCH_AGAIN:
            self._fetched_at = time.monotonic()
            try:
                async with http_client(timeout=5) as client:
                    answer = await client.get(self._url)
                    answer.raise_for_status()
                    published = jwt.PyJWKSet.from_dict(answer.json())
            except (httpx.HTTPError, ValueError, jwt.PyJWKError):
                self._fetched_at = float("-inf")  # an issuer that is starting is asked again by the next request
                return self._keys.get(kid)
            self._keys = {str(key.key_id): key.key for key in published.keys}
        return self._keys.get(kid)


async def everybody_stands(caller: Caller) -> Caller:
    """What a service says that keeps no clients: a token is good until it expires."""
    return caller


class TokenReader:
    """Reads tokens, and remembers for five seconds what it found in order: a client shows one token again and again.

    `stands` says who a caller is by now, if they may still come at all; whoever knows that one may no more, lets all be
    forgotten.
    """

    def __init__(self, key_for: KeyFor, settings: Settings, stands: Stands) -> None:
        self.key_for, self._settings, self._stands = key_for, settings, stands
        self._read: TTLCache[bytes, tuple[Caller, int]] = TTLCache(MOST_TOKENS, REMEMBERED_FOR)

    async def read(self, token: str) -> Caller:
        """The caller a token speaks for. Raises Unauthenticated for any token that is not wholly in order."""
        digest = sha256(token.encode()).digest()
        caller, expires = self._read.get(digest) or await self._read_anew(token, digest)
        if expires + LEEWAY <= time.time():
            raise OutOfTime
        return caller

    async def _read_anew(self, token: str, digest: bytes) -> tuple[Caller, int]:
        read, expires = await read_token(token, self.key_for, self._settings)
        remembered = self._read  # of now: what is forgotten meanwhile stays forgotten
        caller = await self._stands(read)
        if caller is None:
            raise Unauthenticated
        remembered[digest] = caller, expires
        return caller, expires

    def forget(self) -> None:
        """Have every token read anew."""
        self._read = TTLCache(MOST_TOKENS, REMEMBERED_FOR)


async def read_token(token: str, key_for: KeyFor, settings: Settings) -> tuple[Caller, int]:
    """The caller a token speaks for, and when it expires (exp, seconds since 1970).

    Raises Unauthenticated for any token that is not wholly in order, as OutOfTime where it is the time alone that is
    not. A clerk or reviewer without an institution, or a district officer without a unit, would be bound to nothing.
    """
    try:
        header = jwt.get_unverified_header(token)
        key = await key_for(str(header.get("kid", "")))
        if key is None:
            raise Unauthenticated
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=settings.audience,
            issuer=settings.issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "sub", "iss", "aud"]},
        )
        role = Itself.SYSTEM if claims["role"] == Itself.SYSTEM else Role(claims["role"])
        caller = Caller(
            sub=claims["sub"],
            role=role,
            institution_id=UUID(claims["institution_id"]) if role in OF_AN_INSTITUTION else None,
            reporting_unit=claims["reporting_unit"] if role == Role.DISTRICT_OFFICER else None,
            person=_person(claims),
            session=UUID(claims["session"]) if "session" in claims else None,
            secret=claims.get("secret"),
            one_with=frozenset(map(str, claims.get("one_with", ()))),
        )
        return caller, int(claims["exp"])
    except jwt.ImmatureSignatureError:
        log_once(log, "a token comes from a later time than it is here: set the registry's clock and this one by NTP")
        raise OutOfTime from None
    except jwt.ExpiredSignatureError:
        raise OutOfTime from None
    except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError):
        raise Unauthenticated from None


def _person(claims: Mapping[str, Any]) -> str | None:
    """The login of the person a token names; None where it names nobody. Raises ValueError for what is no login."""
    person = claims.get("person")
    if person is None or (isinstance(person, str) and LOGIN.fullmatch(person)):
        return person
    raise ValueError("no login")


def token_of(request: Request) -> str:
    """The token that a request bears. Raises Unauthenticated without any."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    return token.strip()


async def caller_of(request: Request) -> Caller:
    """The caller that a request's token speaks for. Raises Unauthenticated without one that is in order.

    Where that may be so by a wrong clock of this machine alone it raises ClocksApart: whoever asks then tries again.
    """
    token = token_of(request)
    try:
        caller: Caller = await request.app.state.tokens.read(token)
    except OutOfTime:
        await request.app.state.clocks.check()
        raise Unauthenticated from None
    request.state.caller = caller
    return caller


CallerDep = Annotated[Caller, Depends(caller_of)]


async def _keys_of_tokens(request: Request) -> KeyFor:
    key_for: KeyFor = request.app.state.tokens.key_for
    return key_for


KeyForDep = Annotated[KeyFor, Depends(_keys_of_tokens)]


class Reach(StrEnum):
    """Whose things a route is about, to roles that act for an institution or a unit (数据范围)."""

    ALL = "all"  # the same for whoever is admitted
    OWN = "own"  # what is theirs; another's is as if absent


@dataclass(frozen=True, eq=False)
class Admission:
    """Who is admitted to a route, and how far: the line of the table of rights (权限表) that stands at the route.

    `operation` is what the route asks for, so that a refusal before it is on record under its word.
    """

    roles: frozenset[Role | Itself]
    reach: Reach | None = None
    operation: Any = None

    async def __call__(self, caller: CallerDep) -> None:
        """Refuse everybody else with 403, and for what changes something a bureau's client that is nobody's."""
        if caller.role not in self.roles:
            raise Forbidden
        if self.operation and caller.lacks_person:
            raise PersonNeeded


def allow(*roles: Role | Itself, reach: Reach | None = None) -> Any:
    """Admit these roles to a route; everybody else is refused with 403. See `shared.rights`."""
    return Depends(Admission(frozenset(roles), reach))


async def _anybody() -> None:
    """Nothing is asked of whoever comes."""


OPEN = Depends(_anybody)  # of a route that answers without a token
