"""What may be recorded of a registration after it is recognised, and which details that changes. Pure."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from services.registry.programmes.rules.attributes import attributes_of
from services.registry.programmes.rules.details import DetailValue
from shared.contracts.attributes import OF_A_POST, FollowedAttribute
from shared.contracts.policy import Programme
from shared.problems import Fault, Said

POST = "post"  # a vacancy and a holder follow one another

NAMES: Mapping[str, Said] = {
    "vacant_since": Said("空缺起始日期", "vacant since"),
    "holder": Said("在岗人员", "holder"),
    "settled_on": Said("落户日期", "household registered on"),
    "second_certificate": Said("第二证书日期", "second certificate"),
}


class Recorded(NamedTuple):
    """A circumstance that stands; `who` is its holder, None where it has none."""

    attribute: FollowedAttribute
    effective_on: date
    day: date | None
    who: Hashable | None
    details: Mapping[str, DetailValue]


class Tenure(NamedTuple):
    """Days on which somebody holds a post; the last one is open."""

    who: Hashable
    since: date
    until: date | None

    def meets(self, other: "Tenure") -> bool:
        """Whether both hold on a same day."""
        return (other.until is None or self.since < other.until) and (self.until is None or other.since < self.until)


def slot_of(attribute: FollowedAttribute) -> str:
    """What it is one of: what a post goes through, or something that happens once."""
    return POST if attribute in OF_A_POST else attribute


def circumstance_faults(
    new: Recorded, programme: Programme, counted_on: date, ended_on: date | None, today: date
) -> list[Fault]:
    """What cannot be: an attribute the programme has not, a day in the future, before it counts or after it left.

    A day that was stated decides when it is effective: on that day, or from the first one on that counts.
    """
    if new.attribute not in programme.follows:
        return [_not_followed(programme)]
    faults = []
    if new.effective_on > today:
        faults.append(IN_FUTURE)
    elif new.effective_on < counted_on:
        faults.append(BEFORE_COUNTING)
    elif ended_on is not None and new.effective_on >= ended_on:
        faults.append(AFTER_LEAVING)
    elif new.day is not None and new.effective_on != max(new.day, counted_on):
        faults.append(ANOTHER_DAY)
    return faults


def contradicts(
    new: Recorded, others: Sequence[Recorded], programme: Programme, details: Mapping[str, DetailValue]
) -> bool:
    """Whether it cannot stand beside the others of its slot, or says what is so already.

    What happens once (落户、双证) stands once; a post changes once a day, from vacant to held or from one to another.
    """
    if slot_of(new.attribute) != POST:
        return bool(others) or _changes_nothing(new, programme, details)
    if any(each.effective_on == new.effective_on for each in others):
        return True
    before = max(
        (each for each in others if each.effective_on < new.effective_on),
        key=lambda each: each.effective_on,
        default=None,
    )
    if before is None:
        return new.attribute == "vacant_since" and programme.follows["vacant_since"] in details
    return (before.attribute, before.who) == (new.attribute, new.who)


def _changes_nothing(new: Recorded, programme: Programme, details: Mapping[str, DetailValue]) -> bool:
    field = programme.follows[new.attribute]
    later = dict(details) | {field: str(new.day)}
    before, after = (attributes_of(programme.attributes, each) for each in (details, later))
    return field in details and before == after


def later_details(standing: Iterable[Recorded], programme: Programme) -> list[dict[str, DetailValue | None]]:
    """The fields that circumstances give other values, each from its day on, in order.

    Who holds a post next brings what is stated of them; a vacancy leaves nothing of whoever was there. What the post
    itself counts as stays, unless something else is stated.
    """
    found: list[dict[str, DetailValue | None]] = []
    for each in sorted(standing, key=lambda each: (each.effective_on, each.attribute)):
        values: dict[str, DetailValue | None] = {}
        if each.attribute in OF_A_POST:
            values |= dict.fromkeys(field.name for field in programme.fields if not field.counts)
            values |= each.details
        if each.attribute in programme.follows:
            values[programme.follows[each.attribute]] = (each.day or each.effective_on).isoformat()
        found += [{"on": each.effective_on.isoformat(), "field": name, "value": values[name]} for name in values]
    return found


def tenures(standing: Iterable[Recorded], ended_on: date | None) -> list[Tenure]:
    """Who held a post, one after another."""
    in_order = sorted((each for each in standing if each.attribute in OF_A_POST), key=lambda each: each.effective_on)
    ends = [*(each.effective_on for each in in_order[1:]), ended_on]
    return [
        Tenure(each.who, each.effective_on, until)
        for each, until in zip(in_order, ends if in_order else (), strict=True)
        if each.who is not None
    ]


def _not_followed(programme: Programme) -> Fault:
    names = [NAMES[each] for each in programme.follows]
    zh, en = "、".join(each.zh for each in names), ", ".join(each.en for each in names)
    said = Said(
        f"本计划认定后可记录：{zh}" if names else "本计划没有认定后须记录的情况",
        f"The programme follows {en}" if names else "The programme follows nothing after recognition",
    )
    return Fault("/attribute", "not_followed", said)


IN_FUTURE = Fault("/effective_on", "in_future", Said("生效日期不能晚于今天", "cannot lie after today"))
BEFORE_COUNTING = Fault(
    "/effective_on",
    "before_counting",
    Said(
        "生效日期不能早于认定计数日期；认定前已有的情况从该日起算", "lies before it counts; give the day it counts from"
    ),
)
AFTER_LEAVING = Fault(
    "/effective_on",
    "after_leaving",
    Said("生效日期须早于退出（注销、期满）日期", "must lie before the day on which it left"),
)
ANOTHER_DAY = Fault(
    "/effective_on",
    "another_day",
    Said(
        "生效日期须与所填日期一致；该日期早于认定计数日期的，从认定计数日期起算",
        "must be the day that is stated or, where that lies before it counts, the day it counts from",
    ),
)
