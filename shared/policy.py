"""Reads a policy pack (政策包) from its file; a broken one names the lines and the reasons, in both languages."""

import re
import tomllib
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from shared import faults
from shared.contracts.eligibility import OneOfRule
from shared.contracts.policy import PolicyPack, Programme, Quota, ReportingUnit, Rounds, Succession
from shared.problems import Fault, Said

REASONS: Mapping[str, Said] = {
    "twice": Said("代码重复，前面已经用过", "this code was used before"),
    "unknown_unit": Said("没有这个填报单位", "there is no such reporting unit"),
    "unknown_programme": Said("没有这个人才计划", "there is no such programme"),
    "unknown_field": Said("计划中没有这个字段", "the programme has no such field"),
    "unknown_choice": Said("不是该字段的选项", "is not among the choices of that field"),
    "field_type": Said("该规则不能用于这种类型的字段", "the rule does not fit a field of this type"),
    "does_not_count": Said("该字段未设为参与计数（counts）", "the field is not one that counts"),
    "subject_kinds": Said("所列计划的登记对象种类不同，不能合计", "the programmes register different kinds of subject"),
    "no_person": Said("只有登记人员的计划才有年龄规则", "only a programme of persons can ask for an age"),
    "same_unit": Said("划入与划出为同一单位", "a unit cannot succeed itself"),
    "successor_not_valid": Said("划入单位当日不在有效期内", "the successor is not valid on that day"),
    "rounds_overlap": Said("届次的时间重叠", "the rounds overlap"),
}
RULE_FIELDS: Mapping[str, Mapping[str, str]] = {
    "one_of": {"field": "choice"},
    "months_since": {"field": "date"},
    "in_city": {"field": "text"},
    "certificate_level": {"number": "text", "level": "choice"},
    "education": {"field": "text", "code_set": "choice"},
    "term_months": {"field": "integer"},
}
# What closes a text that ends inside an array, an array in an inline table, or that within an array.
CLOSINGS = ("", "\n]", "\n]}", "\n]}]", "\n]]")


class BrokenLine(NamedTuple):
    """What is wrong in which line, counted from 1; `fault.pointer` is the place as a JSON pointer, "" for the text."""

    line: int
    fault: Fault


class BrokenPack(Exception):
    """A pack that cannot be applied; `lines` tells every fault, in the order of the file."""

    def __init__(self, lines: Iterable[BrokenLine]) -> None:
        self.lines = tuple(sorted(lines, key=lambda broken: (broken.line, broken.fault.pointer)))
        super().__init__("\n".join(f"{line}: {fault.said.zh} · {fault.said.en}" for line, fault in self.lines))


def read_pack(path: Path) -> PolicyPack:
    """The policy pack in a TOML file. Raises BrokenPack for a file that is none, OSError where it cannot be read."""
    return parse_pack(path.read_bytes())


def parse_pack(raw: bytes) -> PolicyPack:
    """The policy pack in the bytes of a TOML file. Raises BrokenPack."""
    text, tree = _tree(raw)
    lines = _Lines(text)
    try:
        pack = PolicyPack.model_validate(tree)
    except ValidationError as error:
        found = [_of_schema(tree, dict(each)) for each in error.errors(include_url=False, include_input=False)]
        raise BrokenPack(BrokenLine(lines.line_of(fault.pointer), fault) for fault in found) from None
    if found := faults_of(pack):
        raise BrokenPack(BrokenLine(lines.line_of(fault.pointer), fault) for fault in found)
    return pack


def faults_of(pack: PolicyPack) -> list[Fault]:
    """Every reference between the parts of a pack that does not hold; none when a service may rely on it."""
    units = {unit.code: unit for unit in pack.reporting_units}
    programmes = {programme.code: programme for programme in pack.programmes}
    found = list(_doubles(pack))
    for n, succession in enumerate(pack.successions):
        found += _in_succession(succession, units, f"/successions/{n}")
    for n, programme in enumerate(pack.programmes):
        found += _in_eligibility(programme, f"/programmes/{n}/eligibility")
    for n, quota in enumerate(pack.quotas):
        found += _in_quota(quota, programmes, units, f"/quotas/{n}")
    for n, recipient in enumerate(pack.recipients):
        if recipient.unit is not None and recipient.unit not in units:
            found.append(_fault("unknown_unit", f"/recipients/{n}/unit"))
    return found


def _fault(code: str, pointer: str) -> Fault:
    return Fault(pointer, code, REASONS[code])


def _doubles(pack: PolicyPack) -> Iterator[Fault]:
    """Codes, names and labels that occur twice where each must be its own."""
    for name in ("reporting_units", "programmes", "quotas", "recipients"):
        yield from _repeated([part.code for part in getattr(pack, name)], f"/{name}/{{}}/code")
    yield from _repeated([(s.old, s.new, s.effective_on) for s in pack.successions], "/successions/{}/new")
    for n, programme in enumerate(pack.programmes):
        yield from _repeated([field.name for field in programme.fields], f"/programmes/{n}/fields/{{}}/name")
        for m, field in enumerate(programme.fields):
            yield from _repeated([c.code for c in field.choices], f"/programmes/{n}/fields/{m}/choices/{{}}/code")


def _repeated(values: Sequence[Hashable], pointer: str) -> Iterator[Fault]:
    seen: set[Hashable] = set()
    for n, value in enumerate(values):
        if value in seen:
            yield _fault("twice", pointer.format(n))
        seen.add(value)


def _in_succession(succession: Succession, units: Mapping[str, ReportingUnit], at: str) -> Iterator[Fault]:
    """One unit that exists follows another, and is there on the day."""
    if succession.old not in units:
        yield _fault("unknown_unit", f"{at}/old")
    new = units.get(succession.new)
    if new is None:
        yield _fault("unknown_unit", f"{at}/new")
    elif succession.old == succession.new:
        yield _fault("same_unit", f"{at}/new")
    elif not new.valid_from <= succession.effective_on <= (new.valid_to or succession.effective_on):
        yield _fault("successor_not_valid", f"{at}/effective_on")


def _in_eligibility(programme: Programme, at: str) -> Iterator[Fault]:
    """Rules ask for fields that exist, of a type they can judge, and for values one can choose."""
    fields = {field.name: field for field in programme.fields}
    for n, rule in enumerate(programme.eligibility):
        if rule.rule == "age" and programme.subject_kind != "person":
            yield _fault("no_person", f"{at}/{n}/rule")
        for attribute, kind in RULE_FIELDS.get(rule.rule, {}).items():
            field = fields.get(getattr(rule, attribute))
            if field is None:
                yield _fault("unknown_field", f"{at}/{n}/{attribute}")
            elif field.type != kind:
                yield _fault("field_type", f"{at}/{n}/{attribute}")
            elif isinstance(rule, OneOfRule):
                yield from _unknown_choices(rule.values, {choice.code for choice in field.choices}, f"{at}/{n}/values")


def _unknown_choices(values: Sequence[str], permitted: set[str], at: str) -> Iterator[Fault]:
    for n, value in enumerate(values):
        if value not in permitted:
            yield _fault("unknown_choice", f"{at}/{n}")


def _in_quota(
    quota: Quota, programmes: Mapping[str, Programme], units: Mapping[str, object], at: str
) -> Iterator[Fault]:
    """A quota counts programmes that exist, by fields that travel with their events, for a unit that exists."""
    for n, code in enumerate(quota.programmes):
        if code not in programmes:
            yield _fault("unknown_programme", f"{at}/programmes/{n}")
    yield from _repeated(quota.programmes, f"{at}/programmes/{{}}")
    counted = [programmes[code] for code in quota.programmes if code in programmes]
    if len({programme.subject_kind for programme in counted}) > 1:
        yield _fault("subject_kinds", f"{at}/programmes")
    for programme, (name, values) in product(counted, quota.where.items()):
        field = next((field for field in programme.fields if field.name == name), None)
        if field is None:
            yield _fault("unknown_field", f"{at}/where/{name}")
        elif not field.counts:
            yield _fault("does_not_count", f"{at}/where/{name}")
        else:
            yield from _unknown_choices(values, {choice.code for choice in field.choices}, f"{at}/where/{name}")
    if quota.unit is not None and quota.unit not in units:
        yield _fault("unknown_unit", f"{at}/unit")
    if isinstance(quota.period, Rounds):
        yield from _in_rounds(quota.period, f"{at}/period/rounds")


def _in_rounds(period: Rounds, at: str) -> Iterator[Fault]:
    """No day lies in two rounds, and no two rounds have one label."""
    yield from _repeated([a_round.label for a_round in period.rounds], f"{at}/{{}}/label")
    order = sorted(range(len(period.rounds)), key=lambda n: period.rounds[n].start)
    for earlier, later in pairwise(order):
        end = period.rounds[earlier].end
        if end is None or period.rounds[later].start <= end:
            yield _fault("rounds_overlap", f"{at}/{later}/start")


def _tree(raw: bytes) -> tuple[str, dict[str, Any]]:
    """The text and what TOML reads in it; a text that is no TOML is broken where the reading stopped."""
    try:
        text = raw.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        line, said = raw[: error.start].count(b"\n") + 1, Said("文件不是 UTF-8 编码", "the file is not UTF-8")
    except ValueError as error:  # TOMLDecodeError, and what Python says of a number with thousands of digits
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else len(text.rstrip().split("\n"))
        reason = str(error).partition(" (at ")[0]
        said = Said(f"不是有效的 TOML：{reason}", f"not valid TOML: {reason}")
    raise BrokenPack([BrokenLine(line, Fault("", "toml", said))])


def _of_schema(tree: Any, error: dict[str, Any]) -> Fault:
    """A fault that pydantic reports, at a place in the file; what is missing is named all the same."""
    loc = error["loc"]
    place = _present(tree, loc) + ([loc[-1]] if error["type"] == "missing" else [])
    (fault,) = faults.located([error | {"loc": place}])
    own = error.get("ctx", {}).get("zh")
    return Fault(fault.pointer, fault.code, Said(own, error["msg"])) if own else fault


def _present(tree: Any, path: Iterable[str | int]) -> list[str | int]:
    """The parts of a path that the tree has: tags of unions are in a path of pydantic's, but in no file."""
    present = []
    for part in path:
        if part in (range(len(tree)) if isinstance(tree, list) else tree if isinstance(tree, dict) else ()):
            tree = tree[part]
            present.append(part)
    return present


class _Lines:
    """Where in a TOML text something stands: in the first line after which the text read so far has it."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.read_until = lru_cache(maxsize=None)(self._read_until)

    def line_of(self, pointer: str) -> int:
        """The line, from 1, of a pointer; of what should contain it, where it is missing from the text."""
        parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        path = [int(part) if part.isdecimal() else part for part in parts]
        there = _present(self.read_until(len(self.lines)), path)
        low, high = 1, len(self.lines)
        while low < high:
            middle = (low + high) // 2
            read = _present(self.read_until(middle), there) == there
            low, high = (low, middle) if read else (middle + 1, high)
        return low

    def _read_until(self, count: int) -> Any:
        """What the first lines say, up to the last of them that ends a value or an item of a list."""
        while count > 0:
            text = "\n".join(self.lines[:count])
            for closing in CLOSINGS:
                try:
                    return tomllib.loads(text + closing)
                except ValueError:
                    continue
            count -= 1
        return {}
