"""What a decision about an amount will change (影响预告): for whoever decides, before it takes effect. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.quota.quotas.rules import Terms
from shared.problems import Said


@dataclass(frozen=True)
class QuotaEffect:
    """One thing that changes: what it is, a sentence for people, and how many it concerns."""

    code: str
    said: Said
    count: int | None = None


class Concerned(NamedTuple):
    """A programme that the quota counts, by name; whether it recognises at once what nobody has to look at."""

    name: Said
    direct: bool


@dataclass(frozen=True)
class Situation:
    """How things stand within the quota's scope: its name, the figure, places held, and who is not recognised yet."""

    called: Said
    programmes: Sequence[Concerned]
    value: int
    held: int
    waiting: int
    unrecognised: int


def effects(before: Terms | None, after: Terms, now: Situation) -> list[QuotaEffect]:
    """What changes from the terms in force, None where nothing is, to those decided."""
    had, has = before.places if before else None, after.places
    found = [_figure(after, now)]
    if has is None:
        return found + ([] if had is None else list(_lifted(now)))
    if had is None:
        found += _newly_limited(has, now)
    elif had != has:
        said = Said(f"名额由{had}个调整为{has}个", f"The places change from {had} to {has}")
        found.append(QuotaEffect("places_changed", said, has))
    return [*found, _room(has, now)]


def _figure(after: Terms, now: Situation) -> QuotaEffect:
    return QuotaEffect(
        "counted",
        Said(
            f"“{now.called.zh}”目标任务为{after.amount}，已认定的登记现有{now.value}计入",
            f"{now.called.en}: the amount is {after.amount}, and {now.value} that are recognised count at once",
        ),
        now.value,
    )


def _newly_limited(places: int, now: Situation) -> Iterator[QuotaEffect]:
    yield QuotaEffect(
        "limited",
        Said(
            f"此范围内的登记须有名额方可认定，共{places}个名额；其他单位、期间不受影响",
            f"Registrations within this scope need a place to be recognised, of which there are {places}; other units "
            "and periods are not concerned",
        ),
        places,
    )
    yield from map(_workflow, now.programmes)
    if now.unrecognised:
        yield QuotaEffect(
            "unrecognised",
            Said(
                f"范围内尚未认定的登记至多{now.unrecognised}项（以计数日期为准），认定时须取得名额",
                f"Up to {now.unrecognised} registrations that are not recognised yet will need a place, by the day "
                "they count from",
            ),
            now.unrecognised,
        )


def _workflow(programme: Concerned) -> QuotaEffect:
    zh, en = programme.name
    if programme.direct:
        said = Said(
            f"“{zh}”提交时即核定名额：有名额的当即认定，没有的列入候补，由人才办办理",
            f"“{en}” asks for a place on submission: with one it is recognised at once, without one it stands on the "
            "waiting list, which is the bureau's",
        )
        return QuotaEffect("submission_asks", said)
    said = Said(
        f"“{zh}”认定时核定名额：没有名额的不予认定，列入候补",
        f"“{en}” asks for a place on recognition: without one it is not recognised, and stands on the waiting list",
    )
    return QuotaEffect("recognition_asks", said)


def _lifted(now: Situation) -> Iterator[QuotaEffect]:
    yield QuotaEffect("unlimited", Said("不再有名额限制", "Places are limited no more"))
    if now.waiting:
        said = Said(
            f"候补的{now.waiting}项不会自动认定，请逐项办理",
            f"{now.waiting} on the waiting list are not recognised by themselves; act on each",
        )
        yield QuotaEffect("waiting", said, now.waiting)


def _room(places: int, now: Situation) -> QuotaEffect:
    over = now.value + now.held - places
    if over > 0:
        said = Said(
            f"生效即超出{over}个：已认定的不受影响，新的登记一律候补",
            f"It is exceeded by {over} at once: whoever is recognised stays so, every new registration has to wait",
        )
        return QuotaEffect("exceeded", said, over)
    if over == 0:
        said = Said("生效即满额：新的登记一律候补", "It is full at once: every new registration has to wait")
        return QuotaEffect("full", said, 0)
    said = Said(f"尚余{-over}个名额", f"{-over} places are left")
    return QuotaEffect("places_left", said, -over)
