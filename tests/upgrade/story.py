"""A year of a bureau, lived through over HTTP at running services, so that every table of theirs holds something."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.city import City, eventually
from tests.fixtures import organisation, person, post

A, REVIEWER, DONGHU = "institution-a-clerk", "institution-a-reviewer", "district-donghu"
BUREAU, SECOND, LEADER, AUDITOR, OPERATOR = "bureau", "bureau-2", "leader", "auditor", "operator"
REVIEWED, NOTICED, STUDIOS, TEACHERS = (
    "social-urgent-talent", "hongcheng-craftsmen", "skill-master-studios", "dual-qualified-teachers",
)  # fmt: skip
YOUTH, WORKERS, BASES, CAPPED = "youth-intake", "skilled-workers", "internship-bases", "social-work-bases"
DECIDED = {"decision_no": "测人社字〔2018〕9号", "decision_date": "2018-12-25"}
PUBLISHED = {"effective_on": "2018-12-05", "impact_assessment_ref": "PIA-2018-01"}
WHY = {"reason": "经办说明"}


@dataclass
class Kept:
    """What the test needs to know of the story: requests that were answered, and what waits."""

    answered: list[dict[str, Any]] = field(default_factory=list)
    waiting_revocation: str = ""
    waiting_publication: str = ""
    waiting_quota: str = ""
    revision: dict[str, Any] = field(default_factory=dict)
    checkpoint: str = ""
    seat: str = ""
    goal: str = ""
    bulletins: list[str] = field(default_factory=list)
    rebuild: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    client: dict[str, str] = field(default_factory=dict)
    withdrawn: dict[str, str] = field(default_factory=dict)


def ok(answer: httpx.Response) -> Any:
    """The body of an answer that must be a success."""
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json() if answer.content else None


def posted(city: City, by: str, path: str, body: Any, service: str = "registry", **headers: str) -> Any:
    """What a service answers to a POST that must succeed."""
    return ok(city.client(by, service).post(path, json=body, headers=headers))


def kept_answer(city: City, kept: Kept, by: str, service: str, path: str, body: Any) -> Any:
    """A request under an Idempotency-Key, remembered with its answer."""
    key = f"landed-{len(kept.answered)}"
    answer = city.client(by, service).post(path, json=body, headers={"Idempotency-Key": key})
    request = {"by": by, "service": service, "path": path, "body": body, "key": key}
    kept.answered.append(request | {"status": answer.status_code, "answer": answer.text})
    return ok(answer)


def partners(city: City, kept: Kept) -> None:
    """A partner that is kept from submitting, with a client of its own, and one whose secret was withdrawn."""
    new = {"name": "测试职业学院", "uscc": organisation(900, STUDIOS)["subject"]["uscc"], "reporting_unit": "xihu"}
    partner = posted(city, BUREAU, "/v1/institutions", new)
    path = f"/v1/institutions/{partner['id']}"
    ok(city.client(BUREAU).patch(path, json={"name": "测试技术学院"}, headers={"If-Match": f'"{partner["version"]}"'}))
    client, other, withdrawn = (
        posted(city, BUREAU, f"{path}/clients", {"name": f"经办{n}", "role": "institution_clerk"}) for n in range(3)
    )
    kept.client = posted(city, BUREAU, f"{path}/clients/{client['client_id']}/rotate", None)
    ok(city.client(BUREAU).delete(f"{path}/clients/{withdrawn['client_id']}"))
    kept.withdrawn = {"client_id": withdrawn["client_id"], "client_secret": withdrawn["client_secret"]}
    bar = {"until": "2199-12-31", "document_no": "测人社监〔2019〕1号"} | WHY
    first, _ = (posted(city, BUREAU, f"{path}/bars", bar | {"until": f"2199-12-{day}"}) for day in (30, 31))
    posted(city, BUREAU, f"{path}/bars/{first['id']}/lift", WHY)
    assert other["client_secret"]


def in_every_state(city: City) -> None:
    """Reviewed registrations, one for each state there is, and one that is back."""
    ids = city.register(*(person(n, REVIEWED) for n in range(14)))
    city.register(person(20, REVIEWED, submit=False))
    city.act(REVIEWER, "endorse", ids[1:])
    city.act(DONGHU, "pass_district", ids[2:])
    city.act(BUREAU, "pass_city", ids[3:])
    for action, registration in zip(("return", "reject"), ids[4:6], strict=True):
        city.act(BUREAU, action, [registration], **WHY)
    city.act(A, "withdraw", ids[6:7])
    city.act(BUREAU, "recognise", ids[7:], **DECIDED)
    city.act(BUREAU, "suspend", ids[8:10], **WHY)
    city.act(BUREAU, "resume", ids[9:10])
    for action, registration in zip(("exit", "exit", "cancel"), ids[10:13], strict=True):
        city.act(BUREAU, action, [registration], reason="离昌", effective_on="2019-06-15")
    city.act(BUREAU, "readmit", ids[11:12], reason="返昌", effective_on="2019-09-15")
    city.act(BUREAU, "transfer", ids[13:14], to="xihu", effective_on="2019-07-01", **WHY)
    (refused,) = city.register(person(21, REVIEWED))
    city.act(DONGHU, "not_accept", [refused], **WHY)
    findings: list[dict[str, Any]] = [
        {"kind": "assessment", "year": 2019, "result": "rectify", "found_on": "2019-12-20", "rectify_by": "2020-01-20"},
        {"kind": "retention_check", "basis": "social_insurance", "result": "in_post", "found_on": "2019-06-20"},
    ]
    posted(city, BUREAU, "/v1/aftercare", {"items": [each | {"registration_id": ids[7]} for each in findings]})
    posted(city, AUDITOR, f"/v1/registrations/{ids[7]}/unmask", {"purpose": "核对申报材料"})


def on_notice(city: City, kept: Kept) -> None:
    """Craftsmen under a cap: proposed, put on the list by one officer, on notice, contested, amended, recognised."""
    ids = city.register(*(person(100 + n, NOTICED, details={"round": "2018-2019"}) for n in range(7)))
    city.act(REVIEWER, "endorse", ids)
    city.act(DONGHU, "pass_district", ids)
    for action in ("pass_city", "propose"):
        city.act(BUREAU, action, ids)
    city.act(BUREAU, "publish", ids[1:], **PUBLISHED)
    city.act(SECOND, "publish", ids[2:], **PUBLISHED)
    kept.waiting_publication = ids[1]
    city.act(BUREAU, "object", ids[3:5], **WHY)
    city.act(BUREAU, "dismiss_objection", ids[4:5], **WHY)
    city.act(BUREAU, "recognise", ids[6:], **DECIDED)
    year = {"document_no": "测办〔2030〕1号", "days_off": ["2031-01-01"], "days_worked": []}
    ok(city.client(BUREAU).put("/v1/calendar/2031", json=year, headers={"If-Match": '"0"'}))


def studios(city: City, kept: Kept) -> None:
    """Five of 2018, of which one is revoked, contested and upheld, one revoked and overturned, one half revoked."""
    ids = city.register(*(organisation(n, STUDIOS) for n in range(6)))
    city.recognise(ids[:5], notice=True)
    city.value(STUDIOS, 5, "2018")
    city.revoke(ids[:2])
    city.value(STUDIOS, 3, "2018")
    city.recognise(ids[5:], notice=True)
    city.act(BUREAU, "overturn_revocation", ids[1:2], **WHY)
    city.value(STUDIOS, 5, "2018")
    city.act(BUREAU, "revoke", ids[2:3], reason="材料不实")
    kept.waiting_revocation = ids[2]


def one_and_the_same(city: City) -> None:
    """Two people who are one, two who were found to be one and parted, two who differ, two not decided; documents."""
    bodies = [person(200 + n, WORKERS, details={"skill_level": "4"}) for n in range(8)]
    ids = city.register(*bodies)
    bureau = city.client(BUREAU)
    refs = [ok(bureau.get(f"/v1/registrations/{each}"))["subject_ref"] for each in ids]
    cases = []
    for one, other in zip(refs[::2], refs[1::2], strict=True):
        case = posted(city, BUREAU, "/v1/duplicates", {"one": one, "other": other, "reason": "疑似同一人"})
        cases.append(f"/v1/duplicates/{case['id']}")
    for case, decision in zip(cases, ("same", "same", "different"), strict=False):
        posted(city, BUREAU, f"{case}/decision", {"decision": decision, "reason": "身份证明核对"})
    posted(city, BUREAU, f"{cases[1]}/undo", {"reason": "经复核为两人"})
    papers = f"/v1/people/{refs[6]}/documents"
    passport = {"id_type": "passport", "id_number": "E12345678", "id_country": "USA", "reason": "已核对原件"}
    filed = posted(city, BUREAU, papers, passport)
    corrected = passport | {"id_number": "E12345679", "reason": "号码更正"}
    posted(city, BUREAU, f"{papers}/{filed['id']}/corrections", corrected)


def organisations_change(city: City) -> None:
    """A base that went into another, a merger that was taken back, a branch, posts, a part of a unit that went over."""
    city.recognise(city.register(*(organisation(300 + n, BASES) for n in range(4)), post(1, "public-welfare-posts")))
    known = organisation(303, CAPPED)
    city.register(known | {"subject": known["subject"] | {"name": "测试单位更名"}, "fact_date": "2019-11-20"})
    made = []
    for old, heir in ((300, 301), (302, 303)):
        one, other = (organisation(n, BASES)["subject"] for n in (old, heir))
        merger = {
            "kind": "merger", "old_uscc": one["uscc"], "effective_on": "2020-06-15", "decision_no": "测市监〔2020〕1号",
            "successors": [{"uscc": other["uscc"], "name": other["name"]}], **WHY,
        }  # fmt: skip
        made.append(posted(city, BUREAU, "/v1/reorganisations", merger))
    posted(city, BUREAU, f"/v1/reorganisations/{made[1]['id']}/undo", WHY)
    branch, whole = (organisation(n, BASES)["subject"]["uscc"] for n in (303, 301))
    ok(city.client(BUREAU).put(f"/v1/organisations/{branch}/parent", json={"parent_uscc": whole}))
    city.register(person(400, YOUTH, township="沙井街道"), person(401, YOUTH))
    change = {"old": "donghu", "new": "honggutan", "effective_on": "2020-06-28", "decision_no": "测政〔2020〕1号"}
    posted(city, BUREAU, "/v1/boundary-changes", change | WHY)


def ended_by_its_date(city: City) -> None:
    """A teacher whose term is over, which the registry finds by itself."""
    ids = city.register(person(410, TEACHERS, details={"term_until": "2019-06-30"}))
    city.recognise(ids)
    bureau = city.client(BUREAU)
    state = eventually(lambda: ok(bureau.get(f"/v1/registrations/{ids[0]}"))["state"], lambda found: found == "expired")
    assert state == "expired"


def registrations(city: City, kept: Kept) -> None:
    """Everything that registry keeps."""
    partners(city, kept)
    in_every_state(city)
    on_notice(city, kept)
    studios(city, kept)
    one_and_the_same(city)
    organisations_change(city)
    ended_by_its_date(city)
    kept_answer(city, kept, A, "registry", "/v1/registrations", person(420, YOUTH))
    batch = [person(421, YOUTH), person(422, YOUTH, reporting_unit="nowhere")]
    kept_answer(city, kept, A, "registry", "/v1/registrations/batch", {"items": batch})
    again = city.client(A).get("/v1/registrations", params={"limit": 1}).json()["items"][0]["id"]
    posted(city, OPERATOR, "/v1/facts/announcements", {"ids": [again], "reason": "核对"})
