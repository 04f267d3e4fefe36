"""Idempotency-Key (IETF draft, HTTPAPI): the first answer is kept in the effect's transaction, and given again."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, tuple_
from sqlmodel import Session

from shared import clock
from shared.db import insert_rows, upsert
from shared.problems import Fault, Refusal, Said
from shared.service_tables import idempotency_key
from shared.vault import Vault


class KeyReused(Refusal):
    """该 Idempotency-Key 已用于另一项内容 · This Idempotency-Key was used with different content."""

    status, slug = 422, "idempotency-key-reused"


class KeyInUse(Refusal):
    """相同 Idempotency-Key 的请求仍在办理 · A request with this Idempotency-Key is still running."""

    status, slug = 409, "idempotency-key-in-use"


class KeyMalformed(Refusal):
    """Idempotency-Key 格式不正确 · The Idempotency-Key is malformed."""

    status, slug = 400, "idempotency-key-malformed"


@dataclass(frozen=True)
class Key:
    """Who asked what: `scope` is caller, method and path; `fingerprint` stands for the body."""

    scope: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Answer:
    """What the caller gets: status, body and headers; `replayed` when it was given before.

    `kept` is the body that whoever asks again gets, where that is another: a secret is shown once.
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    replayed: bool = False
    kept: bytes | None = None


def read_key(header: str) -> str:
    """The key in the header, quoted (RFC 8941 string) or bare; 400 when it is empty or longer than 255."""
    bare = header.strip()
    key = bare[1:-1] if len(bare) > 1 and bare[0] == bare[-1] == '"' else bare
    if not 0 < len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise KeyMalformed(
            Fault(
                "",
                "idempotency_key",
                Said("请给出 1 至 255 个可见 ASCII 字符", "Give 1 to 255 visible ASCII characters"),
            )
        )
    return key


def kept_answers(session: Session, keys: Sequence[Key], vault: Vault) -> dict[Key, Answer | KeyReused]:
    """For keys seen before: the answer then, or a refusal where the content differs."""
    if not keys:
        return {}
    table = idempotency_key.c
    rows = session.execute(
        select(idempotency_key).where(tuple_(table.scope, table.key).in_([(k.scope, k.key) for k in keys]))
    ).all()
    stored = {(row.scope, row.key): row for row in rows}
    answers: dict[Key, Answer | KeyReused] = {}
    for key in keys:
        row = stored.get((key.scope, key.key))
        if row is None:
            continue
        if row.fingerprint != key.fingerprint:
            answers[key] = KeyReused()
            continue
        body = vault.unseal(row.body, _bound(key)).encode()
        headers = dict(line.split(": ", 1) for line in row.headers.splitlines())
        answers[key] = Answer(row.status, body, headers, replayed=True)
    return answers


def keep_answers(
    session: Session, answers: Sequence[tuple[Key, Answer]], vault: Vault, *, amends: bool = False
) -> None:
    """Keep first answers; sealed, since some show masked personal values.

    With `amends` they take the place of those that were kept before.
    """
    rows = [
        {
            "scope": key.scope,
            "key": key.key,
            "fingerprint": key.fingerprint,
            "status": answer.status,
            "headers": "\n".join(f"{name}: {value}" for name, value in answer.headers.items()),
            "body": vault.seal((answer.kept or answer.body).decode(), _bound(key)),
            "created_at": clock.now(),
        }
        for key, answer in answers
    ]
    if amends:
        upsert(session, idempotency_key, rows, ["scope", "key"])
    else:
        insert_rows(session, idempotency_key, rows)


def _bound(key: Key) -> str:
    return f"idempotency_key|{key.scope}|{key.key}"
