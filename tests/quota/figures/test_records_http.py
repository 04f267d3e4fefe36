"""What stands behind the figures, over HTTP."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.auth import Role
from tests.quota.conftest import Site
from tests.quota.given import deliver, event, ref
from tests.quota.own import PROGRAMME


def ordinals(answer: Any) -> list[int]:
    return [item["ordinal"] for item in answer.json()["items"]]


def test_the_records_behind_a_number(site: Site, quota_id: str) -> None:
    """In counting order, page by page, as of a day, and the one that crossed a milestone."""
    place = f"/v1/quotas/{quota_id}/registrations"
    every = site.get(place).json()["items"]
    assert [item["ordinal"] for item in every] == [1, 2, 3, 4]
    assert [item["registration_id"] for item in every] == [str(ref(n)) for n in range(4)]
    first = site.get(place, params={"limit": 3}).json()
    assert ordinals(site.get(place, params={"limit": 3, "cursor": first["next"]})) == [4]
    donghu = {"reporting_unit": "donghu"}
    first = site.get(place, Role.DISTRICT_OFFICER, about=donghu, params={"limit": 2}).json()
    assert [item["ordinal"] for item in first["items"]] == [1, 2]
    following = {"limit": 2, "cursor": first["next"]}
    assert ordinals(site.get(place, Role.DISTRICT_OFFICER, about=donghu, params=following)) == [4]
    assert ordinals(site.get(place, params={"as_of": "2019-02-01"})) == [1, 2]
    (crossing,) = site.get(place, params={"milestone": 75}).json()["items"]
    assert (crossing["registration_id"], crossing["ordinal"], crossing["unit"]) == (str(ref(2)), 3, "xihu")
    unknown = site.get(place, params={"milestone": 33})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/milestone")


def test_what_stood_behind_a_number_as_it_was_known(site: Site, quota_id: str) -> None:
    """Records and months as before a revocation dated back, page by page and for whom they concern."""
    revoked = event("revoked", 1, 2, programme=PROGRAMME, counted_on=date(2019, 2, 1), reporting_unit="donghu")
    deliver(site.database, revoked)
    place, series = f"/v1/quotas/{quota_id}/registrations", f"/v1/quotas/{quota_id}/series"
    then = {"known_at": (revoked.time - timedelta(seconds=1)).isoformat()}
    known = site.get(place, params=then).json()["items"]
    assert [(each["ordinal"], each["registration_id"]) for each in known] == [(n + 1, str(ref(n))) for n in range(4)]
    assert ordinals(site.get(place)) == [1, 2, 3]
    first = site.get(place, params=then | {"limit": 3}).json()
    assert ordinals(site.get(place, params=then | {"limit": 3, "cursor": first["next"]})) == [4]
    assert ordinals(site.get(place, Role.DISTRICT_OFFICER, about={"reporting_unit": "donghu"}, params=then)) == [
        1,
        2,
        4,
    ]
    assert [site.get(series, params=wanted).json()["items"][1]["added"] for wanted in (then, {})] == [1, 0]
    donghu = {"unit": "donghu"}
    assert [site.get(series, params=wanted | donghu).json()["items"][-1]["value"] for wanted in (then, {})] == [3, 2]
    assert site.get(series, params={"known_at": "2019-06-30"}).status_code == 422


def test_records_are_shown_to_whom_they_concern(site: Site, quota_id: str) -> None:
    """A district sees its own, an institution its own, with their places in the whole; nobody else's milestone."""
    place = f"/v1/quotas/{quota_id}/registrations"
    district = {"about": {"reporting_unit": "xihu"}}
    clerk = {"about": {"institution_id": str(ref(("institution", 1)))}}
    assert ordinals(site.get(place, Role.DISTRICT_OFFICER, **district)) == [3]
    assert ordinals(site.get(place, Role.INSTITUTION_CLERK, **clerk)) == [2, 4]
    assert ordinals(site.get(place, Role.INSTITUTION_CLERK, **clerk, params={"milestone": 75})) == []
    assert ordinals(site.get(place, Role.INSTITUTION_CLERK, **clerk, params={"milestone": 100})) == [4]
    assert ordinals(site.get(place, Role.INSTITUTION_REVIEWER)) == []


def test_why_a_registration_does_not_count(site: Site, quota_id: str) -> None:
    """In the reader's language, to those it concerns; to an institution no word of another's registration."""
    mine, others = ref(("institution", 1)), ref("another institution")
    again: dict[str, Any] = {"programme": PROGRAMME, "subject_ref": ref("twice")}
    deliver(
        site.database,
        event(name="later", counted_on=date(2019, 9, 1), institution_id=mine, **again),
        event(name="earlier", counted_on=date(2019, 8, 1), institution_id=others, **again),
    )
    place = f"/v1/quotas/{quota_id}/registrations/{ref('later')}"
    bureau = site.get(place, Role.BUREAU_OFFICER).json()
    assert (bureau["counts"], bureau["reason"], bureau["credited_to"]) == (False, "same_subject", str(ref("earlier")))
    assert bureau["detail"] == "同一对象只计一次，已由更早的登记计入"
    clerk = {"about": {"institution_id": str(mine)}, "headers": {"Accept-Language": "en"}}
    own = site.get(place, Role.INSTITUTION_CLERK, **clerk).json()
    assert (own["detail"], own["credited_to"]) == ("it does not count; the bureau tells why", None)
    for nobodys in (ref("earlier"), ref("never heard of")):
        path = f"/v1/quotas/{quota_id}/registrations/{nobodys}"
        assert site.get(path, Role.INSTITUTION_CLERK, **clerk).status_code == 404
    assert site.get(place, Role.DISTRICT_OFFICER, about={"reporting_unit": "xihu"}).status_code == 404
    assert site.get(place, Role.DISTRICT_OFFICER, about={"reporting_unit": "donghu"}).json()["counts"] is False


@pytest.mark.parametrize(
    ("others", "reason_given"),
    [
        ([{"counted_on": date(2019, 8, 1)}], "bureau_explains"),  # it has the head, by an earlier recognition
        ([{"counted_on": date(2019, 10, 1)}], "counts"),
        ([{"counted_on": None, "state": "submitted"}], "counts"),
        ([], "counts"),
    ],
)
def test_w06_an_institution_is_told_of_its_own_alone_why_it_does_not_count(
    site: Site, quota_id: str, others: list[dict[str, Any]], reason_given: str
) -> None:
    """Whom others registered, in which programme, when or for whom it yields, is the bureau's to tell."""
    mine = ref(("institution", 1))
    usual: dict[str, Any] = {"programme": PROGRAMME, "subject_ref": ref("twice")}
    clerk = {"about": {"institution_id": str(mine)}}
    deliver(
        site.database,
        event(name="mine", counted_on=date(2019, 9, 1), institution_id=mine, **usual),
        event(name="mine again", counted_on=date(2019, 9, 2), institution_id=mine, **usual),
        *(event(name=n, institution_id=ref("else"), **usual | about) for n, about in enumerate(others, start=90)),
    )

    def reason(name: str) -> Any:
        found = site.get(f"/v1/quotas/{quota_id}/registrations/{ref(name)}", Role.INSTITUTION_CLERK, **clerk).json()
        return found["reason"], found["credited_to"]

    assert reason("mine") == (reason_given, None)
    assert reason("mine again") == ("same_subject", str(ref("mine")))


def test_months_milestones_and_overlaps(site: Site, quota_id: str) -> None:
    """A quota month by month, what was told, and how programmes overlap."""
    deliver(site.database, event("revoked", 1, 2, programme=PROGRAMME, counted_on=date(2019, 2, 1)))
    months = site.get(f"/v1/quotas/{quota_id}/series").json()["items"]
    assert [(month["month"], month["added"], month["value"], month["gross"]) for month in months] == [
        ("2019-01", 1, 1, 1),
        ("2019-02", 0, 1, 2),
        ("2019-03", 1, 2, 3),
        ("2019-04", 1, 3, 4),
    ]
    crossings = site.get("/v1/milestones", params={"programme": PROGRAMME}).json()["items"]
    assert [(each["percent"], each["kind"]) for each in crossings][-3:] == [
        (100, "reached"),
        (100, "fallen_back"),
        (90, "fallen_back"),
    ]
    assert (crossings[0]["amount"], crossings[0]["period_label"], crossings[0]["value"]) == (4, "2019", 1)
    since = {"since": crossings[-1]["detected_at"], "limit": 1}
    page = site.get("/v1/milestones", params=since).json()
    assert page["items"] == [crossings[-2]]
    assert site.get("/v1/milestones", params=since | {"cursor": page["next"]}).json()["items"] == [crossings[-1]]
    assert site.get("/v1/milestones", params={"since": "2019-01-01T00:00:00"}).status_code == 422
    overlaps = site.get("/v1/overlaps").json()
    overlaps["items"] = [each for each in overlaps["items"] if each["subjects"]]
    assert overlaps == {
        "items": [{"programme": PROGRAMME, "other": PROGRAMME, "rule": None, "subjects": 3}],
        "subjects": 3,
        "people": 3,
    }
