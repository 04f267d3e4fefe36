"""Cases that concern both registry and quota, over the running services; named by their number."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.city import City, eventually
from tests.fixtures import organisation, person


def refused(city: City, body: dict[str, Any]) -> list[str]:
    """The codes with which a registration is refused."""
    answer = city.client("institution-a-clerk").post("/v1/registrations", json=body)
    assert answer.status_code == 422, answer.text
    return [fault["code"] for fault in answer.json()["errors"]]


def test_c02_a_class_d_person_counts_in_neither_quota(city: City) -> None:
    ids = city.register(
        person(1, "local-leading-talent", details={"talent_class": "D"}),
        person(2, "local-leading-talent", details={"talent_class": "C"}),
    )
    city.recognise(ids, notice=True)
    city.value("local-leading-talent", 1)
    assert city.progress("top-talent")["value"] == 0


def test_c04_one_person_in_three_programmes_is_one_head_in_each_and_one_person(city: City) -> None:
    top, overseas, youth = "top-talent", "overseas-talent", "youth-intake"
    city.recognise(city.register(person(10, top, details={"talent_class": "A"})), notice=True)
    city.recognise(city.register(person(10, overseas)))
    city.register(person(10, youth, fact_date="2018-12-01"))
    for programme in (top, overseas, youth):
        city.value(programme, 1)
    overlaps = city.client("bureau", "quota").get("/v1/overlaps").raise_for_status().json()
    pairs = {frozenset((each["programme"], each["other"])): each["subjects"] for each in overlaps["items"]}
    assert [pairs[frozenset(pair)] for pair in ((top, overseas), (top, youth), (overseas, youth))] == [1, 1, 1]


def test_c05_a_better_certificate_of_the_same_person_is_no_second_head(city: City) -> None:
    first, better = "skilled-workers", "highly-skilled-workers"
    city.register(person(20, first, fact_date="2019-05-01", details={"skill_level": "3"}))
    city.register(person(20, better, fact_date="2020-05-01", details={"skill_level": "2"}))
    city.register(person(21, first, fact_date="2020-06-01", details={"skill_level": "5"}))
    city.value(first, 2)
    row = city.value(better, 1)
    records = city.client("bureau", "quota").get(f"/v1/quotas/{row['quota_id']}/registrations")
    assert [each["counted_on"] for each in records.json()["items"]] == ["2019-05-01"]


def test_c08_a_certificate_that_contradicts_its_level_waits_for_an_officer(city: City) -> None:
    before = city.progress("highly-skilled-workers")["value"]
    conflict = {"skill_level": "3", "certificate_no": "Y000136000001194000001"}
    (waiting,) = city.register(person(30, "skilled-workers", fact_date="2019-06-01", details=conflict))
    assert city.client("bureau").get(f"/v1/registrations/{waiting}").json()["state"] == "submitted"
    city.act("bureau", "recognise", [waiting], reason="证书原件核对无误，等级为三级")
    city.value("highly-skilled-workers", before + 1)


def test_c10_c11_c35_other_titles_other_bases_and_trainees_are_no_heads(city: City) -> None:
    craftsman = person(40, "hongcheng-craftsmen", details={"title": "technician"})
    base = organisation(40, "skill-training-bases", details={"base_kind": "public_training"})
    trainee = person(41, "youth-intake", fact_date="2019-07-01", details={"engagement": "trainee"})
    for body in (craftsman, base, trainee):
        assert refused(city, body) == ["not_in_this_programme"]
    assert city.progress("hongcheng-craftsmen", "2018-2019")["value"] == 0
    assert city.progress("skill-training-bases", "2018")["value"] == 0
    hired = person(41, "youth-intake", fact_date="2019-09-02", details={"engagement": "employed"})
    (registered,) = city.register(hired)
    assert city.client("bureau").get(f"/v1/registrations/{registered}").json()["counted_on"] == "2019-09-02"


def test_c13_c14_four_of_five_then_six_of_five_and_nothing_is_carried_over(city: City) -> None:
    programme = "skill-training-bases"
    city.recognise(city.register(*(organisation(60 + n, programme) for n in range(4))), notice=True)
    row = city.value(programme, 4, "2018")
    assert (row["completion_percent"], row["status"]) == ("80.0", "short")
    city.recognise(city.register(*(organisation(70 + n, programme) for n in range(2))), notice=True)
    row = city.value(programme, 6, "2018")
    assert (row["completion_percent"], city.progress(programme, "2019")["value"]) == ("120.0", 0)


def test_c37_c38_a_base_that_closes_and_opens_again_is_one_base(city: City) -> None:
    """And whoever came through it stays registered."""
    programme = "internship-bases"
    first = city.register(organisation(80, programme))
    city.recognise(first)
    city.value(programme, 1)
    (trainee,) = city.register(person(81, "youth-intake", fact_date="2019-05-06", details={"engagement": "employed"}))
    read = city.client("bureau").get(f"/v1/registrations/{trainee}").json()
    city.act("bureau", "exit", first, reason="停办", effective_on="2019-06-15")
    row = city.value(programme, 0)
    assert (row["gross"], row["net"], row["in_stock"]) == (1, 1, 0)
    assert city.client("bureau").get(f"/v1/registrations/{trainee}").json() == read
    city.recognise(city.register(organisation(80, programme)), decided="2019-10-08")
    row = city.value(programme, 1)
    assert (row["gross"], row["net"], row["in_stock"]) == (1, 1, 1)


def test_b08_a_base_that_merges_into_another_stays_in_the_cumulative_figure(city: City) -> None:
    """B keeps one base; A's is 注销（合并）: 累计 unchanged, 在库 −1 from that day on; taken back, all is as it was."""
    programme, day, eve = "internship-bases", "2020-06-15", "2020-06-14"
    before = city.progress(programme)["in_stock"]
    a, b = city.register(organisation(82, programme), organisation(83, programme))
    city.recognise([a, b])
    standing = city.value(programme, before + 2)
    old, heir = (organisation(n, programme)["subject"] for n in (82, 83))
    merger = {
        "kind": "merger", "old_uscc": old["uscc"], "successors": [{"uscc": heir["uscc"], "name": heir["name"]}],
        "effective_on": day, "decision_no": "测市监〔2020〕1号", "reason": "吸收合并",
    }  # fmt: skip
    bureau = city.client("bureau")
    done = bureau.post("/v1/reorganisations", json=merger).raise_for_status().json()
    row = city.value(programme, before + 1)
    assert (row["gross"], row["net"], row["in_stock"]) == (standing["gross"], standing["net"], before + 1)
    assert [city.progress(programme, as_of=on)["in_stock"] for on in (eve, day)] == [before + 2, before + 1]
    ended = bureau.get(f"/v1/registrations/{a}").json()
    assert (ended["state"], ended["subject"]["status"], ended["ended_on"]) == ("cancelled", "merged", day)
    assert bureau.get(f"/v1/registrations/{b}").json()["state"] == "recognised"
    bureau.post(f"/v1/reorganisations/{done['id']}/undo", json={"reason": "登记有误"}).raise_for_status()
    city.value(programme, before + 2)
    assert city.progress(programme, as_of=day)["in_stock"] == before + 2


def test_c44_an_expert_who_comes_every_year_is_one_head(city: City) -> None:
    programme = "overseas-talent"
    before = city.progress(programme)["value"]
    flexible = {"employment_mode": "flexible"}
    for year in (2018, 2019, 2020):
        ids = city.register(person(90, programme, fact_date=f"{year}-03-01", details=flexible))
        city.recognise(ids, decided=f"{year}-12-25")
        city.act("bureau", "exit", ids, reason="当年合同期满", effective_on=f"{year}-12-31")
    city.recognise(city.register(person(91, programme)))
    row = city.value(programme, before + 2)
    assert row["net"] == before + 2


def test_c16_the_51st_craftsman_of_a_round_and_the_56th(city: City) -> None:
    """左右: 51 of 50 is 102 % with a warning; beyond 55 it takes two officers and a reason, kept in the history."""
    programme, period = "hongcheng-craftsmen", "2018-2019"
    ids = city.register(*(person(200 + n, programme, details={"round": period}) for n in range(56)))
    city.recognise(ids[:51], notice=True)
    row = city.value(programme, 51, period)
    assert (row["completion_percent"], row["status"]) == ("102.0", "attained")
    of_51st = city.client("bureau").get(f"/v1/registrations/{ids[50]}").json()
    assert [each["code"] for each in of_51st["warnings"]] == ["beyond_amount"]
    city.recognise(ids[51:55], notice=True)
    row = city.value(programme, 55, period)
    assert (row["status"], row["seats"]["held"], row["seats"]["taken"], row["seats"]["places"]) == (
        "attained",
        0,
        55,
        55,
    )

    last = f"/v1/registrations/{ids[55]}"
    for name, action in (("institution-a-reviewer", "endorse"), ("district-donghu", "pass_district")):
        city.act(name, action, ids[55:])
    for action in ("pass_city", "propose"):
        city.act("bureau", action, ids[55:])
    for officer in ("bureau", "bureau-2"):
        city.act(officer, "publish", ids[55:], effective_on="2018-12-05", impact_assessment_ref="PIA-2018-01")
    decided = {"action": "recognise", "decision_no": "测人社字〔2018〕2号", "decision_date": "2018-12-25"}
    refused = city.client("bureau").post(f"{last}/transitions", json=decided)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/quota-full")
    override = decided | {"override_reason": "市委人才工作领导小组2018年第3次会议同意增补"}
    for officer, status in (("bureau", 202), ("bureau-2", 200)):
        assert city.client(officer).post(f"{last}/transitions", json=override).status_code == status
    row = city.value(programme, 56, period)
    assert (row["status"], row["seats"]["over_committed"]) == ("exceeded", True)
    entry = city.client("bureau").get(f"{last}/history").json()["items"][-1]
    assert (entry["override_reason"], entry["by"], entry["second_by"]) == (
        override["override_reason"], city.credentials("bureau")["client_id"], city.credentials("bureau-2")["client_id"],
    )  # fmt: skip
    kinds = [kind for kind, _ in city.alerts(programme, 7)]
    assert sorted(kinds) == ["cap_filled", *["milestone_reached"] * 5, "overrun"]


def test_f08_two_clerks_approve_the_last_two_places_at_once(city: City) -> None:
    """Both are recognised, the count is exact, and that it is full is told once; the next one finds no place."""
    programme = "social-work-bases"
    cap = {"programme": programme, "kind": "cap", "amount": 4, "period": {"start": "2018-01-01"}, "milestones": [100]}
    quota = city.client("bureau", "quota").post("/v1/quotas", json=cap).raise_for_status().json()
    assert eventually(lambda: city.client("bureau").get(f"/v1/programmes/{programme}").json()["capped"], bool)
    ids = city.register(*(organisation(300 + n, programme) for n in range(5)))
    city.recognise(ids[:2])
    for name, action in (("institution-a-reviewer", "endorse"), ("district-donghu", "pass_district")):
        city.act(name, action, ids[2:])
    city.act("bureau", "pass_city", ids[2:])
    decided = {"action": "recognise", "decision_no": "测人社字〔2018〕3号", "decision_date": "2018-12-25"}

    def approve(officer: str, registration: str) -> int:
        return city.client(officer).post(f"/v1/registrations/{registration}/transitions", json=decided).status_code

    with ThreadPoolExecutor(2) as clerks:
        assert list(clerks.map(approve, ("bureau", "bureau-2"), ids[2:4])) == [200, 200]
    city.value(programme, 4)
    assert approve("bureau", ids[4]) == 409
    assert sorted(city.alerts(programme, 2)) == [("cap_filled", None), ("milestone_reached", 100)]
    places = city.client("leader", "quota").get(f"/v1/quotas/{quota['id']}/seats").json()
    assert (places["held"], places["taken"], places["waiting"], places["over_committed"]) == (0, 4, 1, False)


def test_two_people_in_two_districts_found_to_be_one_and_parted_again_is_explained_by_bulletins(city: City) -> None:
    """Merging lowers the city and the district that came later by one, parting restores both; each edition says why."""
    programme = "skilled-workers"
    before = city.progress(programme)["value"]
    level = {"skill_level": "4"}
    in_donghu = city.register(person(120, programme, fact_date="2018-11-01", details=level))
    in_qingshanhu = city.register(
        person(121, programme, fact_date="2018-11-20", details=level, reporting_unit="qingshanhu"),
        by="institution-b-clerk",
    )
    city.value(programme, before + 2)

    def restated(edition: str) -> tuple[int, int, str, int, dict[str, int]]:
        query = {"edition": edition}
        made = city.client("bureau", "quota").post("/v1/bulletins", json=query).raise_for_status().json()["content"]
        lines = {each["code"]: each for each in made["restatements"]}
        ((cause,), line) = lines["T06"]["causes"], lines["T06"]
        units = {each["name"]["en"]: each["change"] for each in line["units"]}
        return line["published"], line["revised"], cause["cause"], cause["heads"], units

    city.client("bureau", "quota").post("/v1/bulletins", json={"edition": "2019-01"}).raise_for_status()
    bureau = city.client("bureau")
    one, other = (
        bureau.get(f"/v1/registrations/{each}").json()["subject_ref"] for each in (*in_donghu, *in_qingshanhu)
    )
    reported = bureau.post("/v1/duplicates", json={"one": one, "other": other, "reason": "同一人"}).raise_for_status()
    case = f"/v1/duplicates/{reported.json()['id']}"
    bureau.post(f"{case}/decision", json={"decision": "same", "reason": "身份证明核对一致"}).raise_for_status()
    city.value(programme, before + 1)
    published, as_one, *why = restated("2019-02")
    assert (published - as_one, why) == (1, ["merged", 1, {"Qingshanhu District": -1}])
    bureau.post(f"{case}/undo", json={"reason": "经复核为两人"}).raise_for_status()
    city.value(programme, before + 2)
    assert restated("2019-03") == (as_one, published, "restored", 1, {"Qingshanhu District": 1})


def test_d08_a_decision_of_the_last_day_counts_in_its_year_whenever_the_plaque_comes(city: City) -> None:
    programme = "skill-master-studios"
    ids = city.register(organisation(400, programme, details={"plaque_on": "2020-01-10"}))
    city.recognise(ids, notice=True, decided="2019-12-31")
    city.value(programme, 1, "2019")
    assert city.progress(programme, "2020")["value"] == 0


def test_f07_the_same_batch_sent_again_counts_nobody_twice_and_tells_nothing(city: City) -> None:
    """Under the same key it is the stored answer, under another one each item is refused as registered."""
    programme = "youth-intake"
    clerk, leader = city.client("institution-a-clerk"), city.client("leader", "notify")
    before = city.progress(programme)["value"]
    sent = {"items": [person(700 + n, programme) for n in range(3)]}
    key = {"Idempotency-Key": "f07-once"}
    first = clerk.post("/v1/registrations/batch", json=sent, headers=key).raise_for_status()
    city.value(programme, before + 3)
    alerts = leader.get("/v1/alerts", params={"programme": programme, "limit": 200}).json()["items"]
    again = clerk.post("/v1/registrations/batch", json=sent, headers=key)
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    anew = clerk.post("/v1/registrations/batch", json=sent).raise_for_status().json()["items"]
    assert [each["problem"]["type"] for each in anew] == ["/problems/already-registered"] * 3
    city.register(person(703, programme))
    city.value(programme, before + 4)  # whatever was sent before it has been counted
    assert leader.get("/v1/alerts", params={"programme": programme, "limit": 200}).json()["items"] == alerts


def test_f05_who_leaves_stays_in_the_flow_of_the_year_and_leaves_the_stock(city: City) -> None:
    programme = "social-urgent-talent"
    ids = city.register(person(500, programme), person(501, programme))
    city.recognise(ids, decided="2019-12-20")
    city.value(programme, 2)
    city.act("bureau", "exit", ids[:1], reason="离昌", exit_reason="left_city", effective_on="2021-03-01")
    row = eventually(lambda: city.progress(programme), lambda row: bool(row["in_stock"] == 1))
    assert (row["gross"], row["net"], row["value"], row["in_stock"]) == (2, 2, 2, 1)
    then = city.client("leader", "quota").get("/v1/progress", params={"programme": programme, "as_of": "2019-12-31"})
    (row,) = [row for row in then.json()["items"] if row["unit"] is None]
    assert (row["net"], row["in_stock"]) == (2, 2)


def test_f13_no_alert_holds_a_name_a_number_or_a_telephone(city: City) -> None:
    """Of all that the cases above raised, whatever it was about."""
    items = city.client("leader", "notify").get("/v1/alerts", params={"limit": 200}).raise_for_status().json()["items"]
    assert len(items) > 5
    for alert in items:
        text = json.dumps([alert["title"], alert["body"], alert["facts"]], ensure_ascii=False)
        assert "植树" not in text
        assert not re.search(r"(?<![0-9a-f-])(\d{17}[\dX]|1[3-9]\d{9})(?![0-9a-f-])", text)
