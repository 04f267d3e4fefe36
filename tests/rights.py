"""The table of rights of a service over HTTP, and tokens that are not in order; the same questions to every service."""

import base64
import hmac
import json
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute

from shared.auth import OF_A_PERSON, Itself, Reach, Role
from shared.config import Settings
from shared.problems import Language
from shared.rights import Right, rights_of
from shared.vault import ALGORITHM

Http = httpx.Client | TestClient  # a service over HTTP, or in this process
SOMEWHERE = UUID(int=1)
WRITES = ("POST", "PUT", "PATCH", "DELETE")
LANGUAGE: Language = "en"


@dataclass(frozen=True)
class Issuer:
    """Who signs the tokens that a service takes."""

    settings: Settings
    key: ec.EllipticCurvePrivateKey
    kid: str

    async def key_for(self, kid: str) -> Any:
        """The public key of that name, as a service looks for it."""
        return self.key.public_key() if kid == self.kid else None

    def claims(self, role: Role | Itself, *, nobodys: bool = False, **about: Any) -> dict[str, Any]:
        """What a token says that is in order: a person's, or a machine's, which is nobody's."""
        now, name = int(time.time()), role.replace("_", "-")
        bound = {"institution_id": str(SOMEWHERE), "reporting_unit": "donghu", "person": None if nobodys else name}
        made = {"iss": self.settings.issuer, "aud": self.settings.audience, "iat": now, "exp": now + 600}
        return made | {"sub": name, "role": role.value} | bound | about

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        """A token with these claims; without those that are None."""
        held = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(held, self.key, ALGORITHM, headers={"kid": self.kid} | header)

    def token(self, role: Role | Itself, **about: Any) -> str:
        """A token that is in order."""
        return self.signed(self.claims(role, **about))


def rights_in(http: Any) -> Sequence[Right]:
    """The table of rights of an application that a test talks to."""
    return rights_of(cast(Iterable[BaseRoute], http.app.routes))


def filled(path: str) -> str:
    """An address that leads to nothing."""
    return re.sub(r"{\w+}", str(SOMEWHERE), path)


def answer_of(http: Http, right: Right, path: str, token: str | None, body: Any = None) -> Any:
    """The answer to a request for what a line of the table is about."""
    headers = {"If-Match": '"99"', "Accept-Language": LANGUAGE}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return http.request(right.method, path, headers=headers, json=body if right.method in WRITES else None)


def problem(answer: Any) -> str | None:
    """Which problem an answer tells of."""
    if answer.headers.get("content-type") != "application/problem+json":
        return None
    return str(answer.json()["type"]).removeprefix("/problems/")


def check_every_right(http: Http, issuer: Issuer, table: Sequence[Right]) -> None:
    """Every route in every role, by people and by machines: admitted as its line says, and nobody without a token."""
    callers = [(role, nobodys) for role in (*Role, Itself.SYSTEM) for nobodys in (True, False)]
    tokens = {(role, nobodys): issuer.token(role, nobodys=nobodys) for role, nobodys in callers}
    for right in table:
        if right.admission is None or right.path == "/v1/stream":  # which goes on until its reader leaves
            continue
        path = filled(right.path)
        assert problem(answer_of(http, right, path, None)) == "unauthenticated", right
        for (role, nobodys), token in tokens.items():
            found, admitted = problem(answer_of(http, right, path, token, {})), role in right.admission.roles
            lacks_person = nobodys and role in OF_A_PERSON and right.admission.operation is not None
            assert (found == "forbidden") is not admitted, (right, role, nobodys, found)
            assert (found == "person-needed") is (admitted and lacks_person), (right, role, nobodys, found)
            assert found != "unauthenticated", (right, role, nobodys)


def owned(table: Sequence[Right]) -> Iterator[Right]:
    """The lines about what is somebody's, and is named in the address."""
    return (right for right in table if right.reach is Reach.OWN and "_id}" in right.path)


def elsewhere(issuer: Issuer, **bound: Any) -> Iterator[tuple[Role, str]]:
    """Tokens of everybody who is bound to another institution and another unit, people and machines."""
    for role in (Role.INSTITUTION_CLERK, Role.INSTITUTION_REVIEWER, Role.DISTRICT_OFFICER):
        for nobodys in (True, False):
            yield role, issuer.token(role, nobodys=nobodys, **bound)


def encoded(value: dict[str, Any]) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def by_shared_secret(issuer: Issuer, claims: dict[str, Any]) -> str:
    """A token signed with the public key, which everybody has, as if it were a shared secret."""
    public = issuer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': issuer.kid})}.{encoded(claims)}"
    signature = base64.urlsafe_b64encode(hmac.digest(public, unsigned.encode(), "sha256")).decode().rstrip("=")
    return f"{unsigned}.{signature}"


def forged(issuer: Issuer, role: Role) -> dict[str, str]:
    """Tokens that are not wholly in order, by what is wrong with each."""
    good = issuer.claims(role)
    header, body, signature = issuer.signed(good).split(".")
    unsigned = encoded({"alg": "none", "typ": "JWT", "kid": issuer.kid})
    elses = ec.generate_private_key(ec.SECP256R1())
    brought, now = jwt.algorithms.ECAlgorithm.to_jwk(elses.public_key(), as_dict=True), int(time.time())
    changes: dict[str, dict[str, Any]] = {
        "expired": {"iat": now - 900, "exp": now - 60},
        "not yet valid": {"nbf": now + 600},
        "issued in the future": {"iat": now + 600},
        "another audience": {"aud": "else"},
        "another issuer": {"iss": "else"},
        "an unknown role": {"role": "mayor"},
        "no role": {"role": None},
        "no expiry": {"exp": None},
        "no subject": {"sub": None},
        "no issuer": {"iss": None},
        "no audience": {"aud": None},
        "a clerk of nowhere": {"role": "institution_clerk", "institution_id": None},
        "an institution that is none": {"role": "institution_clerk", "institution_id": 7},
        "an officer of no district": {"role": "district_officer", "reporting_unit": None},
        "a person who is none": {"person": "No Login"},
    }
    return {what: issuer.signed(good | change) for what, change in changes.items()} | {
        "another body": f"{header}.{encoded(good | {'role': 'auditor'})}.{signature}",
        "another signature": f"{header}.{body}.{signature[::-1]}",
        "no signature": f"{unsigned}.{body}.",
        "no signature, and the algorithm left as it was": f"{header}.{body}.",
        "another algorithm": jwt.encode(good, "0" * 64, "HS256", headers={"kid": issuer.kid}),
        "the public key as a shared secret": by_shared_secret(issuer, good),
        "another's key under our name": jwt.encode(good, elses, ALGORITHM, headers={"kid": issuer.kid}),
        "an unknown key": issuer.signed(good, kid="other"),
        "a key it brings along": jwt.encode(good, elses, ALGORITHM, headers={"kid": "other", "jwk": brought}),
        "nonsense": "x",
        "latin": "\u00e9.\u00e9.\u00e9",
    }


def check_forged_tokens(http: Http, issuer: Issuer, path: str, role: Role) -> None:
    """What is not wholly in order is refused with 401 and tells nothing of why; what is, is answered."""
    answers = set()
    for what, token in forged(issuer, role).items():
        sent: Any = {b"Authorization": f"Bearer {token}".encode("latin-1")}
        answer = http.get(path, headers=sent)
        assert (what, answer.status_code) == (what, 401)
        assert answer.headers["www-authenticate"] == "Bearer", what
        answers.add(json.dumps({**answer.json(), "instance": None}))
    assert len(answers) == 1
    for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}):
        assert http.get(path, headers=headers).status_code == 401
    assert http.get(path, headers={"Authorization": f"Bearer {issuer.token(role)}"}).status_code == 200
