"""Whether the parts of a policy pack fit together (引用检查): codes that exist, each once, of a kind that fits."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import pairwise, product

from shared.contracts.attributes import OF_A_POST
from shared.contracts.details import DetailField
from shared.contracts.duplicates import Relation
from shared.contracts.eligibility import NeededWhenRule, OneOfRule, VocationalRule
from shared.contracts.pace import Duty
from shared.contracts.parts import Part
from shared.contracts.policy import PackQuota, PolicyPack, Programme, ReportingUnit, Rounds, Succession
from shared.problems import Fault, Said

REASONS: Mapping[str, Said] = {
    "twice": Said("代码重复，前面已经用过", "this code was used before"),
    "unknown_unit": Said("没有这个填报单位", "there is no such reporting unit"),
    "unknown_division": Said("没有这个行政区划代码", "there is no such statutory division"),
    "unknown_programme": Said("没有这个人才计划", "there is no such programme"),
    "unknown_field": Said("计划中没有这个字段", "the programme has no such field"),
    "unknown_choice": Said("不是该字段的选项", "is not among the choices of that field"),
    "field_type": Said("该规则不能用于这种类型的字段", "the rule does not fit a field of this type"),
    "does_not_count": Said("该字段未设为参与计数（counts）", "the field is not one that counts"),
    "subject_kinds": Said("所列计划的登记对象种类不同，不能合计", "the programmes register different kinds of subject"),
    "no_post": Said("空缺和在岗人员只用于岗位计划", "only posts fall vacant and have holders"),
    "no_person": Said("只有登记人员的计划才有年龄规则", "only a programme of persons can ask for an age"),
    "same_unit": Said("划入与划出为同一单位", "a unit cannot succeed itself"),
    "same_programme": Said("两者是同一个计划", "a programme has no relation to itself"),
    "head_elsewhere": Said(
        "计入的计划须是两者之一，且只用于 count_once", "only count_once has a head, and it is one of the two"
    ),
    "successor_not_valid": Said("划入单位当日不在有效期内", "the successor is not valid on that day"),
    "spells_overlap": Said("与另一段时间重叠", "overlaps another spell"),
    "rounds_overlap": Said("届次的时间重叠", "the rounds overlap"),
}
RULE_FIELDS: Mapping[str, Mapping[str, str]] = {
    "one_of": {"field": "choice"},
    "months_since": {"field": "date"},
    "in_city": {"field": "text"},
    "certificate_level": {"number": "text", "level": "choice"},
    "education": {"field": "text", "code_set": "choice"},
    "vocational_or_above": {"when": "choice", "field": "text", "code_set": "choice"},
    "needed_when": {"when": "", "field": ""},
    "term_months": {"field": "integer"},
}
ATTRIBUTE_FIELDS: Mapping[str, Mapping[str, str]] = {
    "given": {"field": ""},
    "same_year": {"one": "date", "other": "date"},
}
TERM_FIELDS = {"start": "date", "months": "integer", "first_day_counts": "boolean", "until": "date"}


def faults_of(pack: PolicyPack) -> list[Fault]:
    """Every reference between the parts of a pack that does not hold; none when a service may rely on it."""
    units = {unit.code: unit for unit in pack.reporting_units}
    programmes = {programme.code: programme for programme in pack.programmes}
    found = list(_doubles(pack))
    for n, succession in enumerate(pack.successions):
        found += _in_succession(succession, units, f"/successions/{n}")
    found += _in_places(pack, units)
    for n, programme in enumerate(pack.programmes):
        found += _in_programme(programme, f"/programmes/{n}")
    for n, relation in enumerate(pack.relations):
        found += _in_relation(relation, programmes, f"/relations/{n}")
    for n, quota in enumerate(pack.quotas):
        found += _in_quota(quota, programmes, units, f"/quotas/{n}")
    for n, duty in enumerate(pack.reporting.duties):
        found += _in_duty(duty, programmes, units, f"/reporting/duties/{n}")
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
    yield from _repeated([frozenset((r.one, r.other)) for r in pack.relations], "/relations/{}/other")
    yield from _repeated([(each.code, each.horizon) for each in pack.indicators], "/indicators/{}/code")
    yield from _repeated([d.programme for d in pack.reporting.duties], "/reporting/duties/{}/programme")
    yield from _repeated([(s.old, s.new, s.effective_on) for s in pack.successions], "/successions/{}/new")
    for n, programme in enumerate(pack.programmes):
        names = [field.name for field in programme.fields]
        yield from _repeated(names, f"/programmes/{n}/fields/{{}}/name")
        for m, attribute in enumerate(programme.attributes):
            if attribute.name in names + [other.name for other in programme.attributes[:m]]:
                yield _fault("twice", f"/programmes/{n}/attributes/{m}/name")
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


def _in_places(pack: PolicyPack, units: Mapping[str, ReportingUnit]) -> Iterator[Fault]:
    """Divisions become others that exist; a township has one place a day, in a division and with units that exist."""
    codes = {division.code for division in pack.divisions}
    for n, division in enumerate(pack.divisions):
        if division.successor is not None and division.successor not in codes:
            yield _fault("unknown_division", f"/divisions/{n}/successor")
    names = [name for township in pack.townships for name in township.names]
    for n, township in enumerate(pack.townships):
        if any(names.count(name) > 1 for name in township.names):
            yield _fault("twice", f"/townships/{n}/names")
        for m, spell in enumerate(township.spells):
            at = f"/townships/{n}/spells/{m}"
            if spell.gb2260 not in codes:
                yield _fault("unknown_division", f"{at}/gb2260")
            for k, unit in enumerate(spell.units):
                if unit not in units:
                    yield _fault("unknown_unit", f"{at}/units/{k}")
            if any(other.lasts(spell.valid_from) for other in township.spells if other is not spell):
                yield _fault("spells_overlap", f"{at}/valid_from")


def _in_relation(relation: Relation, programmes: Mapping[str, Programme], at: str) -> Iterator[Fault]:
    """Two programmes that one subject could be in, and a head that is one of them."""
    kinds = set()
    for name in ("one", "other"):
        programme = programmes.get(getattr(relation, name))
        if programme is None:
            yield _fault("unknown_programme", f"{at}/{name}")
        else:
            kinds.add(programme.subject_kind)
    if relation.one == relation.other:
        yield _fault("same_programme", f"{at}/other")
    elif len(kinds) > 1:
        yield _fault("subject_kinds", f"{at}/other")
    if relation.head and (relation.rule != "count_once" or relation.beside(relation.head) is None):
        yield _fault("head_elsewhere", f"{at}/head")


def _in_programme(programme: Programme, at: str) -> Iterator[Fault]:
    """Rules, attributes and the term ask for fields that exist, of a type they can judge, and for values to choose."""
    fields = {field.name: field for field in programme.fields}
    choices = {field.name: field.codes for field in programme.fields if field.type in ("choice", "boolean")}
    for n, rule in enumerate(programme.eligibility):
        if rule.rule == "age" and programme.subject_kind != "person":
            yield _fault("no_person", f"{at}/eligibility/{n}/rule")
        yield from _wanted(rule, RULE_FIELDS.get(rule.rule, {}), fields, f"{at}/eligibility/{n}")
        if isinstance(rule, OneOfRule) and rule.field in choices:
            yield from _unknown_choices(rule.values, choices[rule.field], f"{at}/eligibility/{n}/values/{{}}")
        if isinstance(rule, VocationalRule | NeededWhenRule) and rule.when in choices:
            yield from _unknown_choices([rule.value], choices[rule.when], f"{at}/eligibility/{n}/value")
    for n, derived in enumerate(programme.attributes):
        yield from _wanted(derived, ATTRIBUTE_FIELDS[derived.rule], fields, f"{at}/attributes/{n}")
    if programme.term:
        named = {name: kind for name, kind in TERM_FIELDS.items() if hasattr(programme.term, name)}
        yield from _wanted(programme.term, named, fields, f"{at}/term")
    for attribute, name in programme.follows.items():
        if name not in fields or fields[name].type != "date":
            yield _fault("field_type" if name in fields else "unknown_field", f"{at}/follows/{attribute}")
        if attribute in OF_A_POST and programme.subject_kind != "post":
            yield _fault("no_post", f"{at}/follows/{attribute}")


def _wanted(part: Part, kinds: Mapping[str, str], fields: Mapping[str, DetailField], at: str) -> Iterator[Fault]:
    """The fields a part of the pack names; of type "" where any will do."""
    for name, kind in kinds.items():
        field = fields.get(getattr(part, name))
        if field is None:
            yield _fault("unknown_field", f"{at}/{name}")
        elif kind and field.type != kind:
            yield _fault("field_type", f"{at}/{name}")


def _unknown_choices(values: Sequence[str], permitted: Sequence[str], at: str) -> Iterator[Fault]:
    for n, value in enumerate(values):
        if value not in permitted:
            yield _fault("unknown_choice", at.format(n))


def _in_quota(
    quota: PackQuota, programmes: Mapping[str, Programme], units: Mapping[str, object], at: str
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
        codes = programme.counting_codes.get(name)
        if codes is None:
            known = name in {field.name for field in programme.fields}
            yield _fault("does_not_count" if known else "unknown_field", f"{at}/where/{name}")
        else:
            yield from _unknown_choices(values, codes, f"{at}/where/{name}/{{}}")
    if quota.unit is not None and quota.unit not in units:
        yield _fault("unknown_unit", f"{at}/unit")
    if isinstance(quota.period, Rounds):
        yield from _in_rounds(quota.period, f"{at}/period/rounds")


def _in_duty(duty: Duty, programmes: Mapping[str, object], units: Mapping[str, object], at: str) -> Iterator[Fault]:
    """Units that exist report on a programme that exists, each once."""
    if duty.programme not in programmes:
        yield _fault("unknown_programme", f"{at}/programme")
    for n, unit in enumerate(duty.units):
        if unit not in units:
            yield _fault("unknown_unit", f"{at}/units/{n}")
    yield from _repeated(duty.units, f"{at}/units/{{}}")


def _in_rounds(period: Rounds, at: str) -> Iterator[Fault]:
    """No day lies in two rounds, and no two rounds have one label."""
    yield from _repeated([a_round.label for a_round in period.rounds], f"{at}/{{}}/label")
    order = sorted(range(len(period.rounds)), key=lambda n: period.rounds[n].start)
    for earlier, later in pairwise(order):
        end = period.rounds[earlier].end
        if end is None or period.rounds[later].start <= end:
            yield _fault("rounds_overlap", f"{at}/{later}/start")
