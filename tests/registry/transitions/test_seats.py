"""Places under a cap: asked of quota before anybody is recognised, and nothing is changed without one."""

from typing import Any
from uuid import UUID, uuid4

from services.registry.registrations.commands.seats import answer
from services.registry.registrations.errors import PlaceLapsed
from services.registry.registrations.rules import Place
from services.registry.transitions.commands.context import RequestedTransition
from services.registry.transitions.commands.transitions import transition
from services.registry.transitions.schemas.transitions import Transition
from shared.auth import Caller, Role
from shared.contracts.quota import SeatOverdue
from shared.contracts.registration import SeatLapsed
from shared.operations import Call
from shared.problems import Refusal
from tests.registry.caps import cap, hear, speaking
from tests.registry.conftest import Registry
from tests.registry.places import Places
from tests.registry.subjects import person
from tests.registry.transitions.test_transitions import history, revoked
from tests.registry.transitions.test_workflow import DECIDED, PUBLISHED, A

TEACHERS = "dual-qualified-teachers"
BUREAU = Caller("bureau", Role.BUREAU_OFFICER, person="bureau")


def passed(registry: Registry, programme: str, *serials: int, **changes: Any) -> list[str]:
    """Registrations that have only to be recognised."""
    ids = [registry.post(A, "/v1/registrations", person(n, programme, **changes)).json()["id"] for n in serials]
    passing: list[tuple[str, str, dict[str, str]]] = [
        ("institution-a-reviewer", "endorse", {}),
        ("district-donghu", "pass_district", {}),
        ("bureau", "pass_city", {}),
    ]
    if programme != TEACHERS:
        passing += [("bureau", "propose", {}), ("bureau", "publish", PUBLISHED), ("bureau-2", "publish", PUBLISHED)]
    for name, action, given in passing:
        registry.post(name, "/v1/registrations/transitions", {"ids": ids, "action": action} | given).raise_for_status()
    return ids


def states(registry: Registry, ids: list[str]) -> list[str]:
    return [registry.get("bureau", f"/v1/registrations/{each}").json()["state"] for each in ids]


def test_nobody_is_recognised_beyond_the_places(registry: Registry, quota: Places) -> None:
    """One at a time, and in bulk in the order asked; who finds none is refused, and stays as they are."""
    cap(registry, quota, TEACHERS, 2)
    ids = passed(registry, TEACHERS, 1, 2, 3, 4)
    assert registry.act("bureau", ids[0], "recognise", **DECIDED).status_code == 200
    wanted = {"ids": ids[:0:-1], "action": "recognise"} | DECIDED
    items = registry.post("bureau", "/v1/registrations/transitions", wanted).json()["items"]
    assert [item["status"] for item in items] == [200, 409, 409]
    refused = registry.act("bureau", ids[2], "recognise", **DECIDED)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/quota-full")
    assert "候补第1位" in refused.json()["detail"]
    assert {"places": 2, "held": 2, "taken": 0, "waiting_position": 1}.items() <= refused.json().items()
    assert states(registry, ids) == ["recognised", "city_passed", "city_passed", "recognised"]


def test_without_quota_nobody_is_recognised_where_places_are_limited_and_all_else_goes_on(
    registry: Registry, away: None
) -> None:
    """503 with the way out; the registration is as it was; a programme without a cap never asks."""
    craftsmen = passed(registry, "hongcheng-craftsmen", 1, 2)
    teachers = passed(registry, TEACHERS, 3)
    before = registry.get("bureau", f"/v1/registrations/{craftsmen[0]}").json()
    refused = registry.act("bureau", craftsmen[0], "recognise", **DECIDED)
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/seats-unavailable")
    assert "未作任何改动，请稍后再试" in refused.json()["detail"]
    wanted = {"ids": [*craftsmen, *teachers], "action": "recognise"} | DECIDED
    items = registry.post("bureau", "/v1/registrations/transitions", wanted).json()["items"]
    assert [item["status"] for item in items] == [503, 503, 200]
    assert registry.get("bureau", f"/v1/registrations/{craftsmen[0]}").json() == before
    assert registry.post(A, "/v1/registrations", person(4)).json()["state"] == "recognised"


def test_an_answer_that_was_lost_holds_one_place_and_no_second(registry: Registry, quota: Places) -> None:
    """Quota had answered and nobody heard it: asked again, the same place serves."""
    cap(registry, quota, TEACHERS, 1)
    (registration,) = passed(registry, TEACHERS, 1)
    subject = registry.get("bureau", f"/v1/registrations/{registration}").json()["subject_ref"]
    item = {"programme": TEACHERS, "subject_ref": subject, "registration_id": registration, "on": "2019-12-20"}
    with speaking(registry, quota) as web:
        assert web.post("/v1/seats/claims", json={"items": [item]}).json()["items"][0]["status"] == 200
    assert registry.act("bureau", registration, "recognise", **DECIDED).status_code == 200


def test_c16_beyond_the_amount_a_warning_and_beyond_the_tolerance_two_officers_with_a_reason(
    registry: Registry, quota: Places
) -> None:
    """左右: the 51st of 50 is accepted and says so; the 56th needs a reason of two officers, kept in its history."""
    ids = passed(registry, "hongcheng-craftsmen", *range(1, 57))
    wanted = {"ids": ids[:50], "action": "recognise"} | DECIDED
    items = registry.post("bureau", "/v1/registrations/transitions", wanted).json()["items"]
    assert {item["status"] for item in items} == {200}
    of_50th = registry.get("bureau", f"/v1/registrations/{ids[49]}").json()
    of_51st = registry.act("bureau", ids[50], "recognise", **DECIDED).json()
    assert [each["code"] for each in of_50th["warnings"] + of_51st["warnings"]] == ["beyond_amount"]
    assert of_51st["state"] == "recognised"
    for each in ids[51:55]:
        assert registry.act("bureau", each, "recognise", **DECIDED).status_code == 200
    last = ids[55]
    assert registry.act("bureau", last, "recognise", **DECIDED).json()["type"] == "/problems/quota-full"
    override = DECIDED | {"override_reason": "市委人才工作领导小组2019年第3次会议同意增补"}
    for _ in range(2):
        first = registry.act("bureau", last, "recognise", **override)
        assert (first.status_code, first.json()["awaiting"], first.json()["state"]) == (
            202, "second_officer", "on_notice",
        )  # fmt: skip
    other = registry.act("bureau-2", last, "recognise", **override | {"override_reason": "另一理由"})
    assert other.status_code == 202
    assert registry.act("bureau", last, "recognise", **override).status_code == 202
    assert registry.act("bureau-2", last, "recognise", **override).json()["state"] == "recognised"
    entry = history(registry, last)[-1]
    assert (entry["by"], entry["second_by"], entry["override_reason"]) == (
        "bureau", "bureau-2", override["override_reason"],
    )  # fmt: skip


def test_an_override_that_quota_granted_is_still_no_act_of_one_officer(registry: Registry) -> None:
    """Whoever had a place beyond the cap given by quota directly needs a second officer all the same."""
    (registration,) = passed(registry, "hongcheng-craftsmen", 1)
    requested = RequestedTransition(
        UUID(registration),
        Transition.model_validate({"action": "recognise"} | DECIDED),
        Place(version_of(registry, registration), uuid4(), overridden=True),
    )
    assert refused_by(registry, requested) == "quota-full"
    assert states(registry, [registration]) == ["on_notice"]


def test_a_reason_to_override_belongs_to_a_recognition(registry: Registry) -> None:
    registration = registry.post(A, "/v1/registrations", person(1, TEACHERS)).json()["id"]
    refused = registry.act("bureau", registration, "reject", reason="不符", override_reason="x")
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
        ("/override_reason", "not_for_this_action")
    ]


def test_the_pack_itself_says_where_places_are_limited(registry: Registry) -> None:
    """左右 alone: T05, T10, T12 and T13."""
    capped = {each["code"] for each in registry.get(A, "/v1/programmes").json()["items"] if each["capped"]}
    assert capped == {"overseas-talent", "hongcheng-craftsmen", "internship-bases", "public-welfare-posts"}


def version_of(registry: Registry, registration: str) -> int:
    """The version a registration is at."""
    return int(registry.get("bureau", f"/v1/registrations/{registration}").json()["version"])


def refused_by(registry: Registry, requested: RequestedTransition) -> str:
    """How a command is refused."""
    with registry.context.database.writing() as session:
        (outcome,) = transition(session, [Call(requested, BUREAU)])
    assert isinstance(outcome, Refusal)
    return outcome.slug


def test_a_place_that_served_nothing_is_given_up_for_good(registry: Registry) -> None:
    """作废: told behind everything told of the subject before, and no recognition may rest on it thereafter."""
    (registration,) = passed(registry, "hongcheng-craftsmen", 1)
    recognise = Transition.model_validate({"action": "recognise"} | DECIDED)
    exit_ = Transition.model_validate({"action": "exit", "reason": "离昌", "effective_on": "2019-12-30"})
    seat = uuid4()
    assert (
        refused_by(registry, RequestedTransition(UUID(registration), exit_, Place(1, seat))) == "transition-not-allowed"
    )
    lapsed = registry.announced()[-1]
    assert isinstance(lapsed, SeatLapsed)
    assert (lapsed.seat_id, str(lapsed.registration_id), lapsed.key) == (seat, registration, registry.events()[-1].key)
    assert (
        refused_by(
            registry,
            RequestedTransition(UUID(registration), recognise, Place(version_of(registry, registration), seat)),
        )
        == PlaceLapsed.slug
    )
    assert states(registry, [registration]) == ["on_notice"]


def test_a_recognition_without_a_place_of_its_own_where_one_is_needed_is_refused(registry: Registry) -> None:
    """Between the asking and the act the cap became known, or the registration became another."""
    (registration,) = passed(registry, "hongcheng-craftsmen", 1)
    recognise = Transition.model_validate({"action": "recognise"} | DECIDED)
    before = version_of(registry, registration) - 1
    for place in (None, Place(before), Place(before, uuid4())):
        assert refused_by(registry, RequestedTransition(UUID(registration), recognise, place)) == "seats-unavailable"


def test_quota_is_told_which_places_nothing_will_come_of(registry: Registry) -> None:
    """Not of a registration that is recognised: that is told already. Of all others, also where there is none."""
    waiting, recognised = passed(registry, "hongcheng-craftsmen", 1, 2)
    assert registry.act("bureau", recognised, "recognise", **DECIDED).status_code == 200
    seats = {name: uuid4() for name in (waiting, recognised, str(uuid4()))}
    overdue = [
        SeatOverdue(seat_id=seat, registration_id=UUID(name), subject_ref=uuid4()) for name, seat in seats.items()
    ]
    with registry.context.database.writing() as session:
        answer(session, overdue)
    lapsed = {event.seat_id for event in registry.announced() if isinstance(event, SeatLapsed)}
    assert lapsed == set(seats.values()) - {seats[recognised]}
    requested = RequestedTransition(
        UUID(waiting),
        Transition.model_validate({"action": "recognise"} | DECIDED),
        Place(version_of(registry, waiting), seats[waiting]),
    )
    assert refused_by(registry, requested) == PlaceLapsed.slug


def test_who_is_rejected_or_withdraws_leaves_the_waiting_list(registry: Registry) -> None:
    """Told of the registration, whatever it waits for or holds; not where no places are limited."""
    ids = passed(registry, "hongcheng-craftsmen", 1) + passed(registry, TEACHERS, 2)
    for each in ids:
        assert registry.act("bureau", each, "reject", reason="不符合条件").status_code == 200
    lapsed = [event for event in registry.announced() if isinstance(event, SeatLapsed)]
    assert [(str(event.registration_id), event.seat_id) for event in lapsed] == [(ids[0], None)]


def test_a_revocation_that_is_overturned_needs_a_place_again(registry: Registry, quota: Places) -> None:
    """Meanwhile the place may be another's: then two officers must say why."""
    cap(registry, quota, TEACHERS, 1)
    first, second = passed(registry, TEACHERS, 1, 2)
    assert registry.act("bureau", first, "recognise", **DECIDED).status_code == 200
    hear(quota, registry)
    revoked(registry, first)
    hear(quota, registry)
    assert registry.act("bureau", second, "recognise", **DECIDED).status_code == 200
    restored = {"reason": "复议撤销原决定"}
    assert registry.act("bureau", first, "overturn_revocation", **restored).json()["type"] == "/problems/quota-full"
    restored["override_reason"] = "复议决定必须执行"
    for name, status in (("bureau", 202), ("bureau-2", 200)):
        assert registry.act(name, first, "overturn_revocation", **restored).status_code == status
    hear(quota, registry)
    with speaking(registry, quota) as web:
        row = web.get("/v1/progress", params={"programme": TEACHERS}).json()["items"][0]
    assert row["seats"] == {"places": 1, "held": 0, "taken": 2, "waiting": 0, "over_committed": True}
