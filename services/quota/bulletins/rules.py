"""Bulletins (通报): terms, ranks, causes of restatements, and how content is written down; values in, decision out."""

import json
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from services.quota.figures.rules import a_year_before
from shared.contracts.registration import RegistrationState
from shared.document_numbers import document_no, is_official
from shared.problems import Fault, Said

MONTH = re.compile(r"((?:19|20)[0-9]{2})-(0[1-9]|1[0-2])")
YEAR = re.compile(r"((?:19|20)[0-9]{2})")


class BulletinKind(StrEnum):
    """通报 of a month or a year, and the yearly 评估报告 (targets.md 1.6, R4)."""

    BULLETIN = "bulletin"
    ANNUAL_REPORT = "annual_report"


class SumKind(StrEnum):
    """What a line adds up: a group of units (合计), all units, the remainder that no unit was given, the city."""

    GROUP = "group"
    UNITS = "units"
    UNALLOCATED = "unallocated"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class EditionTerm:
    """The month or year an edition is for; `before` is the last day of the one before, which it is compared with."""

    edition: str
    start: date
    end: date

    @property
    def before(self) -> date:
        """The day before it begins."""
        return self.start - timedelta(days=1)

    @property
    def two_before(self) -> date:
        """The day before the month or year before it begins, for 环比."""
        if self.is_year:
            return a_year_before(self.before)
        return self.before.replace(day=1) - timedelta(days=1)

    @property
    def year_ago(self) -> date:
        """The last day of the same stretch a year earlier (去年同期)."""
        return a_year_before(self.end)

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return len(self.edition) == 4


def term(edition: str) -> EditionTerm:
    """The month (YYYY-MM) or year (YYYY) that is named. Raises ValueError for anything else."""
    if found := MONTH.fullmatch(edition):
        year, month = int(found[1]), int(found[2])
        return EditionTerm(edition, date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    if found := YEAR.fullmatch(edition):
        return EditionTerm(edition, date(int(found[1]), 1, 1), date(int(found[1]), 12, 31))
    raise ValueError("neither a month nor a year")


def title(kind: BulletinKind, of: EditionTerm) -> Said:
    """关于XX情况的通报, or what a yearly report is called."""
    year, month = of.start.year, of.start.month
    if kind == BulletinKind.ANNUAL_REPORT:
        return Said(f"{year}年度人才与科技创新评估报告", f"Evaluation report on talent and innovation, {year}")
    when = f"{year}年度" if of.is_year else f"{year}年{month}月"
    return Said(f"关于{when}人才计划完成情况的通报", f"Bulletin on the progress of the talent programmes, {of.edition}")


def official_number(written: str) -> str | None:
    """A 发文字号 as it is printed: six-cornered brackets, no leading zero, no 第, 洪人社字〔2020〕5号; None if none."""
    number = document_no(written)
    return number if is_official(number) else None


class RankedPlace(NamedTuple):
    """A place in a ranking: its number, and whether others share it (并列)."""

    rank: int
    tied: bool


def ranking(shares: Mapping[str, Fraction]) -> dict[str, RankedPlace]:
    """Who stands where by completion: equals share a place, and the next place skips (1, 2, 2, 4).

    While nobody has anything nobody stands anywhere: they are not all first.
    """
    values = list(shares.values())
    if not any(values):
        return {}
    return {
        name: RankedPlace(1 + sum(other > share for other in values), values.count(share) > 1)
        for name, share in shares.items()
    }


def in_order(places: Mapping[str, RankedPlace], codes: Iterable[str]) -> list[str]:
    """Units by their place, then those that have none, each in the order of the policy."""
    last = len(places) + 1
    return sorted(codes, key=lambda code: places[code].rank if code in places else last)


def added_up(values: Iterable[int | None]) -> int | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def left_of(whole: int | None, parts: int | None) -> int | None:
    """What remains of a whole beside its parts; None where either is unknown."""
    return None if whole is None or parts is None else whole - parts


def unheard(units: Iterable[str], heard_of: Iterable[str]) -> list[str]:
    """Units of which nothing was ever heard: no data, which is not zero."""
    heard = set(heard_of)
    return [unit for unit in units if unit not in heard]


class Cause(StrEnum):
    """Why a figure that was published is another now (更正原因)."""

    LATE = "late_report"
    REVOKED = "revoked"
    RESTORED = "restored"
    MERGED = "merged"
    TRANSFERRED = "transferred"
    COUNTED_ONCE = "counted_once"
    LEFT = "left"
    RESCOPED = "rescoped"
    CORRECTED = "corrected"


CAUSES: Mapping[str, Said] = {
    Cause.LATE: Said("补报", "late report"),
    Cause.REVOKED: Said("撤销", "revoked"),
    Cause.RESTORED: Said("恢复", "restored"),
    Cause.MERGED: Said("合并同一人", "found to be one person"),
    Cause.TRANSFERRED: Said("划转", "moved to another unit"),
    Cause.COUNTED_ONCE: Said("计入其他计划", "counted in another programme"),
    Cause.LEFT: Said("补报退出", "left, reported late"),
    Cause.RESCOPED: Said("口径调整", "counted by other rules"),
    Cause.CORRECTED: Said("信息更正", "corrected"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """What lines that came late add up to, for one registration, unit and day of one quota.

    `moved_on` is whether its registration stands for another subject now, `known` whether it counted there before,
    `by_rule` whether no event caused it but a new rule of counting.
    """

    quota: UUID
    registration: UUID
    unit: str
    counted_on: date
    gross: int
    net: int
    in_stock: int
    state: str | None = None
    moved_on: bool = False
    known: bool = False
    by_rule: bool = False


def causes(moved: Sequence[Moved]) -> list[tuple[Moved, Cause]]:
    """The cause of each change; what came and went of one registration in one quota is a transfer or a correction."""
    came = {(each.quota, each.registration): each for each in moved if each.net > 0}
    went = {(each.quota, each.registration): each for each in moved if each.net < 0}
    found = []
    for each in moved:
        key = (each.quota, each.registration)
        if key in came and key in went:
            other_unit = came[key].unit != went[key].unit
            found.append((each, Cause.TRANSFERRED if other_unit else Cause.CORRECTED))
        else:
            found.append((each, _cause(each)))
    return found


def _cause(moved: Moved) -> Cause:
    if moved.by_rule:
        return Cause.RESCOPED
    if moved.net > 0:
        return Cause.RESTORED if moved.known else Cause.LATE
    if moved.net < 0 and moved.gross == 0:
        return Cause.REVOKED if moved.state == RegistrationState.REVOKED else Cause.COUNTED_ONCE
    if moved.net < 0:
        return Cause.MERGED if moved.moved_on else Cause.CORRECTED
    if moved.in_stock:
        return Cause.LEFT if moved.in_stock < 0 else Cause.RESTORED
    return Cause.CORRECTED


def faults(kind: BulletinKind, term: EditionTerm, issued_on: date, today: date) -> Iterator[Fault]:
    """What keeps an edition from being published: its month is not over, its date lies before its figures."""
    if kind == BulletinKind.ANNUAL_REPORT and not term.is_year:
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
