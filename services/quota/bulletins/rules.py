"""When a bulletin may be published; how its content is written down and hashed."""

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Any

from services.quota.editions.rules import Kind, Term
from shared.problems import Fault, Said


def faults(kind: Kind, term: Term, issued_on: date, today: date) -> Iterator[Fault]:
    """What keeps an edition from being published: its month is not over, its date lies before its figures."""
    if kind == Kind.ANNUAL_REPORT and not term.is_year:
        yield Fault("/edition", "not_a_year", Said("年度评估报告按年编制", "an annual report is for a year"))
    if term.end >= today:
        said = Said("该期尚未结束，不能通报", "is not over yet")
        yield Fault("/edition", "unfinished", said)
    elif not term.end < issued_on <= today:
        said = Said("成文日期须在该期结束之后，且不晚于今日", "lies after the end of the edition, and not after today")
        yield Fault("/issued_on", "out_of_time", said)


def canonical(content: Any) -> str:
    """One way to write down a content: keys in order, no space, nothing escaped that need not be (as in RFC 8785)."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(content: str) -> str:
    """SHA-256 of a content as it is written down."""
    return sha256(content.encode()).hexdigest()
