"""Whatever is read of what others write: no parser of ours fails, hangs, or says what it was given.

A few examples of each in every run, the same ones; FUZZING asks for more (`make fuzz`).
"""

import asyncio
import os
import string
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notify.channels.email import Email
from services.quota.indicators.rules.figures import FigureUnit, read_figure
from services.registry.subjects.rules.names import masked_name, name_faults, name_key, stored_name
from services.registry.subjects.rules.numbers import legacy_upgrade
from services.registry.subjects.rules.organisations import read_post_code, read_uscc
from services.registry.subjects.rules.reading import read_document
from shared.auth import read_token
from shared.bodies import read_json
from shared.config import Settings
from shared.contracts.registration import REGISTRATION_EVENTS
from shared.cursors import ListCursors
from shared.days import read_date, read_instant
from shared.db_engines import BadDatabaseUrl, parsed_url
from shared.document_numbers import document_no
from shared.events import Unreadable, by_type, decode
from shared.idempotency import read_key
from shared.policy import BrokenPack, parse_pack
from shared.problems import Fault, Refusal
from shared.vault import Vault, generate_keys
from shared.versions import Versions
from tests.registry.subjects import organisation_code, resident_number

EXAMPLES = int(os.environ.get("FUZZING", "20"))
LONGEST = 0.5  # seconds of the processor for one text
TODAY = date(2020, 1, 2)
EVENTS = by_type(REGISTRATION_EVENTS)
SETTINGS = Settings(environment="demo")
UNIT = FigureUnit("万件/年", "ten thousand a year", Decimal("0.49"))


async def _no_key(kid: str) -> Any:
    return None


def _document(text: str) -> object:
    return [read_document(kind, text, text[:3] or None, TODAY, False) for kind in ("resident_id", "passport", text)]


PARSERS: dict[str, Callable[[str], object]] = {
    "identity document": _document,
    "former number": legacy_upgrade,
    "name": lambda text: (name_faults(text), stored_name(text), name_key(text), masked_name(text or "x")),
    "organisation code": read_uscc,
    "post code": read_post_code,
    "day": read_date,
    "instant": read_instant,
    "figure": lambda text: read_figure(text, UNIT),
    "document number": document_no,
    "policy pack": lambda text: parse_pack(text.encode(errors="surrogatepass")),
    "JSON": lambda text: read_json(text.encode(errors="surrogatepass")),
    "envelope": lambda text: decode(text.encode(errors="surrogatepass"), EVENTS),
    "token": lambda text: asyncio.run(read_token(text, _no_key, SETTINGS)),
    "If-Match": Versions.of,
    "Idempotency-Key": read_key,
    "database URL": parsed_url,
    "e-mail address": Email.is_address,
}
REFUSED = (Refusal, Unreadable, BrokenPack, BadDatabaseUrl)
SEEDS = (
    resident_number(1), organisation_code(1), "2019-02-29", "２０１９年7月1日", "2019-01-01T00:00:00+08:00",
    "4,900万件", "人社字[2019]3号",
    '{"specversion":"1.0","type":"registry.registration.recognised.v1","data":{}}', '"1", W/"2"',
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "postgresql+psycopg://a:b@[::1]:5432/c?d=e", "sqlite:///x", "a@b.example",
    '[document]\nnumber = "X"', '{"a":' * 9, "甲·乙", "=1+1", "\ufeff\u202e", "9" * 30,
)  # fmt: skip


def _with(seed: str, at: int, typed: str) -> str:
    return seed[:at] + typed + seed[at + 1 :]


TEXTS = st.one_of(
    st.text(max_size=200),
    st.text(string.printable, max_size=200),
    st.lists(st.sampled_from(SEEDS) | st.text(max_size=5), max_size=6).map("".join),
    st.builds(_with, st.sampled_from(SEEDS), st.integers(0, 30), st.text(max_size=3)),
)


def words_of(outcome: object) -> str:
    """All that a fault or a refusal says."""
    if isinstance(outcome, Fault):
        return f"{outcome.pointer} {outcome.code} {outcome.said.zh} {outcome.said.en}"
    if isinstance(outcome, Refusal):
        return str(outcome.problem("zh")) + str(outcome.problem("en"))
    return " ".join(map(words_of, outcome)) if isinstance(outcome, list | tuple) else ""


@pytest.mark.parametrize("name", PARSERS)
def test_any_text_is_read_or_refused_in_time_and_not_repeated(name: str) -> None:
    """Refused by the parser's own refusals alone."""

    @settings(
        max_examples=EXAMPLES, derandomize=EXAMPLES <= 20, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(text=TEXTS)
    def read(text: str) -> None:
        started = time.thread_time()
        try:
            outcome: object = PARSERS[name](text)
        except REFUSED as refusal:
            outcome = refusal
        assert time.thread_time() - started < LONGEST
        if len(text.strip()) > 8:
            assert text.strip() not in words_of(outcome)

    read()


@pytest.fixture(scope="module")
def cursors(tmp_path_factory: pytest.TempPathFactory) -> ListCursors:
    path = tmp_path_factory.mktemp("keys") / "keys"
    generate_keys(path, demo=False)
    return ListCursors(Vault(path, "registry"), "/v1/list?")


@settings(max_examples=EXAMPLES, derandomize=EXAMPLES <= 20, database=None, deadline=None)
@given(text=TEXTS)
def test_any_cursor_is_read_or_refused(cursors: ListCursors, text: str) -> None:
    """One that somebody else made is none."""
    with pytest.raises(Refusal):
        cursors.read(text)
