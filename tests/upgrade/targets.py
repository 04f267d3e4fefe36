"""What the bureau and its leaders do beside registrations: amounts, places, bulletins, returns, alerts, repairs."""

from typing import Any

from sqlalchemy import text

from shared.db import Database
from tests.city import City, eventually
from tests.fixtures import organisation, person
from tests.upgrade.story import (
    BUREAU,
    CAPPED,
    DECIDED,
    DONGHU,
    LEADER,
    OPERATOR,
    REVIEWED,
    REVIEWER,
    SECOND,
    STUDIOS,
    YOUTH,
    Kept,
    kept_answer,
    ok,
    posted,
)

POST = "district-office"
GOAL_UNIT = "qingshanhu"


def quotas(city: City, kept: Kept) -> None:
    """A goal of a district, revised by two officers and by one alone, a pace by hand, the city's amount given out."""
    goal = {
        "programme": YOUTH, "unit": GOAL_UNIT, "amount": 8, "milestones": [25, 50, 75, 100],
        "period": {"start": "2018-01-01", "end": "2030-12-31", "label": "四人"},
    }  # fmt: skip
    made = kept_answer(city, kept, BUREAU, "quota", "/v1/quotas", goal)
    kept.goal = made["id"]
    path = f"/v1/quotas/{kept.goal}"
    change = {"amount": 4, "effective_on": "2019-01-01", "document_no": "测人社字〔2019〕2号"}
    for officer in (BUREAU, SECOND):
        posted(city, officer, f"{path}/revisions", change, "quota")
    version = ok(city.client(BUREAU, "quota").get(path))["version"]
    pace = {"curve": "by_day", "green_to": 1, "yellow_to": 11}
    ok(city.client(BUREAU, "quota").put(f"{path}/pace", json=pace, headers={"If-Match": f'"{version}"'}))
    kept.waiting_quota = city.progress(REVIEWED)["quota_id"]
    path = f"/v1/quotas/{kept.waiting_quota}"
    posted(city, BUREAU, f"{path}/allocation", {"shares": {"donghu": 300, "xihu": 200}}, "quota")
    kept.revision = change | {"amount": 900}
    answer = posted(city, BUREAU, f"{path}/revisions", kept.revision, "quota")
    assert answer["awaiting"] == "second_officer"


def places(city: City, kept: Kept) -> None:
    """A cap of four: two places taken, one held, one lapsed, and two registrations that wait."""
    cap = {"programme": CAPPED, "kind": "cap", "amount": 4, "period": {"start": "2018-01-01"}, "milestones": [100]}
    posted(city, BUREAU, "/v1/quotas", cap, "quota")
    bureau, quota = city.client(BUREAU), city.client(BUREAU, "quota")
    assert eventually(lambda: ok(bureau.get(f"/v1/programmes/{CAPPED}"))["capped"], bool)
    ids = city.register(*(organisation(500 + n, CAPPED) for n in range(6)))
    for name, action in ((REVIEWER, "endorse"), (DONGHU, "pass_district"), (BUREAU, "pass_city")):
        city.act(name, action, ids)
    city.act(BUREAU, "recognise", ids[:2], **DECIDED)
    city.value(CAPPED, 2)
    seats = []
    for registration in ids:
        ref = ok(bureau.get(f"/v1/registrations/{registration}"))["subject_ref"]
        seats.append({"programme": CAPPED, "subject_ref": ref, "registration_id": registration, "on": "2018-12-25"})
    kept.seat = posted(city, BUREAU, "/v1/seats", seats[2], "quota")["id"]
    (claimed,) = posted(city, BUREAU, "/v1/seats/claims", {"items": seats[3:4]}, "quota")["items"]
    assert quota.post("/v1/seats", json=seats[4]).status_code == 409
    refused = bureau.post(f"/v1/registrations/{ids[5]}/transitions", json={"action": "recognise"} | DECIDED)
    assert refused.status_code == 409, refused.text
    _behind_everybodys_back(city, "UPDATE seat SET bound_ms = bound_ms - 60000 WHERE bound_ms > 0 AND state = 'held'")
    lapsed = f"/v1/seats/{claimed['seat']['id']}"
    state = eventually(lambda: ok(quota.get(lapsed))["state"], lambda found: found != "held")
    assert state == "expired"


def _behind_everybodys_back(city: City, statement: str) -> None:
    database = Database(city.database_url("quota"))
    with database.writing() as session:
        session.execute(text(statement))
    database.close()


def bulletins(city: City, kept: Kept) -> None:
    """A month, restated by a second edition, and the evaluation report of its year, with figures of departments."""
    quota = city.client(BUREAU, "quota")
    for indicator in ok(quota.get("/v1/indicators"))["items"][:2]:
        value = {"value": "50.5", "as_of": "2018-12-31", "source": "市科技局", "document_no": "测科〔2019〕1号"}
        path = f"/v1/indicators/{indicator['id']}/values"
        for figure in ("50.5", "51"):
            posted(city, BUREAU, path, value | {"value": figure, "reported_on": "2019-01-15"}, "quota")
    posted(city, DONGHU, "/v1/nil-returns", {"programme": YOUTH, "unit": "donghu", "month": "2019-02"}, "quota")
    for n, wanted in enumerate(({"edition": "2018-12"}, {"edition": "2018", "kind": "annual_report"}), start=1):
        number = {"number": f"测人社通〔2019〕{n}号", "issued_on": "2019-01-10"}
        kept.bulletins.append(kept_answer(city, kept, BUREAU, "quota", "/v1/bulletins", wanted | number)["id"])
    before = city.progress(STUDIOS, "2018")["value"]
    city.recognise(city.register(organisation(600, STUDIOS)), notice=True)
    city.value(STUDIOS, before + 1, "2018")
    again = {"edition": "2018-12", "month_on_month": True, "issued_on": "2019-02-10"}
    kept.bulletins.append(posted(city, BUREAU, "/v1/bulletins", again, "quota")["id"])


def repaired(city: City) -> None:
    """A counter that somebody changed behind everybody's back, put right by an operator, on record."""
    _behind_everybodys_back(city, "UPDATE headcount SET gross = gross + 1 WHERE gross > 2")
    done = posted(city, OPERATOR, "/v1/verify", {"repair": True, "reason": "计数器被改动"}, "quota")
    assert done["adjustments"] > 0


def rebuilt(city: City, kept: Kept) -> None:
    """Registrations that are doubted and announced again, and a rebuild that was begun and left open."""
    facts = ok(city.client(OPERATOR).get("/v1/facts", params={"limit": 1000}))["items"]
    ids = [each["registration_id"] for each in facts[:3]]
    posted(city, OPERATOR, "/v1/facts/doubts", {"ids": ids, "reason": "核对"}, "quota")
    posted(city, OPERATOR, "/v1/facts/announcements", {"ids": ids, "reason": "核对"})
    kept.rebuild = posted(city, OPERATOR, "/v1/rebuilds", {"reason": "演练"}, "quota")["id"]
    page = {"facts": facts}  # the landed version neither signs what it tells nor takes a signature
    posted(city, OPERATOR, f"/v1/rebuilds/{kept.rebuild}/facts", page, "quota")


def alerted(city: City, kept: Kept) -> None:
    """A post of a district with subscriptions of its own; alerts signed for, letters sent, sent again and tried out."""
    notify = city.client(BUREAU, "notify")
    new = {
        "code": POST, "post_zh": "东湖区人社局", "post_en": "Donghu office", "login": "district-donghu",
        "unit": "donghu", "email": "donghu@city.example", "superior": "talent-leader",
    }  # fmt: skip
    version = posted(city, BUREAU, "/v1/recipients", new, "notify")["version"]
    handed = {"email": "office@city.example", "language": "en"}
    ok(notify.patch(f"/v1/recipients/{POST}", json=handed, headers={"If-Match": f'"{version}"'}))
    wanted: list[dict[str, Any]] = [{"programmes": [YOUTH]}, {"min_severity": "warning"}, {"channels": ["inbox"]}]
    made = [posted(city, BUREAU, "/v1/subscriptions", {"recipient": POST} | each, "notify") for each in wanted]
    path, match = f"/v1/subscriptions/{made[1]['id']}", {"If-Match": f'"{made[1]["version"]}"'}
    ok(notify.patch(path, json={"units": ["donghu"]}, headers=match))
    ok(notify.delete(f"/v1/subscriptions/{made[2]['id']}", headers={"If-Match": f'"{made[2]["version"]}"'}))
    posted(city, BUREAU, "/v1/channels/email/test", {"recipient": POST}, "notify")
    mine = ok(city.client(LEADER, "notify").get("/v1/alerts"))["items"]
    kept_answer(city, kept, LEADER, "notify", f"/v1/alerts/{mine[-1]['id']}/acknowledge", None)
    letters = {"channel": "email", "state": "delivered"}
    sent = eventually(lambda: ok(notify.get("/v1/deliveries", params=letters))["items"], bool)
    posted(city, BUREAU, f"/v1/deliveries/{sent[0]['id']}/resend", None, "notify")


def one_more(city: City, serial: int) -> None:
    """A graduate who counts at once towards the goal of four."""
    city.register(person(serial, YOUTH, reporting_unit=GOAL_UNIT), by="institution-b-clerk")
