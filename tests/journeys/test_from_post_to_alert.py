"""The main job over the running services: from a registration to the leader's inbox."""

from tests.city import City, eventually
from tests.databases import stored
from tests.fixtures import organisation, person, post
from tests.journeys.planted import PLANTED, all_are_distinct, found_anywhere, plant

REACHED, FALLEN, REGAINED = "milestone_reached", "milestone_fallen_back", "milestone_regained"
ALL_REACHED = [(REACHED, percent) for percent in (25, 50, 75, 90, 100)]


def milestones(city: City, programme: str, count: int) -> list[tuple[str, int]]:
    """Every crossing of a programme, in order, once there are so many."""

    def ask() -> list[tuple[str, int]]:
        answer = city.client("leader", "quota").get("/v1/milestones", params={"programme": programme, "limit": 200})
        items = sorted(answer.raise_for_status().json()["items"], key=lambda m: m["detected_at"])
        return [(m["kind"], m["percent"]) for m in items]

    return eventually(ask, lambda found: len(found) >= count)


def test_five_studios_of_2018_then_one_revoked_then_one_more(city: City) -> None:
    programme, period = "skill-master-studios", "2018"
    ids = city.register(*(organisation(n, programme) for n in range(6)))
    for count, expected in enumerate([0, 1, 2, 3, 5], start=1):
        city.recognise(ids[count - 1 : count], notice=True)
        city.value(programme, count, period)
        assert city.alerts(programme, expected) == ALL_REACHED[:expected]
    row = city.progress(programme, period)
    assert (row["completion_percent"], row["status"]) == ("100.0", "attained")

    city.revoke(ids[:1])
    row = city.value(programme, 4, period)
    assert (row["gross"], row["revoked"], row["net"]) == (5, 1, 4)
    fallen = city.alerts(programme, 7)[5:]
    assert sorted(fallen) == [(FALLEN, 90), (FALLEN, 100)]

    city.recognise(ids[5:], notice=True)
    city.value(programme, 5, period)
    regained = city.alerts(programme, 9)[7:]
    assert sorted(regained) == [(REGAINED, 90), (REGAINED, 100)]
    assert {m["percent"]: m["state"] for m in city.progress(programme, period)["milestones"]} == {
        25: "reached",
        50: "reached",
        75: "reached",
        90: "regained",
        100: "regained",
    }
    assert city.progress(programme, "2019")["value"] == 0  # nothing is carried over


def test_a_thousand_in_one_batch_cross_every_milestone_once(city: City) -> None:
    programme = "industry-urgent-talent"
    city.recognise(city.register(*(person(n, programme) for n in range(1000))))
    row = city.value(programme, 1000)
    assert (row["completion_percent"], row["status"]) == ("100.0", "attained")
    assert sorted(city.alerts(programme, 5)) == sorted(ALL_REACHED)
    assert sorted(percent for _, percent in milestones(city, programme, 5)) == [25, 50, 75, 90, 100]


def test_classes_a_and_b_share_one_quota(city: City) -> None:
    programme = "top-talent"
    classes = ["A"] * 60 + ["B"] * 50
    bodies = [person(2000 + n, programme, details={"talent_class": c}) for n, c in enumerate(classes)]
    city.recognise(city.register(*bodies), notice=True)
    row = city.value(programme, 110)
    assert (row["amount"], row["completion_percent"]) == (100, "110.0")
    assert sorted(city.alerts(programme, 5)) == sorted(ALL_REACHED)


def test_a_highly_skilled_worker_counts_once_in_both_quotas(city: City) -> None:
    worker = person(3000, "skilled-workers", details={"skill_level": "3"})
    city.register(worker)
    city.value("skilled-workers", 1)
    city.value("highly-skilled-workers", 1)
    city.register(person(3000, "highly-skilled-workers", details={"skill_level": "2"}, fact_date="2018-12-01"))
    city.register(person(3001, "skilled-workers", details={"skill_level": "4"}))  # told last, so all before is counted
    city.value("skilled-workers", 2)
    assert city.progress("highly-skilled-workers")["value"] == 1


def test_a_post_counts_as_long_as_it_exists(city: City) -> None:
    programme = "public-welfare-posts"
    city.recognise(city.register(post(1, programme), post(2, programme)))
    assert city.value(programme, 2)["in_stock"] == 2


def test_a_base_that_closes_leaves_the_stock_and_stays_in_the_past(city: City) -> None:
    programme = "internship-bases"
    ids = city.register(*(organisation(100 + n, programme) for n in range(3)))
    city.recognise(ids)
    city.value(programme, 3)
    city.act("bureau", "cancel", ids[:1], reason="基地停办", effective_on="2020-06-15")
    row = city.value(programme, 2)
    assert (row["gross"], row["net"], row["in_stock"]) == (3, 3, 2)


def test_the_services_publish_no_name_and_no_number(city: City) -> None:
    held = {file.name: file.read_bytes() for file in city.folder.rglob("*") if file.is_file()}
    for service in ("registry", "quota", "notify"):
        held[service] = stored(city.database_url(service))
    for place, content in held.items():
        for personal in ("赵植树", "36010119800101"):
            assert personal.encode() not in content, place
            assert personal.encode("utf-16-le") not in content, place
    assert "赵植树" not in city.log()


def test_twenty_planted_identifiers_are_found_nowhere(city: City) -> None:
    """In no log, event, topic, alert, problem, metric, URL, name of a file or page of a database, after many acts."""
    assert all_are_distinct()
    plant(city)
    assert found_anywhere(city, PLANTED) == set()
    assert found_anywhere(city, ("youth-intake",))  # what is looked for would be found
