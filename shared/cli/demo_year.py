"""The demo year (演示年) as it is planned and drawn: institutions, registrations, and what becomes of them.

Nobody in it exists. People's numbers have the address 360101, which is given to no one; the same plan draws the same
people, so that loading it twice adds nothing.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Annotated, Any

from pydantic import Field
from stdnum.cn import ric, uscc

from shared.contracts.parts import Part

Subject = dict[str, Any]
Numbers = Annotated[list[int], Field(min_length=12, max_length=12)]


class PlannedInstitution(Part):
    """A partner that does not exist (合作单位)."""

    code: str
    kind: str
    unit: str
    name: str


class PlannedProgramme(Part):
    """How many come in each unit and month, who posts them and what their details are drawn from.

    In `details`, "@fact" stands for the fact date and "@certificate" for a number that agrees with the skill level,
    and "" for a detail that is left out.
    """

    code: str
    posted_by: list[str]
    months: dict[str, Numbers]
    december_before: dict[str, int] = Field(default_factory=dict)
    ages: tuple[int, int] | None = None
    fact_in_month: bool = False
    same_people: dict[str, int] = Field(default_factory=dict)
    suffix: str = ""
    posts: list[str] = Field(default_factory=list)
    details: dict[str, list[Any]] = Field(default_factory=dict)


class PlannedException(Part):
    """Some of a month's registrations stop before a step, or are returned, exit or are revoked."""

    programme: str
    month: int
    count: int
    before: str | None = None
    then: str | None = None
    in_month: int | None = None
    reason: str | None = None


class PlannedShares(Part):
    """What units are given of a programme's amount (任务分解), from the beginning of its period on."""

    programme: str
    label: str
    amounts: dict[str, int]


class PlannedValues(Part):
    """What a department reports of an indicator, by year; each of 31 December."""

    code: str
    horizon: int | None = None
    source: str
    document: str
    values: dict[str, str]


class PlannedFacts(Part):
    """What follows some recognitions (认定后情况), of registrations of the months before whose details fit.

    `having` are details they have, `without` one they have not; holders of posts are drawn by `ages`.
    """

    programme: str
    attribute: str
    on: date
    count: int
    without: str
    having: dict[str, str] = Field(default_factory=dict)
    ages: tuple[int, int] | None = None


class PlannedPlacements(Part):
    """So many trainees (见习) at each of the first bases; of each base's some finish, and of these some are hired."""

    bases: int
    started_on: date
    months: int
    ages: tuple[int, int]
    finished_on: date
    at_each: int
    finished: int
    hired: int


class Plan(Part):
    """A demo year as its file describes it."""

    seed: int
    year: int
    published_on_day: int
    decided_on_day: int
    decision_no: str
    impact_assessment_ref: str
    surnames: str
    given: str
    organisations: str
    uscc: dict[str, str]
    institutions: list[PlannedInstitution]
    programmes: list[PlannedProgramme]
    exceptions: list[PlannedException]
    bulletin_no: str = "通报〔{year}〕{n}号"
    shares: list[PlannedShares] = Field(default_factory=list)
    reported: list[PlannedValues] = Field(default_factory=list)
    facts: list[PlannedFacts] = Field(default_factory=list)
    placements: list[PlannedPlacements] = Field(default_factory=list)


@dataclass(frozen=True)
class Planned:
    """A registration to be posted, in the month that begins on `month`."""

    programme: str
    institution: str
    month: date
    body: dict[str, Any]
    exception: PlannedException | None


def read_plan(path: Path) -> Plan:
    """The plan in a TOML file."""
    return Plan.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def credit_code(prefix: str, serial: int) -> str:
    """A unified social credit code of the city's registrar that is valid (GB 32100, GB 11714) and not issued."""
    body = f"MA{serial:06d}"
    weighed = zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    inner = -sum(int(char, 36) * weight for char, weight in weighed) % 11
    number = f"{prefix}360100{body}{'X' if inner == 10 else inner}"
    return number + str(uscc.calc_check_digit(number))


class Drawing:
    """Draws a plan's registrations; the same seed draws the same ones."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lots = Random(plan.seed)
        self.born: Counter[date] = Counter()
        self.subjects: dict[str, list[Subject]] = {}
        names = plan.organisations.split()
        self.names = [one + other for one in names for other in names if one != other]
        self.lots.shuffle(self.names)
        self.codes = {each.code: credit_code(plan.uscc[each.kind], 101 + n) for n, each in enumerate(plan.institutions)}
        self.serials = 0
        self.exceptions: dict[tuple[str, int], list[PlannedException]] = {}
        for each in plan.exceptions:
            self.exceptions.setdefault((each.programme, each.month), []).extend([each] * each.count)

    def registrations(self) -> list[Planned]:
        """Every registration of the plan, month by month."""
        drawn = [planned for programme in self.plan.programmes for planned in self._of(programme)]
        return sorted(drawn, key=lambda planned: planned.month)

    def _of(self, programme: PlannedProgramme) -> Iterator[Planned]:
        places = list(self._places(programme))
        self.lots.shuffle(places)
        known: list[Subject | None] = [
            subject
            for code, count in programme.same_people.items()
            for subject in self.lots.sample(self.subjects[code], count)
        ]
        known += [None] * (len(places) - len(known))
        self.lots.shuffle(known)
        self.subjects[programme.code] = []
        for n, ((month, unit), shared) in enumerate(zip(places, known, strict=True), 1):
            host = self._host(programme, unit)
            fact = self._fact_date(programme, month)
            subject = shared or self._subject(programme, host, fact)
            self.subjects[programme.code].append(subject)
            special = self.exceptions.get((programme.code, month.month), []) if month.year == self.plan.year else []
            body = {
                "programme": programme.code,
                "submit": True,
                "subject": subject,
                "reporting_unit": unit,
                "fact_date": fact.isoformat(),
                "details": dict(self._details(programme, fact, subject)),
                "external_ref": f"DEMO-{programme.code}-{n:04d}",
            }
            yield Planned(programme.code, host.code, month, body, special.pop() if special else None)

    def _places(self, programme: PlannedProgramme) -> Iterator[tuple[date, str]]:
        for unit, count in programme.december_before.items():
            yield from [(date(self.plan.year - 1, 12, 1), unit)] * count
        for month in range(1, 13):
            for unit, counts in programme.months.items():
                yield from [(date(self.plan.year, month, 1), unit)] * counts[month - 1]

    def _host(self, programme: PlannedProgramme, unit: str) -> PlannedInstitution:
        here = [each for each in self.plan.institutions if each.unit == unit and each.kind in programme.posted_by]
        bureau = [each for each in self.plan.institutions if each.unit == unit and each.kind == "bureau"]
        return self.lots.choice(here or bureau)

    def _fact_date(self, programme: PlannedProgramme, month: date) -> date:
        if programme.fact_in_month:
            return month.replace(day=self.lots.randint(1, 28))
        return month - timedelta(days=self.lots.randint(3, 45))

    def _subject(self, programme: PlannedProgramme, host: PlannedInstitution, fact: date) -> Subject:
        self.serials += 1
        if programme.ages:
            return self.person(programme.ages, fact)
        if programme.posts:
            name = self.lots.choice(programme.posts)
            code = f"GW-{self.plan.year}-{self.serials:05d}"
            return {"kind": "post", "post_code": code, "name": name, "host_uscc": self.codes[host.code]}
        code = credit_code(self.plan.uscc["company"], 1000 + self.serials)
        return {"kind": "organisation", "uscc": code, "name": f"{self.names.pop()}{programme.suffix}"}

    def person(self, ages: tuple[int, int], fact: date) -> Subject:
        """Somebody of an age on a day, with a number that nobody has."""
        born = date(fact.year - self.lots.randint(*ages), self.lots.randint(1, 12), self.lots.randint(1, 28))
        self.born[born] += 1
        body = f"360101{born:%Y%m%d}{self.born[born]:03d}"
        number = body + ric.calc_check_digit(f"{body}?")  # it leaves out the last character
        name = self.lots.choice(self.plan.surnames) + "".join(
            self.lots.sample(self.plan.given, self.lots.randint(1, 2))
        )
        return {"kind": "person", "name": name, "id_type": "resident_id", "id_number": number, "id_country": "CHN"}

    def _details(self, programme: PlannedProgramme, fact: date, subject: Subject) -> Iterator[tuple[str, Any]]:
        level = ""
        for name, choices in programme.details.items():
            value = self.lots.choice([each for each in choices if _possible(each, fact, subject)])
            level = value if name == "skill_level" else level
            if value == "@certificate":  # year, province, city, kind of organ, organ, level, serial number
                value = f"{fact:%y}36011{self.lots.randint(1, 999):03d}{level}{self.serials:05d}"
            value = fact if value == "@fact" else value
            if value != "":
                yield name, value.isoformat() if isinstance(value, date) else value


def _possible(value: Any, fact: date, subject: Subject) -> bool:
    """A date to choose lies before the fact, and nobody has left school before they were twenty."""
    if not isinstance(value, date):
        return True
    born = int(subject["id_number"][6:10]) if "id_number" in subject else 0
    return value < fact and value.year - born >= 20
