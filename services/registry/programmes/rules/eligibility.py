"""Whether an applicant meets the conditions of a programme (资格条件). Pure: values in, decision out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.registry.programmes.rules.certificates import agrees, read_certificate
from services.registry.programmes.rules.details import DetailValue
from services.registry.subjects.rules.dates import age_on, corresponding_day
from services.registry.subjects.rules.documents import Note
from shared.contracts.eligibility import (
    AgeRule,
    CertificateRule,
    EducationRule,
    EligibilityRule,
    InCityRule,
    Level,
    MonthsSinceRule,
    NeededWhenRule,
    OneOfRule,
    TermRule,
    VocationalRule,
)
from shared.education import LEVELS, education_of, is_secondary_vocational_or_above
from shared.problems import Fault, Said

_DIVISION = re.compile(r"[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?")


@dataclass(frozen=True)
class Applicant:
    """What the rules look at: the checked details, the fact date (事实发生日期), and a person's birth date."""

    details: Mapping[str, DetailValue]
    fact_date: date
    birth_date: date | None = None


@dataclass(frozen=True)
class EligibilityVerdict:
    """What refuses a registration, and what only asks for a person's eyes."""

    faults: tuple[Fault, ...] = ()
    warnings: tuple[Note, ...] = ()


@dataclass(frozen=True)
class RuleFinding:
    """What one rule found; `always_warns` marks what warns whatever effect the rule has."""

    pointer: str
    code: str
    said: Said
    always_warns: bool = False


def judge(rules: Sequence[EligibilityRule], applicant: Applicant) -> EligibilityVerdict:
    """Every rule on one applicant; pointers into the registration ("/details/<field>", "/subject/birth_date").

    A detail that was not given is not judged: what must be given is the field's `required` to say.
    """
    findings = [(rule, found) for rule in rules if (found := _finding(rule, applicant))]
    return EligibilityVerdict(
        tuple(Fault(found.pointer, found.code, found.said) for rule, found in findings if _refuses(rule, found)),
        tuple(Note(found.code, "warning", found.said) for rule, found in findings if not _refuses(rule, found)),
    )


def _refuses(rule: EligibilityRule, found: RuleFinding) -> bool:
    return rule.effect == "refuse" and not found.always_warns


def _finding(rule: EligibilityRule, applicant: Applicant) -> RuleFinding | None:
    details = applicant.details
    match rule:
        case AgeRule():
            return _age(rule, applicant)
        case CertificateRule():
            return _certificate(rule, details)
        case NeededWhenRule():
            return _needed_when(rule, details)
        case _ if rule.field not in details:
            return None
        case OneOfRule():
            return _one_of(rule, str(details[rule.field]))
        case MonthsSinceRule():
            return _months_since(rule, date.fromisoformat(str(details[rule.field])), applicant.fact_date)
        case InCityRule():
            return _in_city(rule, str(details[rule.field]))
        case EducationRule():
            return _education(rule, str(details[rule.field]), str(details.get(rule.code_set, "2006")))
        case VocationalRule():
            return _vocational(rule, details)
        case TermRule():
            return _term(rule, details[rule.field])


def _age(rule: AgeRule, applicant: Applicant) -> RuleFinding | None:
    pointer = "/subject/birth_date"
    if applicant.birth_date is None:
        said = Said("本计划有年龄条件，请填写出生日期。", "The programme has an age condition; state the birth date.")
        return RuleFinding(pointer, "birth_date_needed", said)
    age = age_on(applicant.birth_date, applicant.fact_date)
    if rule.at_least is not None and age < rule.at_least:
        said = Said(
            f"事实发生日期时未满{rule.at_least}周岁，不符合本计划条件。请核对出生日期和事实发生日期。",
            f"On the fact date the person was under {rule.at_least}, which the programme does not admit. "
            "Check the birth date and the fact date.",
        )
        return RuleFinding(pointer, "below_age", said)
    if rule.at_most is not None and age > rule.at_most:
        said = Said(
            f"事实发生日期时已超过{rule.at_most}周岁，不符合本计划条件。请核对出生日期和事实发生日期。",
            f"On the fact date the person was older than {rule.at_most}, which the programme does not admit. "
            "Check the birth date and the fact date.",
        )
        return RuleFinding(pointer, "above_age", said)
    return None


def _one_of(rule: OneOfRule, given: str) -> RuleFinding | None:
    if given in rule.values:
        return None
    said = Said(f"{rule.said_zh}。请核对，或改报相应计划。", f"{rule.said_en}. Check it, or use the right programme.")
    return RuleFinding(f"/details/{rule.field}", "not_in_this_programme", said)


def _months_since(rule: MonthsSinceRule, since: date, fact_date: date) -> RuleFinding | None:
    """The start day is not counted and the term ends with its corresponding day, so it is over the day after (C29)."""
    boundary = corresponding_day(since, rule.more_than)
    pointer = f"/details/{rule.field}"
    if fact_date < boundary:
        said = Said(
            f"至事实发生日期未满{rule.more_than}个月，不符合本计划条件。请核对两个日期，或期满后再报。",
            f"Fewer than {rule.more_than} months had passed by the fact date, which the programme does not admit. "
            "Check both dates, or register once the time is over.",
        )
        return RuleFinding(pointer, "too_soon", said)
    if fact_date == boundary:
        said = Said(
            f"事实发生日期恰为满{rule.more_than}个月之日：起算日不计，期间至当日24时届满（民法典第201、202条）。请人工确认。",
            f"The fact date is the very day on which {rule.more_than} months end; they are over at its midnight. "
            "Staff must confirm.",
        )
        return RuleFinding(pointer, "boundary_day", said, always_warns=True)
    return None


def _in_city(rule: InCityRule, given: str) -> RuleFinding | None:
    pointer = f"/details/{rule.field}"
    if not _DIVISION.fullmatch(given):
        said = Said(
            "须为6、9或12位区划代码。请改正。", "This must be a division code of 6, 9 or 12 digits. Correct it."
        )
        return RuleFinding(pointer, "not_a_division", said)
    if given.startswith(rule.prefix):
        return None
    said = Said(
        "所在地不在本市：以实际所在地的区划代码为准，与开发区、新区的名称无关。不符合本计划条件。",
        "The place lies outside the city: its division code decides, not the name of a development zone. "
        "The programme does not admit it.",
    )
    return RuleFinding(pointer, "outside_city", said)


def _certificate(rule: CertificateRule, details: Mapping[str, DetailValue]) -> RuleFinding | None:
    if rule.number not in details or rule.level not in details:
        return None
    pointer = f"/details/{rule.number}"
    certificate = read_certificate(str(details[rule.number]))
    if certificate is None:
        said = Said(
            "证书编号不是已知形式（16位数字；Y或S加21位数字；2个字母加20位数字），无法核对等级。请核对证书。",
            "The certificate number has no known form (16 digits; Y or S and 21 digits; 2 letters and 20 digits), so "
            "the level could not be checked. Compare it with the certificate.",
        )
        return RuleFinding(pointer, "certificate_unknown", said, always_warns=True)
    if agrees(certificate, str(details[rule.level])):
        return None
    place = {"qualification": 11, "skill_level": 16, "special": 1}[certificate.kind]
    said = Said(
        f"证书编号第{place}位所示等级与填报的技能等级不一致。请照证书核对编号和等级。",
        f"Character {place} of the certificate number tells another level than the one stated. "
        "Compare both with the certificate.",
    )
    return RuleFinding(pointer, "certificate_level_differs", said)


def _education(rule: EducationRule, code: str, code_set: str) -> RuleFinding | None:
    pointer = f"/details/{rule.field}"
    if education := education_of(code, code_set):
        return _below(pointer, rule.at_least) if rule.at_least and not education.reaches(rule.at_least) else None
    standard = Said("GB 4658-1984", "GB 4658-1984") if code_set == "1984" else Said("GB/T 4658-2006", "GB/T 4658-2006")
    said = Said(
        f"{standard.zh}中没有此学历代码（2006版的初中、小学肄业为73、83）。请核对代码和代码版本。",
        f"{standard.en} has no such education code (in 2006, junior high and primary school left early are 73 and 83). "
        "Check the code and the version of the codes.",
    )
    return RuleFinding(pointer, "unknown_education", said)


def _below(pointer: str, level: Level) -> RuleFinding:
    wanted = LEVELS[level]
    said = Said(
        f"须为{wanted.zh}及以上学历毕业，不符合本计划条件。请核对学历代码。",
        f"The programme asks for a finished {wanted.en} education or a higher one. Check the education code.",
    )
    return RuleFinding(pointer, "below_level", said)


def _needed_when(rule: NeededWhenRule, details: Mapping[str, DetailValue]) -> RuleFinding | None:
    given = details.get(rule.when)
    if isinstance(given, bool):
        given = "yes" if given else "no"
    if given != rule.value or rule.field in details:
        return None
    said = Said(f"{rule.said_zh}。请填写。", f"{rule.said_en}. Fill it in.")
    return RuleFinding(f"/details/{rule.field}", "needed_here", said)


def _vocational(rule: VocationalRule, details: Mapping[str, DetailValue]) -> RuleFinding | None:
    code_set = str(details.get(rule.code_set, "2006"))
    if details.get(rule.when) != rule.value or is_secondary_vocational_or_above(str(details[rule.field]), code_set):
        return None
    said = Said(
        "该依据须为中专及以上学历毕业（普通高中不在内）。请核对学历代码，或改选其他依据。",
        "This ground needs a finished secondary vocational education or more; a general high school is none. "
        "Check the education code, or choose another ground.",
    )
    return RuleFinding(f"/details/{rule.field}", "below_vocational", said)


def _term(rule: TermRule, months: DetailValue) -> RuleFinding | None:
    if isinstance(months, int) and rule.at_least <= months <= rule.at_most:
        return None
    said = Said(
        f"期限须为{rule.at_least}至{rule.at_most}个月。请核对协议。",
        f"The term must be {rule.at_least} to {rule.at_most} months. Check the agreement.",
    )
    return RuleFinding(f"/details/{rule.field}", "term_out_of_range", said)
