"""Two subjects become one, and two again: what the registry tells of it counts each person once at every moment."""

from collections.abc import Sequence
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from shared.contracts.duplicates import Relation
from shared.contracts.registration import RegistrationEvent
from shared.db import Database
from tests.quota.conftest import Site
from tests.quota.given import apply, crossings, define, deliver, event, nanchang, progress, ref

PROGRAMME = "dual-qualified-teachers"
FIRST, SECOND = ref("first"), ref("second")


def registered(name: str, subject: Any = SECOND, version: int = 1, **given: Any) -> RegistrationEvent:
    return event("recognised", name, version, programme=PROGRAMME, subject_ref=subject, **given)


def moved(subject: Any, version: int, *names: str) -> list[RegistrationEvent]:
    """Registrations go to another subject in one act."""
    together = {ref(name): version for name in names}
    return [registered(name, subject, version, moved_with=together) for name in names]


def value(database: Database) -> int:
    return progress(database, PROGRAMME, past=True).value


@pytest.fixture
def two(city: Database) -> Database:
    """Two people of a quota of two, so that every change of the figure shows in a milestone."""
    define(city, amount=2)
    deliver(city, registered("a", FIRST), registered("b"))
    return city


def test_one_person_in_two_districts_is_one_head_until_parted_again(two: Database) -> None:
    before = crossings(two, PROGRAMME)
    deliver(two, *moved(FIRST, 2, "b"))
    assert value(two) == 1
    assert crossings(two, PROGRAMME)[len(before) :] == [(100, "fallen_back"), (90, "fallen_back"), (75, "fallen_back")]
    deliver(two, *moved(SECOND, 3, "b"))
    assert value(two) == 2
    assert crossings(two, PROGRAMME)[len(before) + 3 :] == [(75, "regained"), (90, "regained"), (100, "regained")]


@pytest.mark.parametrize("batch", [1, 1000])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_person_with_several_registrations_is_never_two_heads_on_the_way(
    city: Database, order: Sequence[int], batch: int
) -> None:
    """The first event of the act takes all of them along; those that follow change nothing, whatever their order."""
    define(city, amount=2)
    deliver(city, *(registered(name) for name in "abc"))
    before = crossings(city, PROGRAMME)
    act = moved(FIRST, 2, "a", "b", "c")
    deliver(city, *(act[n] for n in order), batch=batch)
    back = moved(SECOND, 3, "a", "b", "c")
    deliver(city, *(back[n] for n in order), *act, batch=batch)  # what is older comes again, and changes nothing
    assert (value(city), crossings(city, PROGRAMME)) == (1, before)


def test_what_is_taken_along_still_hears_its_own_news(two: Database) -> None:
    """An event under way while two are joined tells of a revocation: it counts, and nobody goes back."""
    deliver(two, registered("c"))
    act = moved(FIRST, 3, "b", "c")
    revoked = event("revoked", "c", 2, programme=PROGRAMME, subject_ref=SECOND)
    deliver(two, act[0])
    assert value(two) == 1
    deliver(two, revoked, event(**act[1].model_dump() | {"state": "revoked"}))
    assert value(two) == 1


def test_the_credit_goes_where_the_bureau_puts_it_while_that_counts(city: Database) -> None:
    """The earlier registration yields; once the credited one is revoked it has the head again."""
    early: dict[str, Any] = {"counted_on": "2019-02-01", "reporting_unit": "donghu"}
    late: dict[str, Any] = {"counted_on": "2019-05-01", "reporting_unit": "xihu"}
    deliver(city, registered("a", FIRST, **early), registered("b", FIRST, **late))

    def units() -> dict[str, int]:
        shares = progress(city, PROGRAMME, past=True, by_unit=True).units or []
        return {each.unit: each.value for each in shares if each.value}

    define(city, amount=2)
    assert units() == {"donghu": 1}
    deliver(city, registered("a", FIRST, 2, yields=True, **early))
    assert units() == {"xihu": 1}
    deliver(city, event("revoked", "b", 2, programme=PROGRAMME, subject_ref=FIRST, **late))
    assert units() == {"donghu": 1}


def with_relation(database: Database, **said: Any) -> None:
    relation = {"one": PROGRAMME, "other": "science-commissioners", "rule": "count_once", "clause": "测试"} | said
    apply(database, nanchang().model_copy(update={"relations": [Relation.model_validate(relation)]}))


@pytest.mark.parametrize(("head", "expected"), [(None, (1, 0)), (PROGRAMME, (1, 0)), ("science-commissioners", (0, 1))])
def test_a_subject_of_two_programmes_that_count_once_has_one_head(
    empty: Database, head: str | None, expected: tuple[int, int]
) -> None:
    """The earlier recognition has it, or the programme the pack names; the other keeps it in its gross figure alone."""
    with_relation(empty, head=head)
    for programme in (PROGRAMME, "science-commissioners"):
        define(empty, programme=programme, amount=2)
    later: dict[str, Any] = {"programme": "science-commissioners", "subject_ref": FIRST, "counted_on": date(2019, 5, 1)}
    deliver(empty, registered("a", FIRST), event("recognised", "b", **later))

    def values() -> tuple[int, ...]:
        return tuple(progress(empty, each, past=True).value for each in (PROGRAMME, "science-commissioners"))

    assert values() == expected
    assert [progress(empty, each).gross for each in (PROGRAMME, "science-commissioners")] == [1, 1]
    revoked = "a" if expected[0] else "b"
    after = {"a": event("revoked", "a", 2, programme=PROGRAMME, subject_ref=FIRST)}
    after["b"] = event("revoked", "b", 2, **later)
    deliver(empty, after[revoked])
    assert values() == expected[::-1]


def test_c04_the_matrix_of_overlaps_says_what_the_policy_says(site: Site) -> None:
    """Programmes by programmes with the rule for both, distinct subjects, also where nobody is in both yet."""
    with_relation(site.database, rule="forbid")
    deliver(site.database, registered("a", FIRST), event("recognised", "b", programme="top-talent", subject_ref=FIRST))
    shown = site.get("/v1/overlaps").json()
    items = {(each["programme"], each["other"]): (each["rule"], each["subjects"]) for each in shown["items"]}
    assert items[PROGRAMME, "science-commissioners"] == ("forbid", 0)
    assert items["science-commissioners", PROGRAMME] == ("forbid", 0)
    assert items[PROGRAMME, "top-talent"] == items["top-talent", PROGRAMME] == ("allow", 1)
    assert items[PROGRAMME, PROGRAMME] == (None, 1)
    assert (shown["subjects"], shown["people"]) == (1, 1)
